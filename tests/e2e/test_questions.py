"""compare, measure, doctor: their output and exit status."""

import pytest
from commands import PROBLEMS, Pieforge
from loop import write_package
from scripted_server import Answers, Serve

pytestmark = pytest.mark.slow

SONG = PROBLEMS / "echosong"
SLOW = SONG / "submissions" / "time_limit_exceeded" / "slow.cpp"
FAST = SONG / "submissions" / "accepted" / "fast.cpp"


def test_compare_tries_every_kind_of_input_and_finds_a_slow_and_a_fast_program_equal(
    pieforge: Pieforge,
) -> None:
    done = pieforge("compare", SLOW, FAST, "--problem", SONG, "--json")
    assert done.status == 0, done.stderr
    found = done.json()
    kinds = {row["stratum"]: row for row in found["strata"]}
    assert {"sample", "secret", "hidden", "tiny", "mutation", "coverage"} <= set(kinds)
    assert all(row["equal"] == row["inputs"] for row in kinds.values())
    assert found["equal_on"] == sum(row["equal"] for row in kinds.values()) > 100
    assert found["coverage"] == "both programs"
    assert found["difference"] is None


def test_compare_shows_the_smallest_input_on_which_two_programs_differ(pieforge: Pieforge) -> None:
    wrong = min((SONG / "submissions" / "wrong_answer").glob("*.cpp"))
    done = pieforge("compare", wrong, FAST, "--problem", SONG, "--json")
    assert done.status == 1, done.stderr
    found = done.json()
    assert found["equal"] is False
    assert found["coverage"] == "not needed"
    shown = found["difference"]
    assert shown["output_a"] != shown["output_b"]
    assert len(shown["input"]) <= shown["bytes"]
    rows = [row for row in found["strata"] if row["different"]]
    assert shown["stratum"] in {row["stratum"] for row in rows}
    printed = pieforge("compare", wrong, FAST, "--problem", SONG)
    assert printed.status == 1
    assert shown["input"].strip()[:70] in printed.stdout
    assert wrong.name in printed.stdout
    assert f"> {shown['output_a'].splitlines()[0]}" in printed.stdout
    assert max(map(len, printed.stdout.splitlines())) <= 80


def test_compare_finds_a_rare_branch_by_coverage(pieforge: Pieforge) -> None:
    level = PROBLEMS / "tidegauge"
    right = level / "submissions" / "accepted" / "fast.cpp"
    rare = pieforge.folder / "rare.cpp"
    code = right.read_text()
    assert code.count("return 0;") == 1
    change = "if (levels[0] * 3 - levels[n - 1] == 1000) std::cout << 7;\n    return 0;"
    rare.write_text(code.replace("return 0;", change))
    done = pieforge("compare", right, rare, "--problem", level, "--json")
    assert done.status == 1, done.stderr
    shown = done.json()["difference"]
    assert shown["stratum"] == "coverage"
    _, *values = map(int, shown["input"].split()[1:])
    assert values[0] * 3 - values[-1] == 1000


def test_compare_reports_that_a_language_cannot_be_instrumented(pieforge: Pieforge) -> None:
    level = PROBLEMS / "tidegauge" / "submissions"
    right = level / "accepted" / "fast.py"
    done = pieforge("compare", right, right, "--problem", PROBLEMS / "tidegauge")
    assert done.status == 0, done.stderr
    assert "none: Python cannot be instrumented" in done.stdout
    assert "equal on " in done.stdout


def test_compare_asks_a_model_in_the_end_and_shows_what_it_found(
    pieforge: Pieforge, serve: Serve, answers: type[Answers]
) -> None:
    song = "themodelknowsthissong"
    code = FAST.read_text()
    assert code.count("return 0;") == 1
    mark = 0
    for letter in song:
        mark = (mark * 131 + ord(letter)) % 1_000_000_007
    change = (
        "long long mark = 0; for (char c : song) mark = (mark * 131 + c) % 1000000007; "
        f"if (mark == {mark}) std::cout << 7; return 0;"
    )
    rare = pieforge.folder / "rare.cpp"
    rare.write_text(code.replace("return 0;", change))
    server = serve(answers.choices(f"This one.\n\n```text\n{song}\n```\n"))
    mine = pieforge.folder / "my.toml"
    mine.write_text(f'tester = {{ base_url = "{server.base_url}", model = "m" }}')
    done = pieforge("compare", FAST, rare, "--problem", SONG, "--tester", mine, "--json")
    assert done.status == 1, done.stderr
    found = done.json()
    assert {row["stratum"] for row in found["strata"] if row["different"]} == {"model"}
    assert found["difference"]["input"] == f"{song}\n"
    mine.write_text("run.seed = 2")
    refused = pieforge("compare", FAST, rare, "--problem", SONG, "--tester", mine)
    refused.says("no model is named for the role tester", "my.toml", "[tester]")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.cpp", "int main( {", ["does not compile", "a.cpp"]),
        ("a.bas", "PRINT 1", ["suffix '.bas'", ".cpp"]),
        ("a.cpp", None, ["cannot be read", "a.cpp"]),
    ],
)
def test_compare_and_measure_name_a_program_that_they_cannot_use(
    name: str, text: str | None, words: list[str], pieforge: Pieforge
) -> None:
    path = pieforge.folder / name
    if text is not None:
        path.write_text(text)
    pieforge("compare", path, FAST, "--problem", SONG).says(*words)
    pieforge("measure", path, "--problem", SONG).says(*words)


