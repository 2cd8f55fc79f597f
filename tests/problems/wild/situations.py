"""Packages as people have them: what differs from a small one, and what pieforge makes of it.

Each situation changes files of `BASE`: a text or bytes replaces a file, None removes it, and the
classes below stand for what is not an ordinary file.
"""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pieforge.problems import Problem, SubmissionRole

SLOW = "a, b = map(int, input().split())\nwhile b:\n    a, b = a + 1, b - 1\nprint(a)\n"
FAST = "a, b = map(int, input().split())\nprint(a + b)\n"
CPP = '#include <cstdio>\nint main() { int a, b; scanf("%d%d", &a, &b); printf("%d\\n", a + b); }\n'
CPP20 = (
    "#include <concepts>\n#include <cstdio>\ntemplate <std::integral T> T sum(T a, T b)"
    ' { return a + b; }\nint main() { int a, b; scanf("%d%d", &a, &b);'
    ' printf("%d\\n", sum(a, b)); }\n'
)
LARGE = (
    "static volatile char a[300 << 20];\n"
    "static int touch() { for (int i = 0; i < 300 << 20; i += 4096) a[i] = 1; return 0; }\n"
    "static int touched = touch();\n"
)
JAVA = (
    "import java.util.Scanner;\npublic class Adder {\n"
    "    public static void main(String[] words) {\n        Scanner in = new Scanner(System.in);\n"
    "        System.out.println(in.nextInt() + in.nextInt());\n    }\n}\n"
)
INPUT_OK = "import sys\nsys.exit(42 if len(sys.stdin.read().split()) == 2 else 43)\n"
INPUT_BY_ARGUMENT = (
    "import sys\nmost = int(sys.argv[1])\n"
    "sys.exit(42 if all(int(word) <= most for word in sys.stdin.read().split()) else 43)\n"
)
JUDGE = """\
import sys
words = sys.stdin.read().split()
if words == open(sys.argv[2]).read().split():
    sys.exit(42)
with open(sys.argv[3] + "judgemessage.txt", "w") as message:
    message.write("wrong")
sys.exit(43)
"""
JUDGE_CPP = """\
#include "validation.h"
int main(int, char** argv) {
    std::ofstream(std::string(argv[3]) + "judgemessage.txt") << "looked at";
    return first_word(std::cin) == first_number(argv[2]) ? 42 : 43;
}
"""
VALIDATION_H = """\
#pragma once
#include <fstream>
#include <iostream>
#include <string>
std::string first_number(const char* path);
inline std::string first_word(std::istream& in) { std::string word; in >> word; return word; }
"""
HELPER_CPP = (
    '#include "validation.h"\nstd::string first_number(const char* path)'
    " { std::ifstream in(path); return first_word(in); }\n"
)
INPUT_CPP = '#include "validation.h"\nint main() { return read_two() ? 42 : 43; }\n'
READ_TWO = (
    "#include <cstdio>\ninline bool read_two() { int a, b, c;"
    ' return scanf("%d%d%d", &a, &b, &c) == 2; }\n'
)
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{to}: &{to} [{', '.join([f'*{of}'] * 10)}]\n"
    for of, to in zip("abcdefg", "bcdefgh", strict=True)
)

BASE: Mapping[str, str] = {
    "problem.yaml": "problem_format_version: 2025-09\nname: Sum\n",
    "statement/problem.en.md": "Print the sum of two numbers.\n",
    "data/sample/1.in": "1 2\n",
    "data/sample/1.ans": "3\n",
    "data/secret/1.in": "4 5\n",
    "data/secret/1.ans": "9\n",
    "submissions/accepted/fast.py": FAST,
    "submissions/time_limit_exceeded/slow.py": SLOW,
}
LEGACY = {"problem.yaml": "name: Sum\n"}
PER_CASE = "output_validator_args: [float_tolerance, 1e-3]\n"


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True)
class Sparse:
    """A file with many bytes, of which the disk holds none."""

    gib: int


class Fifo:
    """A named pipe without a writer."""


class Socket:
    """A socket in the file system."""


Content = str | bytes | Link | Sparse | Fifo | Socket | None


@dataclass(frozen=True)
class Situation:
    """One situation.

    Attributes:
        title: What is special, as a sentence.
        files: Changes to `BASE`, by path; a path can be bytes that are not UTF-8.
        error: What the message of the refusal matches; empty if the package is read.
        where: What the refusal names as the place.
        skipped: What the note on what is not used matches; empty if there is none.
        holds: What is true of the package as read.
    """

    title: str
    files: Mapping[str | bytes, Content] = field(default_factory=dict)
    error: str = ""
    where: str = ""
    skipped: str = ""
    holds: Callable[[Problem], bool] = lambda problem: bool(problem.tests)


