from pieforge.records import Verdict
from pieforge.sandbox.sandbox import Limits, Sandbox

FILES = {
    "generators/make.py": b"import sys\nfrom shared import twice\nprint(twice(sys.argv[1]))\n",
    "shared.py": b"def twice(x): return x * 2\n",
    "check.py": b"import sys\nsys.exit(42 if int(input()) > 0 else 43)\n",
}


async def test_a_generator_gets_its_arguments_and_its_own_modules(sandbox: Sandbox) -> None:
    result = await sandbox.run_script(FILES, ["generators/make.py", "ab"])
    assert (result.verdict, result.stdout) == (Verdict.AC, b"abab\n")


async def test_a_validator_answers_by_its_exit_status(sandbox: Sandbox) -> None:
    for stdin, status in ((b"1\n", 42), (b"0\n", 43), (b"5\n", 42)):
        result = await sandbox.run_script(FILES, ["check.py"], stdin)
        assert result.exit_code == status


async def test_a_script_is_contained_like_any_program(sandbox: Sandbox) -> None:
    files = {"bad.py": b"open('here', 'w')\n"}
    result = await sandbox.run_script(files, ["bad.py"])
    assert (result.verdict, b"Read-only file system" in result.stderr) == (Verdict.RE, True)
    result = await sandbox.run_script(
        {"long.py": b"while True: pass\n"}, ["long.py"], b"", Limits(0.2)
    )
    assert result.verdict is Verdict.TLE