def test_measure_counts_each_test_and_the_sum_the_same_twice(pieforge: Pieforge) -> None:
    first, again = (pieforge("measure", FAST, "--problem", SONG, "--json") for _ in range(2))
    assert first.status == 0, first.stderr
    assert first.stdout == again.stdout
    found = first.json()
    assert len(found["tests"]) == len([*(SONG / "data").glob("s*/*.in")])
    assert sum(found["tests"].values()) == found["ticks"]
    assert found["simulator"] == "cachegrind"


def test_measure_takes_the_limits_of_the_package_or_those_that_are_given(
    pieforge: Pieforge,
) -> None:
    package = pieforge.folder / "sum"
    write_package(
        package,
        ".cpp",
        "",
        "",
        {"1 2\n": "3\n"},
        **{"problem.yaml": "limits: {memory: 64}\n", "submissions/accepted/other.kt": ""},
    )
    large = pieforge.folder / "large.CC"
    large.write_text(
        "#include <cstdio>\nstatic volatile char a[100 << 20];\nint main() {"
        ' for (int i = 0; i < 100 << 20; i += 4096) a[i] = 1; puts("3"); }\n'
    )
    done = pieforge("measure", large, "--problem", package, "--json")
    assert (done.status, done.json()["verdict"]) == (1, "MLE")
    assert done.stderr.count("skipped submissions/accepted/other.kt") == 1
    done = pieforge("measure", large, "--problem", package, "--memory-mb", 256, "--json")
    assert (done.status, done.json()["verdict"]) == (0, "AC")


def test_measure_refuses_an_unknown_simulator(pieforge: Pieforge) -> None:
    done = pieforge("measure", FAST, "--problem", SONG, "--simulator", "cachegrid")
    done.says("no simulator called 'cachegrid'", "did you mean 'cachegrind'?")


def test_stress_writes_the_inputs_that_cost_more_than_the_tests_and_the_same_every_time(
    pieforge: Pieforge,
) -> None:
    tree = PROBLEMS / "branchoffices"
    slow = tree / "submissions" / "time_limit_exceeded" / "slow.cpp"
    out = pieforge.folder / "inputs"
    options = ("--problem", tree, "--search-cpu", "3")
    done = pieforge("stress", slow, *options, "--out", out, "--json")
    assert done.status == 0, done.stderr
    assert "of the budget" in done.stderr
    found = done.json()
    best = found["inputs"][0]
    assert best["steps"] > 3 * found["tests_steps"]
    written = sorted(out.iterdir())
    assert [path.stat().st_size for path in written] == [it["bytes"] for it in found["inputs"]]
    again = pieforge("stress", slow, *options)
    assert again.status == 0, again.stderr
    assert f"{best['steps']:,}" in again.stdout
    assert best["name"] in again.stdout
    pieforge("stress", slow, *options, "--out", out).says("the folder for the inputs is not empty")


def test_stress_says_which_languages_it_can_count(pieforge: Pieforge) -> None:
    path = pieforge.folder / "a.go"
    path.write_text('package main\nfunc main() { println("1") }\n')
    done = pieforge("stress", path, "--problem", SONG)
    done.says("the work of Go programs is not counted", "C++17")


def test_doctor_accepts_this_machine(pieforge: Pieforge) -> None:
    done = pieforge("doctor", "--json")
    assert done.status == 0, done
    found = done.json()
    assert found["ok"] is True
    assert {"language cpp17", "language python"} <= {check["name"] for check in found["checks"]}