def is_base(problem: Problem) -> bool:
    """Return whether nothing but the base package was read."""
    names = [test.name for test in problem.tests]
    submissions = sorted(each.path.name for each in problem.submissions)
    programs = (*problem.validators, *problem.generator_calls, problem.output_validator)
    return (
        names == ["sample/1", "secret/1"]
        and submissions == ["fast.py", "slow.py"]
        and programs == (None,)
    )


def get_fast(problem: Problem, name: str) -> str:
    """Return suffix and text of an accepted submission."""
    found = [s for s in problem.submissions if s.path.name == name]
    return "".join(s.suffix + s.code for s in found if s.role is SubmissionRole.FAST)


def get_output_args(problem: Problem) -> dict[str, tuple[str, ...]]:
    """Return each test's arguments of the output validator."""
    return {test.name: test.output_validator_args for test in problem.tests}


def get_input_args(problem: Problem, name: str) -> dict[str, tuple[str, ...]]:
    """Return each test's arguments of an input validator."""
    return {test.name: test.get_validator_args(name) for test in problem.tests}


def write_situation(folder: Path, situation: Situation) -> Path:
    """Write the package of a situation; return its folder."""
    for path, content in {**BASE, **situation.files}.items():
        if content is not None:
            place = folder / os.fsdecode(path)
            place.parent.mkdir(parents=True, exist_ok=True)
            write_content(place, content)
    return folder


def write_content(place: Path, content: Content) -> None:
    """Write one file of a package."""
    match content:
        case str() | bytes():
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        case Link():
            place.symlink_to(content.target)
        case Sparse():
            with place.open("wb") as file:
                file.truncate(content.gib << 30)
        case Fifo():
            os.mkfifo(place)
        case Socket():
            folder = os.open(place.parent, os.O_RDONLY)
            with socket.socket(socket.AF_UNIX) as made:
                # The path of a socket has at most 107 bytes, and that of the test has more.
                made.bind(f"/proc/self/fd/{folder}/{place.name}")
            os.close(folder)


def generators(*cases: str, **more: str) -> dict[str | bytes, Content]:
    """Return the files of a package with these generated cases."""
    lines = "".join(f"      - {case}\n" for case in cases)
    head = "solution: /submissions/accepted/fast.py\n"
    return {
        "generators/gen.py": "print(1, 2)\n",
        "generators/generators.yaml": f"{head}data:\n  secret:\n    data:\n{lines}",
        **more,
    }


STRAY = [
    Situation(
        "files of macOS are not read",
        {f"{folder}/.DS_Store": b"\0\xff" for folder in ("data/secret", "submissions/accepted")}
        | {"data/secret/._1.in": b"\0\xff", "data/secret/__MACOSX/2.in": "", ".DS_Store": b"\0"},
        holds=is_base,
    ),
    Situation(
        "swap and backup files of editors are not read",
        {
            "submissions/accepted/.fast.py.swp": b"\0",
            "submissions/accepted/fast.py~": "old",
            "submissions/accepted/#fast.py#": "old",
            "submissions/accepted/.#fast.py": Link("user@host.1234"),
        },
        holds=is_base,
    ),
    Situation(
        "what compilers leave behind is not read",
        {
            "submissions/accepted/Fast.class": b"\xca\xfe\xba\xbe\0",
            "submissions/accepted/a.out": b"\x7fELF\0",
            "input_validators/check.o": b"\x7fELF\0",
            "output_validator/__pycache__/judge.cpython-311.pyc": b"\0",
        },
        holds=is_base,
    ),
    Situation(
        "a folder with a dot in its name and no program is not a submission",
        {"submissions/accepted/notes.d/README.md": "", "input_validators/old.v1/README": ""},
        holds=is_base,
    ),
    Situation(
        "a README, a Makefile and a log are no programs",
        {
            "input_validators/README.md": "",
            "submissions/accepted/Makefile": "all:\n",
            "generators/README.txt": "",
            "data/secret/generate.log": "",
        },
        holds=is_base,
    ),
    Situation(
        "a stray file with a name that is not UTF-8 is not read",
        {b"data/secret/caf\xe9.txt": "", b"submissions/accepted/caf\xe9": ""},
        holds=is_base,
    ),
    Situation(
        "folders of version control are not read",
        {".git/HEAD": "ref", "submissions/.git/slow.py": "", "data/.svn/1.in": ""},
        holds=is_base,
    ),
    Situation("a stray FIFO is not opened", {"data/secret/pipe": Fifo()}, holds=is_base),
    Situation(
        "a stray link that leads nowhere is not followed",
        {"data/secret/old.txt": Link("../gone"), "attachments/x": Link("gone")},
        holds=is_base,
    ),
    Situation(
        "other folders of submissions are not needed",
        {"submissions/run_time_error/x.kt": "", "submissions/submissions.yaml": "[broken"},
        holds=is_base,
    ),
]

