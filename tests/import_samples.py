"""A small sample of each kind of collection, in the columns that its documentation names."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

TITLE = "Sum of a List"
STATEMENT = "Read n, then n integers. Print their sum.\n"
RIGHT = "n = int(input())\nprint(sum(map(int, input().split()[:n])))\n"
OTHER = "input()\ntotal = 0\nfor word in input().split():\n    total += int(word)\nprint(total)\n"
SLOW = """\
n = int(input())
values = list(map(int, input().split()))
total = 0
for _ in range(200):
    total = 0
    for value in values:
        total += value % 1000007 - value % 1000007 + value
print(total)
"""
WRONG = "input()\nprint(max(map(int, input().split())))\n"
RIGHT_CPP = """\
#include <cstdio>
int main() {
    int n;
    long long total = 0, value;
    if (std::scanf("%d", &n) != 1) return 1;
    while (n-- > 0 && std::scanf("%lld", &value) == 1) total += value;
    std::printf("%lld\\n", total);
}
"""
LISTS = tuple(tuple((7 * at + 3 * k) % 41 for k in range(at)) for at in (2, 3, 5, 8, 40, 300, 1500))
TESTS = tuple((f"{len(it)}\n{' '.join(map(str, it))}\n", f"{sum(it)}\n") for it in LISTS)
TESTLIB = """\
#pragma once
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
static bool failed = false;
inline void registerValidation() {}
inline void registerTestlibCmd(int argc, char* argv[]) {
    if (argc != 4) std::exit(3);
    for (int at = 1; at < argc; at++) {
        FILE* file = std::fopen(argv[at], "r");
        if (!file) std::exit(3);
        std::fclose(file);
    }
}
"""
"""A stand-in with testlib's exit statuses: 0 for right, 1 for wrong, 3 for failure."""
VERIFIER = """\
#include "testlib.h"
int main() {
    registerValidation();
    int n, value, count = 0;
    if (!(std::cin >> n) || n < 1 || n > N_MAX) return 3;
    while (std::cin >> value) count++;
    return count == n ? 0 : 3;
}
"""
CHECKER = """\
#include "testlib.h"
#include <fstream>
using namespace std;
int main(int argc, char * argv[]) {
    registerTestlibCmd(argc, argv);
    ifstream out(argv[2]), ans(argv[3]);
    long long mine, theirs;
    if (!(ans >> theirs)) return 3;
    return out >> mine && mine == theirs ? 0 : 1;
}
"""
GENERATOR = """\
#include <cstdio>
#include <cstdlib>
#include "../params.h"
int main(int, char* argv[]) {
    int n = 4 + 3 * std::atoi(argv[1]);
    if (n > N_MAX) return 1;
    std::printf("%d\\n", n);
    for (int at = 0; at < n; at++) std::printf("%d%c", (at * 5) % 17, at + 1 < n ? ' ' : '\\n');
}
"""
LIST = f"""\
id,name,dataset,time_limit,memory_limit,rating,tags,complexity
p00001,{TITLE},AIZU,4000,131072,,,
"""
PAGE = f"""\
<h1>{TITLE}</h1><p>Read <var>n</var>, then n integers. Print their sum.</p>
<h2>Sample Input</h2><pre>
{TESTS[0][0]}</pre>
<h2>Output for the Sample Input</h2><pre>
{TESTS[0][1]}</pre>
"""


