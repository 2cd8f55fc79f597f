"""Every command of README.md and docs/ runs as it is written, unless it says what it needs.

The blocks of a page (fenced by ```sh) run in order in one folder, which has what the page's reader
has. `# needs: WHAT` after a command leaves it out, in a block's first line the whole block. `# exit
status N` states the exit status of the command that ends a block, if it is not 0.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import PATIENCE_S, PROBLEMS, ROOT
from run_examples import make_run

NEEDS = {"gpu", "cluster", "network", "hours"}
LONG = {
    "docs/tutorial/first-run.md",
    "docs/how-to/add-a-problem.md",
    "docs/how-to/corpus.md",
    "docs/how-to/find-stress-inputs.md",
    "docs/how-to/nightly.md",
    "docs/how-to/verify-a-run.md",
}
"""Pages whose commands take minutes: `make test-long` runs them."""
STRICTER = "[simulator]\nthreshold = 10.0\n"
SMALL = """
run.problems = ["echosong"]
run.languages = ["cpp17"]
run.attempts = 1
run.rounds = 1
simulator.tests = 1
simulator.budget_mcycles = 20
"""
NIGHT = SMALL + 'corpus.path = "known.sqlite"\n'
OWN = SMALL.replace("echosong", "mountains") + 'run.problem_folder = "my-problems"\n'


def read_blocks(page: Path) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def keep_runnable(block: str) -> str:
    """Return a block without the commands that need something."""
    if block.startswith("# needs:"):
        return ""
    return "".join(line for line in block.splitlines(keepends=True) if "# needs:" not in line)


PAGES = {
    str(page.relative_to(ROOT)): blocks
    for page in (ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")))
    if (blocks := read_blocks(page))
}
RUNNABLE = [
    pytest.param(name, marks=pytest.mark.long if name in LONG else pytest.mark.slow, id=name)
    for name, blocks in PAGES.items()
    if any(keep_runnable(block).strip() for block in blocks)
]


@pytest.mark.parametrize("name", RUNNABLE)
def test_the_commands_of_a_page_run(
    name: str, run_folder: Path, shared: Path, tmp_path: Path
) -> None:
    prepare(tmp_path, run_folder)
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(shared / "cache"),
    }
    for block in PAGES[name]:
        script = keep_runnable(block)
        status = re.search(r"# exit status (\d+)", script)
        done = subprocess.run(
            ["bash", "-euc", script],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_S,
        )
        assert done.returncode == int(status[1] if status else 0), (script, done)


def prepare(folder: Path, run: Path) -> None:
    """Put the files there that pages name: runs, programs, packages, configurations."""
    (folder / "problems").symlink_to(PROBLEMS)
    for name in ("datasets_out/tonight", "datasets_out/before", "downloaded/run"):
        shutil.copytree(run, folder / name)
    make_run(folder / "datasets_out" / "other_problems")
    package = PROBLEMS / "orchardplots"
    shutil.copytree(package, folder / "my-problems" / "mountains")
    shutil.copytree(PROBLEMS / "echosong", folder / "my-problems" / "echosong")
    for name, kind in (("slow", "time_limit_exceeded"), ("fast", "accepted")):
        source = package / "submissions" / kind / f"{name}.cpp"
        for copy in (folder, folder / "solutions"):
            copy.mkdir(exist_ok=True)
            shutil.copy(source, copy)
    for name, text in (("small.toml", SMALL), ("stricter.toml", STRICTER), ("my.toml", OWN)):
        (folder / name).write_text(text)
    (folder / "night.toml").write_text(NIGHT)


def test_marks_say_what_a_command_needs() -> None:
    text = "".join(block for blocks in PAGES.values() for block in blocks)
    marks = re.findall(r"# needs: ?(\w*)", text)
    assert marks
    assert set(marks) <= NEEDS


def test_commands_are_in_blocks_that_this_test_reads() -> None:
    pages = (ROOT / "README.md", *ROOT.glob("docs/**/*.md"))
    fences = {it for page in pages for it in re.findall(r"^ *```(\w+)", page.read_text(), re.M)}
    assert not fences & {"bash", "console", "shell", "zsh"}