TEST_DATA = [
    Situation(
        "suffixes of tests can be upper-case",
        {"data/secret/2.IN": "1 1\n", "data/secret/2.ANS": "2\n"},
        holds=lambda p: [t.answer for t in p.tests if t.name == "secret/2"] == [b"2\n"],
    ),
    Situation(
        "tests can be in nested groups",
        {"data/secret/a/b/2.in": "1 1\n", "data/secret/a/b/2.ans": "2\n"},
        holds=lambda p: p.tests[-1].name == "secret/a/b/2",
    ),
    Situation(
        "a test group can be a link within the package",
        {"data/secret/again": Link("../sample")},
        holds=lambda p: "secret/again/1" in {t.name for t in p.tests},
    ),
    Situation(
        "a test can be a link within the package",
        {"data/secret/2.in": Link("1.in"), "data/secret/2.ans": Link("../secret/1.ans")},
        holds=lambda p: p.tests[-1].input == b"4 5\n",
    ),
    Situation(
        "names of tests can have dots, blanks and letters of any script",
        {"data/secret/02.größte zahl.in": "1 1\n", "data/secret/02.größte zahl.ans": "2\n"},
        holds=lambda p: "secret/02.größte zahl" in {t.name for t in p.tests},
    ),
    Situation(
        "an input and an answer can be empty",
        {"data/secret/0.in": "", "data/secret/0.ans": ""},
        holds=lambda p: p.tests[1].input == p.tests[1].answer == b"",
    ),
    Situation(
        "inputs are bytes, whatever they hold",
        {"data/secret/2.in": b"\0\xff\r\n", "data/secret/2.ans": b"\xe9"},
        holds=lambda p: p.tests[-1].input == b"\0\xff\r\n",
    ),
    Situation("an answer without an input is no test", {"data/secret/9.ans": "9\n"}, holds=is_base),
    Situation(
        "other files of a test are not needed",
        {
            "data/sample/1.png": b"\0",
            "data/sample/1.in.download": "1 2\n",
            "data/sample/1.hint": "",
        },
        holds=is_base,
    ),
    Situation(
        "a test without an answer is named",
        {"data/secret/1.ans": None},
        "no answer",
        "data/secret/1.ans",
    ),
    Situation(
        "two tests of one name are named",
        {"data/secret/1.IN": "1 1\n"},
        "several tests called secret/1",
        "data/secret",
    ),
    Situation(
        "a package without tests is refused",
        {path: None for path in BASE if path.startswith("data/")},
        "no test data",
        "data",
    ),
    Situation(
        "data can be a file by mistake",
        {**{p: None for p in BASE if p.startswith("data/")}, "data/sample": "", "data/secret": ""},
        "no test data",
        "data",
    ),
    Situation(
        "a test with files besides its input is refused",
        {"data/secret/1.files/extra.txt": "1"},
        "files besides its standard input",
        "data/secret/1.files",
    ),
    Situation(
        "a test with command-line arguments is refused",
        {"data/secret/1.yaml": "args: [--fast]\n"},
        "command-line arguments",
        "data/secret/1.yaml",
    ),
    Situation(
        "a test whose name is not UTF-8 is refused",
        {b"data/secret/caf\xe9.in": "1 1\n", b"data/secret/caf\xe9.ans": "2\n"},
        "name is not UTF-8",
        "data/secret/caf\\xe9.in",
    ),
]