def write_files(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def write_rows(path: Path, *rows: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path.parent


def columns(tests: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    return {"input": [it[0] for it in tests], "output": [it[1] for it in tests]}


def code_contests_row(**changes: object) -> dict[str, Any]:
    return {
        "name": TITLE,
        "description": STATEMENT,
        "public_tests": columns(TESTS[:2]),
        "private_tests": columns(TESTS[2:5]),
        "generated_tests": columns(TESTS[5:]),
        "source": 2,
        "difficulty": 1,
        "solutions": {"language": [3, 2, 3, 1], "solution": [RIGHT, RIGHT_CPP, SLOW, "print 1"]},
        "incorrect_solutions": {"language": [3, 3], "solution": [WRONG, OTHER]},
        "time_limit": {"seconds": 4, "nanos": 500000000},
        "memory_limit_bytes": 256000000,
        "input_file": "",
        "output_file": "",
        **changes,
    }


def code_contests_plus_row(**changes: object) -> dict[str, Any]:
    return {
        "source": "Codeforces",
        "id": "1_A",
        "title": TITLE,
        "description": STATEMENT,
        "time_limit": 4000,
        "memory_limit": 256,
        "validator": VERIFIER.replace("N_MAX", "2000"),
        "generator": "",
        "generator_cmd": "",
        "checker": CHECKER,
        "correct_submissions": [{"code": RIGHT, "language": "PY3"}],
        "incorrect_submissions": [{"code": WRONG, "language": "PY3"}],
        "test_cases": [{"input": data, "output": answer} for data, answer in TESTS],
        "true_positive_rate": 1.0,
        "true_negative_rate": 1.0,
        **changes,
    }


def apps_row(**changes: object) -> dict[str, Any]:
    given = {"inputs": [it[0] for it in TESTS], "outputs": [it[1] for it in TESTS]}
    return {
        "problem_id": 7,
        "question": STATEMENT,
        "solutions": json.dumps([RIGHT, OTHER]),
        "input_output": json.dumps(given),
        "difficulty": "interview",
        "url": "",
        "starter_code": "",
        **changes,
    }


def pie_perf_row(**changes: object) -> dict[str, Any]:
    return {
        "user_id": "u000000001",
        "problem_id": "p00001",
        "language": "python",
        "submission_id_v0": "s000000001",
        "submission_id_v1": "s000000002",
        "cpu_time_v0": 300,
        "cpu_time_v1": 20,
        "status_v0": "Accepted",
        "status_v1": "Accepted",
        "input": SLOW,
        "target": RIGHT,
        **changes,
    }


def write_icpc(folder: Path) -> Path:
    files = {
        "sums/problem.yaml": f"problem_format_version: 2025-09\nname: {TITLE}\nlicense: cc0\n",
        "sums/problem_statement/problem.en.md": STATEMENT,
        "sums/statement/problem.en.md": STATEMENT,
        "sums/submissions/accepted/right.py": RIGHT,
        "sums/submissions/accepted/mislabelled.py": WRONG,
        "sums/submissions/wrong_answer/biggest.py": WRONG + "\n# biggest\n",
        "broken/problem.yaml": "problem_format_version: 2025-09\ntype: interactive\n",
    }
    for at, (data, answer) in enumerate(TESTS):
        group = "sample" if at < 2 else "secret/group"
        files |= {f"sums/data/{group}/{at}.in": data, f"sums/data/{group}/{at}.ans": answer}
    return write_files(folder, files)


def write_codenet(folder: Path) -> Path:
    head = (
        "submission_id,problem_id,user_id,date,language,original_language,filename_ext,status,"
        "cpu_time,memory,code_size,accuracy\n"
    )
    submissions = [
        ("s000000001", "u000000001", 100, "Python", "py", "Accepted", 90, SLOW),
        ("s000000002", "u000000001", 200, "Python", "py", "Accepted", 20, RIGHT),
        ("s000000003", "u000000002", 150, "Python", "py", "Wrong Answer", 20, WRONG),
        ("s000000004", "u000000002", 160, "C++", "cpp", "Accepted", 10, RIGHT_CPP),
        ("s000000005", "u000000002", 170, "Ruby", "rb", "Accepted", 10, "puts 1"),
    ]
    rows = "".join(
        f"{name},p00001,{user},{date},{language},{language},{ending},{status},{ms},9000,9,\n"
        for name, user, date, language, ending, status, ms, _ in submissions
    )
    files = {
        "metadata/problem_list.csv": LIST + "p00002,Nothing,AIZU,1000,131072,,,\n",
        "metadata/p00001.csv": head + rows,
        "problem_descriptions/p00001.html": PAGE,
        "derived/input_output/data/p00001/input.txt": TESTS[1][0],
        "derived/input_output/data/p00001/output.txt": TESTS[1][1],
    }
    for name, _, _, language, ending, _, _, code in submissions:
        files[f"data/p00001/{language}/{name}.{ending}"] = code
    return write_files(folder, files)


def write_pie(folder: Path) -> Path:
    write_rows(folder / "train.jsonl", pie_perf_row(), {"nothing": 1})
    files = {
        "problem_list.csv": LIST,
        "problem_descriptions/p00001.html": PAGE,
    }
    for at, (data, answer) in enumerate(TESTS):
        files[f"merged_test_cases/p00001/input.{at}.txt"] = data
        files[f"merged_test_cases/p00001/output.{at}.txt"] = answer
    return write_files(folder, files)


def write_library_checker(folder: Path) -> Path:
    info = (
        f"title = '{TITLE}'\ntimelimit = 4.0\n"
        '[[tests]]\n    name = "example.in"\n    number = 1\n'
        '[[tests]]\n    name = "growing.cpp"\n    number = 5\n'
        '[[solutions]]\n    name = "wa.cpp"\n    expect = "WA"\n'
        '[[solutions]]\n    name = "function.cpp"\n    function = true\n'
        "[params]\n    N_MAX = 2_000\n"
    )
    task = (
        "## @{keyword.statement}\n\n@{lang.en}\nRead n of at most @{param.N_MAX} numbers, print "
        "their sum.\n@{lang.ja}\n合計\n@{lang.end}\n\n## @{keyword.sample}\n\n"
        "@{example.example_00}\n"
    )
    wrong = RIGHT_CPP.replace("total += value", "total += value + (value == 3)")
    files = {
        "common/testlib.h": TESTLIB,
        "sample/sums/info.toml": info,
        "sample/sums/task.md": task,
        "sample/sums/verifier.cpp": '#include "params.h"\n' + VERIFIER,
        "sample/sums/checker.cpp": CHECKER,
        "sample/sums/gen/example_00.in": TESTS[2][0],
        "sample/sums/gen/growing.cpp": GENERATOR,
        "sample/sums/sol/correct.cpp": RIGHT_CPP,
        "sample/sums/sol/wa.cpp": wrong,
    }
    return write_files(folder, files)


SAMPLES: Mapping[str, Callable[[Path], Path]] = {
    "apps": lambda folder: write_rows(
        folder / "train.jsonl",
        apps_row(),
        apps_row(problem_id=8, input_output=json.dumps({"fn_name": "f", "inputs": [1]})),
    ),
    "code-contests": lambda folder: write_rows(
        folder / "train.jsonl",
        code_contests_row(),
        code_contests_row(name="Twin"),
        code_contests_row(name="File", input_file="in.txt"),
    ),
    "codenet": write_codenet,
    "icpc": write_icpc,
    "library-checker": write_library_checker,
    "pie": write_pie,
}
"""By kind: writes a sample with one problem that can be used and one row that cannot."""