ARGUMENTS = [
    Situation(
        "a test_group.yaml of comments alone says nothing",
        {"data/secret/test_group.yaml": "# nothing\n"},
        holds=is_base,
    ),
    Situation(
        "arguments of the output validator can differ by group",
        {"data/sample/test_group.yaml": PER_CASE},
        holds=lambda p: (
            get_output_args(p) == {"sample/1": ("float_tolerance", "1e-3"), "secret/1": ()}
        ),
    ),
    Situation(
        "arguments of the output validator can differ by test",
        {"data/secret/1.yaml": PER_CASE, "data/test_group.yaml": "output_validator_args: [x]\n"},
        holds=lambda p: (
            get_output_args(p) == {"sample/1": ("x",), "secret/1": ("float_tolerance", "1e-3")}
        ),
    ),
    Situation(
        "generated inputs get the arguments that most secret tests have",
        {"data/secret/test_group.yaml": PER_CASE},
        holds=lambda p: p.output_validator_args == ("float_tolerance", "1e-3"),
    ),
    Situation(
        "in the legacy format the flags of a group follow those of the problem",
        {
            "problem.yaml": "name: Sum\nvalidator_flags: case_sensitive\n",
            "data/secret/testdata.yaml": "output_validator_flags: float_tolerance 1e-3\n",
        },
        holds=lambda p: (
            get_output_args(p)
            == {
                "sample/1": ("case_sensitive",),
                "secret/1": ("case_sensitive", "float_tolerance", "1e-3"),
            }
        ),
    ),
    Situation(
        "arguments of input validators are for all of them",
        {"data/secret/test_group.yaml": "input_validator_args: [10, '5']\n"},
        holds=lambda p: get_input_args(p, "any.py") == {"sample/1": (), "secret/1": ("10", "5")},
    ),
    Situation(
        "arguments of input validators can be given by validator",
        {"data/secret/test_group.yaml": "input_validator_args:\n  check: [10]\n  b.py: [5]\n"},
        holds=lambda p: (
            [get_input_args(p, n)["secret/1"] for n in ("check.py", "b.py", "c.py")]
            == [("10",), ("5",), ()]
        ),
    ),
    Situation(
        "legacy flags of input validators can name one",
        LEGACY | {"data/secret/testdata.yaml": "input_validator_flags: {name: b, flags: 1 2}\n"},
        holds=lambda p: get_input_args(p, "b.py")["secret/1"] == ("1", "2"),
    ),
    Situation(
        "an apostrophe in flags is named",
        {"data/secret/testdata.yaml": "output_validator_flags: don't\n"},
        "output_validator_flags cannot be read: no closing quotation",
        "data/secret/testdata.yaml",
    ),
    Situation(
        "arguments that are neither text nor a list are named",
        {"data/secret/1.yaml": "output_validator_args: {a: b}\n"},
        "neither text nor a list",
        "data/secret/1.yaml",
    ),
    Situation(
        "arguments that no command line can hold are named",
        {"data/secret/1.yaml": f"output_validator_args: [{'x' * 9000}]\n"},
        "more than",
        "data/secret/1.yaml",
    ),
]

HOSTILE = [
    Situation(
        "a test that is a link to a file outside the package is refused",
        {"data/secret/2.in": Link("/etc/passwd"), "data/secret/2.ans": ""},
        "leads outside the package",
        "data/secret/2.in",
    ),
    Situation(
        "a test group that is a link to a folder outside the package is refused",
        {"data/secret/etc": Link("/etc")},
        "leads outside the package",
        "data/secret/etc",
    ),
    Situation(
        "a submission that is a relative link out of the package is refused",
        {"submissions/accepted/other.py": Link("../../../../../../../../etc/passwd")},
        "leads outside the package",
        "submissions/accepted/other.py",
    ),
    Situation(
        "a statement that is a link to a device is refused",
        {"statement/problem.en.md": Link("/dev/zero")},
        "leads outside the package",
        "statement/problem.en.md",
    ),
    Situation(
        "a test that is a link to nothing is named",
        {"data/secret/2.in": Link("gone.in"), "data/secret/2.ans": ""},
        "the link leads nowhere",
        "data/secret/2.in",
    ),
    Situation(
        "a link to itself is named",
        {"data/secret/2.in": Link("2.in"), "data/secret/2.ans": ""},
        "cannot be read",
        "data/secret/2.in",
    ),
    Situation(
        "a folder that contains itself by a link is named",
        {"data/secret/again": Link("..")},
        "leads back to itself",
        "data/secret/again/secret",
    ),
    Situation(
        "folders that are nested too deep are named",
        {f"data/secret/{'d/' * 40}1.in": ""},
        "nested 16 deep",
        "d/d",
    ),
    Situation(
        "a test that is a FIFO is not waited for",
        {"data/secret/2.in": Fifo(), "data/secret/2.ans": ""},
        "not a regular file",
        "data/secret/2.in",
    ),
    Situation(
        "a submission that is a FIFO is not waited for",
        {"submissions/accepted/fast.py": Fifo()},
        "not a regular file",
        "submissions/accepted/fast.py",
    ),
    Situation(
        "a test that is a socket is refused",
        {"data/secret/2.in": Socket(), "data/secret/2.ans": ""},
        "cannot be read|not a regular file",
        "data/secret/2.in",
    ),
    Situation(
        "an input of many GiB is not read",
        {"data/secret/2.in": Sparse(64), "data/secret/2.ans": ""},
        "has 68719476736 bytes",
        "data/secret/2.in",
    ),
    Situation(
        "an answer of many GiB is not read",
        {"data/secret/1.ans": Sparse(64)},
        "has 68719476736 bytes",
        "data/secret/1.ans",
    ),
    Situation(
        "a submission of many GiB is not read",
        {"submissions/accepted/fast.py": Sparse(64)},
        "has 68719476736 bytes",
        "submissions/accepted/fast.py",
    ),
    Situation(
        "a problem.yaml of many GiB is not read",
        {"problem.yaml": Sparse(64)},
        "has 68719476736 bytes",
        "problem.yaml",
    ),
    Situation(
        "a YAML document that grows by aliases is refused",
        {"problem.yaml": BOMB},
        "aliases counted",
        "problem.yaml",
    ),
    Situation(
        "a YAML document that contains itself is refused",
        {"data/test_group.yaml": "a: &a [*a]\n"},
        "inside what it stands for",
        "data/test_group.yaml",
    ),
    Situation(
        "a YAML document that is nested deep is refused",
        {"problem.yaml": "name: " + "[" * 5000},
        "levels",
        "problem.yaml",
    ),
    Situation(
        "generators.yaml with groups nested deep is refused",
        generators("x: gen.py {seed}")
        | {"generators/generators.yaml": "data: {secret: " + "{data: {a: " * 200 + "}" * 401},
        "levels",
        "generators/generators.yaml",
    ),
    Situation(
        "the folder's parts can be files by mistake",
        {"submissions/accepted/fast.py": None, "submissions/accepted": None, "include": "x"},
        holds=lambda p: [s.role for s in p.submissions] == [SubmissionRole.SLOW],
    ),
]

METADATA = [
    Situation("an empty problem.yaml is a legacy package", {"problem.yaml": ""}, holds=is_base),
    Situation(
        "a problem.yaml that is a list is refused",
        {"problem.yaml": "- name: Sum\n"},
        "not a mapping",
        "problem.yaml",
    ),
    Situation(
        "a problem.yaml that is broken is refused",
        {"problem.yaml": "name: [\n"},
        "cannot be read",
        "problem.yaml",
    ),
    Situation(
        "an unknown version is named",
        {"problem.yaml": "problem_format_version: 2031-01\n"},
        "2031-01",
        "problem.yaml",
    ),
    Situation(
        "drafts of 2025-09 are read",
        {"problem.yaml": "problem_format_version: 2023-07-draft\nname: {sv: Summa}\n"},
        holds=is_base,
    ),
    Situation(
        "text that looks like a date, a number or a truth value stays text",
        {"problem.yaml": "name: 2024-99-99\nlicense: yes\nkeywords: [0b, 1_, .]\n"},
        holds=lambda p: (p.title, p.license) == ("2024-99-99", "yes"),
    ),
    Situation(
        "a problem.yaml in Latin-1 is read",
        {"problem.yaml": "name: Größe\n".encode("latin-1")},
        holds=lambda p: p.title == "Größe",
    ),
    Situation(
        "a problem.yaml with a byte order mark and Windows line ends is read",
        {"problem.yaml": b"\xef\xbb\xbfname: Sum\r\nlicense: cc0\r\n"},
        holds=lambda p: (p.title, p.license) == ("Sum", "cc0"),
    ),
    Situation(
        "half a character as an escape is refused",
        {"problem.yaml": 'name: "\\ud800"\n'},
        "cannot be read",
        "problem.yaml",
    ),
    *(
        Situation(
            f"a problem of type {kind} is refused by name",
            {"problem.yaml": f"problem_format_version: 2025-09\ntype: {kind}\n"},
            f"{word}.* is not supported",
            "problem.yaml",
        )
        for kind, word in {
            "interactive": "interactive",
            "[pass-fail, multi-pass]": "multi-pass",
            "submit-answer": "submit-answer",
            "scoring": "scoring",
            "riddle": "riddle",
        }.items()
    ),
    *(
        Situation(
            f"a legacy problem with validation {words} is refused by name",
            {"problem.yaml": f"name: Sum\nvalidation: {words}\n"},
            f"{words.split()[-1]}.* is not supported",
            "problem.yaml",
        )
        for words in ("custom interactive", "custom score", "custom multipass")
    ),
    Situation(
        "a legacy package that promises an output validator must have it",
        {"problem.yaml": "name: Sum\nvalidation: custom\n"},
        "has none",
        "output_validators",
    ),
    Situation(
        "limits of the package are read",
        {"problem.yaml": "limits: {memory: 1024, output: 8, time_limit: 2.5, other: x}\n"},
        holds=lambda p: p.limits.model_dump() == {"cpu_s": 2.5, "memory_mb": 1024, "output_mb": 8},
    ),
    Situation(
        "a time limit of DOMjudge is read",
        LEGACY | {".timelimit": "3\n"},
        holds=lambda p: p.limits.cpu_s == 3.0,
    ),
    Situation(
        "a limit that is no number is named",
        {"problem.yaml": "limits: {memory: lots}\n"},
        "limits.memory is 'lots'",
        "problem.yaml",
    ),
    Situation(
        "a negative time limit is named",
        {"problem.yaml": "limits: {time_limit: -1}\n"},
        "limits.time_limit is '-1'",
        "problem.yaml",
    ),
    Situation(
        "a statement that is only a PDF is enough to compare programs",
        {"statement/problem.en.md": None, "statement/problem.en.pdf": b"%PDF"},
        holds=lambda p: p.statement == "",
    ),
    Situation(
        "a statement can be in another language, in LaTeX, in the legacy folder",
        {"statement/problem.en.md": None, "problem_statement/problem.sv.tex": "Summa.\n"},
        holds=lambda p: p.statement == "Summa.",
    ),
    Situation(
        "constants are replaced in the statement and in programs",
        {
            "problem.yaml": "problem_format_version: 2025-09\n"
            "constants: {most: 10, half: {value: 5, tex: five}}\n",
            "statement/problem.en.md": "{{most}} {{half}} {{half.tex}} {{other}}",
            "input_validators/check.py": "N = {{most}}\n",
        },
        holds=lambda p: (
            p.statement == "10 5 five {{other}}"
            and p.validators["check.py"].files == {"check.py": "N = 10\n"}
        ),
    ),
]

PROGRAMS = [
    Situation(
        "C++ has five suffixes",
        {f"submissions/accepted/{name}": CPP for name in ("a.cc", "b.cxx", "c.c++", "d.C")},
        holds=lambda p: sum(s.suffix == ".cpp" for s in p.submissions) == 4,
    ),
    Situation(
        "suffixes of submissions can be upper-case, and Python has two",
        {"submissions/accepted/a.PY": FAST, "submissions/accepted/b.py3": FAST},
        holds=lambda p: sum(s.suffix == ".py" for s in p.submissions) == 4,
    ),
    Situation(
        "a submission can be a folder with one file",
        {"submissions/accepted/sol.v2/anything.cpp": CPP},
        holds=lambda p: get_fast(p, "sol.v2") == ".cpp" + CPP,
    ),
    Situation(
        "headers of a submission become part of its text",
        {
            "submissions/accepted/sol/main.cc": '#include "lib/sum.hpp"\nint main() {}\n',
            "submissions/accepted/sol/lib/sum.hpp": '#include "../base.h"\nint sum;\n',
            "submissions/accepted/sol/base.h": "#include <cstdio>\nint base;\n",
        },
        holds=lambda p: (
            get_fast(p, "sol") == ".cpp#include <cstdio>\nint base;\n\nint sum;\n\nint main() {}\n"
        ),
    ),
    Situation(
        "a submission of several sources is skipped",
        {"submissions/accepted/sol/a.cpp": CPP, "submissions/accepted/sol/b.cpp": "int b;\n"},
        skipped="accepted/sol .*several files",
        holds=lambda p: len(p.submissions) == 2,
    ),
    Situation(
        "a folder of Python files without a main one is skipped",
        {"submissions/accepted/sol/a.py": FAST, "submissions/accepted/sol/b.py": ""},
        skipped="which of a.py, b.py is the program",
    ),
    Situation(
        "a folder with programs in two languages is skipped",
        {"submissions/accepted/sol/a.py": FAST, "submissions/accepted/sol/a.cpp": CPP},
        skipped="in several languages",
    ),
    Situation(
        "submissions in other languages are skipped",
        {"submissions/accepted/a.kt": "", "submissions/time_limit_exceeded/b.py2": ""},
        skipped="accepted/a.kt .*b.py2",
        holds=is_base,
    ),
    Situation(
        "a submission in Python 2 is skipped",
        {"submissions/accepted/old.py": "#!/usr/bin/env python2\nprint 3\n"},
        skipped="accepted/old.py .in Python 2",
        holds=is_base,
    ),
    Situation(
        "files that are added to submissions are named",
        {"include/cpp/grader.h": ""},
        skipped="include",
        holds=is_base,
    ),
    Situation(
        "a submission in Latin-1 is read",
        {"submissions/accepted/fast.py": (FAST + "# Größe\n").encode("latin-1")},
        holds=lambda p: "# Größe" in get_fast(p, "fast.py"),
    ),
    Situation(
        "a submission in Shift-JIS is read",
        {"submissions/accepted/fast.py": (FAST + "# 足し算をする\n").encode("shift-jis")},
        holds=lambda p: "# 足し算をする" in get_fast(p, "fast.py"),
    ),
    Situation(
        "a submission with a byte order mark and Windows line ends is read",
        {"submissions/accepted/fast.py": b"\xef\xbb\xbf" + FAST.replace("\n", "\r\n").encode()},
        holds=lambda p: get_fast(p, "fast.py") == ".py" + FAST,
    ),
    Situation(
        "a submission that is no text is refused with the fix",
        {"submissions/accepted/fast.py": b"\x7fELF\0\0"},
        "cannot be read: it holds zero bytes",
        "submissions/accepted/fast.py",
    ),
    Situation(
        "a submission in no encoding that is known is refused with the fix",
        {"submissions/accepted/fast.py": b"print('\x81\x8d\xff')\n"},
        "neither UTF-8 nor Shift-JIS nor Latin-1",
        "submissions/accepted/fast.py",
    ),
    Situation(
        "validators in languages of their own are skipped",
        {"input_validators/a.ctd": "INT(1,2)", "input_format_validators/b.viva": ""},
        skipped="a.ctd .*b.viva",
        holds=lambda p: p.validators == {},
    ),
    Situation(
        "an input validator with a header outside the package is skipped",
        {
            "input_validators/check/check.cpp": INPUT_CPP,
            "input_validators/check/validation.h": Link("/usr/include/stdio.h"),
        },
        skipped="input_validators/check .the link leads outside the package: .*validation.h",
        holds=lambda p: p.validators == {},
    ),
    Situation(
        "an input validator with a link to a header that is not there is skipped",
        {
            "input_validators/check/check.cpp": INPUT_CPP,
            "input_validators/check/validation.h": Link("../../../headers/validation.h"),
        },
        skipped="input_validators/check .the link leads nowhere",
        holds=lambda p: p.validators == {},
    ),
    Situation(
        "a validator that a script builds is skipped",
        {"input_validators/check/build": "#!/bin/sh\n", "input_validators/check/a.cpp": INPUT_CPP},
        skipped="check .*built by a script, `build`",
        holds=lambda p: p.validators == {},
    ),
    Situation(
        "an output validator that a script runs is refused",
        {"output_validator/run": "#!/bin/sh\n"},
        "built by a script, `run`",
        "output_validator",
    ),
    Situation(
        "an output validator in another language is refused",
        {"output_validator/judge.hs": "main\n"},
        "in no language of pieforge: judge.hs",
        "output_validator",
    ),
    Situation(
        "a legacy output validator that problem.yaml does not ask for is skipped",
        LEGACY | {"output_validators/judge.py": JUDGE, "output_validator/judge.py": JUDGE},
        skipped="output_validators .*; output_validator .",
        holds=is_base,
    ),
    Situation(
        "several output validators are refused",
        {
            "problem.yaml": "name: Sum\nvalidation: custom\n",
            "output_validators/a/judge.py": JUDGE,
            "output_validators/b/judge.py": JUDGE,
        },
        "several output validators: a, b",
        "output_validators",
    ),
]

GENERATORS = [
    *(
        Situation(
            f"generators.yaml with {title} has no cases",
            {"generators/generators.yaml": text},
            holds=is_base,
        )
        for title, text in {
            "nothing in it": "",
            "an empty data": "data:\n",
            "data that is a list": "data: [secret]\n",
            "a secret that is text": "data: {secret: text}\n",
            "cases that are numbers": "data: {secret: {data: [1, [2], {a: [3]}]}}\n",
        }.items()
    ),
    Situation(
        "a generator in Python with a seed is used",
        generators("a: gen.py 5 {seed}", "b: /gen.py {seed:2}", "c: gen.py 5"),
        holds=lambda p: [c.name for c in p.generator_calls] == ["a", "b"],
    ),
    *(
        Situation(f"{title} is skipped", generators(case, **more), skipped=note)
        for title, case, more, note in (
            ("a generator in C++", "a: gen.cpp {seed}", {"generators/gen.cpp": CPP}, "gen.cpp"),
            (
                "a generator that is a folder",
                "a: tree {seed}",
                {"generators/tree/main.py": "print(1, 2)\n"},
                "generators tree .not one Python file",
            ),
            ("a count", "a: {generate: 'gen.py {seed}', count: 3}", {}, "count"),
            ("a count in a command", "'a{count}': gen.py {count} {seed}", {}, "count"),
        )
    ),
    Situation(
        "a generator alias is skipped",
        {
            **generators("x: tree {seed}"),
            "generators/generators.yaml": "generators:\n  tree: [a.py, b.py]\n"
            "data:\n  secret:\n    data:\n      - a: tree {seed}\n",
        },
        skipped="generators tree .aliases",
    ),
    Situation(
        "an apostrophe in a generator's command is named",
        generators("a: gen.py don't {seed}"),
        "command of a cannot be read: no closing quotation",
        "generators/generators.yaml",
    ),
]

SITUATIONS = [
    *STRAY,
    *TEST_DATA,
    *ARGUMENTS,
    *HOSTILE,
    *METADATA,
    *PROGRAMS,
    *GENERATORS,
]
"""Situations that reading the package decides."""

RUN = [
    Situation(
        "an output validator in Python can write its message",
        {"output_validator/judge.py": JUDGE},
    ),
    Situation(
        "an output validator in Python can be several files",
        {
            "output_validator/main.py": "import helper\nhelper.judge()\n",
            "output_validator/helper.py": "def judge():\n    "
            + JUDGE.replace("\n", "\n    ").rstrip()
            + "\n",
        },
    ),
    Situation(
        "an output validator in C++ can be a folder with headers and several sources",
        {
            "problem.yaml": "name: Sum\nvalidation: custom\n",
            "output_validators/judge/judge.cc": JUDGE_CPP,
            "output_validators/judge/helper.cc": HELPER_CPP,
            "output_validators/judge/validation.h": VALIDATION_H,
        },
    ),
    Situation(
        "an output validator that fails on a wrong output is named at once",
        {"output_validator/judge.py": JUDGE.replace('"judgemessage.txt"', '"no/such/folder.txt"')},
        "output validator judge.py ended with RE",
    ),
    Situation(
        "an output validator that accepts everything is named",
        {"output_validator/judge.py": "import sys\nsys.exit(42)\n"},
        "accepts every output",
    ),
    Situation(
        "an output validator gets the arguments of the test",
        {
            "output_validator/judge.py": JUDGE.replace(
                "words = ", "assert sys.argv[4:] == [open(sys.argv[1]).read()[0]]\nwords = "
            ),
            "data/sample/1.yaml": "output_validator_args: ['1']\n",
            "data/secret/1.yaml": "output_validator_args: ['4']\n",
        },
    ),
    Situation(
        "a tolerance of one group holds for its tests alone",
        {
            "data/sample/test_group.yaml": PER_CASE,
            "data/sample/1.ans": "3.0001\n",
            "data/secret/1.ans": "9.0001\n",
        },
        "differs from the answer of secret/1",
    ),
    Situation(
        "an input validator gets the arguments of the test",
        {
            "input_validators/check.py": INPUT_BY_ARGUMENT,
            "data/sample/test_group.yaml": "input_validator_args: [2]\n",
            "data/secret/test_group.yaml": "input_validator_args: {check: [5]}\n",
        },
    ),
    Situation(
        "an input validator can be a folder with a header, in C++",
        {
            "input_validators/check/check.cxx": INPUT_CPP.replace(
                '"validation.h"', "<validation.h>"
            ),
            "input_validators/check/validation.h": READ_TWO,
        },
    ),
    Situation(
        "an input validator can have its header next to it",
        {"input_validators/check.cpp": INPUT_CPP, "input_validators/validation.h": READ_TWO},
    ),
    Situation(
        "an input validator without its header is named",
        {"input_validators/check.cpp": INPUT_CPP},
        "check.cpp does not compile.*validation.h",
    ),
    Situation(
        "an input validator can be a folder with helper modules, in Python",
        {
            "input_validators/check/__init__.py": "",
            "input_validators/check/__main__.py": "import helper\nhelper.check()\n",
            "input_validators/check/helper.py": "def check():\n    import sys\n"
            "    sys.exit(42 if len(input().split()) == 2 else 43)\n",
        },
    ),
    Situation(
        "one of two input validators has to refuse an invalid input",
        {
            "input_validators/a.py": INPUT_OK,
            "input_validators/b.py": "import sys\nsys.exit(42)\n",
            "data/invalid_input/1.in": "1\n",
        },
    ),
    Situation(
        "an invalid input that every validator accepts is named",
        {"input_validators/a.py": INPUT_OK, "data/invalid_input/1.in": "1 2\n"},
        "accepts the package's own test invalid_input/1",
    ),
    Situation(
        "a submission in C++20 is one, although its suffix is that of C++17",
        {"submissions/accepted/new.cpp": CPP20},
        holds=lambda p: len(p.submissions) == 3,
    ),
    Situation(
        "a slow submission that needs more time than the limit is skipped, if another is left",
        {"submissions/time_limit_exceeded/ever.cpp": "int main() { for (;;) {} }\n"},
        skipped="time_limit_exceeded/ever.cpp .it needs more time than the limit on sample/1",
    ),
    Situation(
        "slow submissions that all need more time than the limit are named",
        {"submissions/time_limit_exceeded/slow.py": "while True:\n    pass\n"},
        "no slow submission is left: .*slow.py .it needs more time",
    ),
    Situation(
        "a submission that needs more memory than the limit is skipped, and named so",
        {"submissions/accepted/large.cpp": LARGE + CPP},
        skipped="accepted/large.cpp .it needs more memory than the limit on sample/1",
    ),
    Situation(
        "a limit of the package on memory holds instead of the configuration's",
        {
            "problem.yaml": "limits: {memory: 512}\n",
            "submissions/accepted/fast.cpp": LARGE + CPP,
        },
    ),
    Situation(
        "a Java class can have any name",
        {"submissions/accepted/Adder.java": JAVA},
        holds=lambda p: len(p.submissions) == 3,
    ),
    Situation(
        "a submission in Shift-JIS runs",
        {"submissions/accepted/fast.py": ("# 足し算をする\n" + FAST).encode("shift-jis")},
    ),
]
"""Situations that running the package's programs decides."""
