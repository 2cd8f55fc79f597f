"""C++20, with the flags of C++17; a `.cpp` file means C++17 unless only C++20 is spoken."""

from pieforge.sandbox.languages import Language, SelfTest
from pieforge.sandbox.languages.builds import (
    GNU_PERTURBATIONS,
    create_gnu_builds,
    create_gnu_cross_builds,
)

_COMPILE = (
    "{tool}",
    "-O3",
    "-std=c++20",
    "-static",
    "-fmax-errors=20",
    "-fdiagnostics-color=never",
    "-o",
    "/tmp/out",  # noqa: S108 - inside the sandbox
    "main.cpp",
)

LANGUAGE = Language(
    title="C++20",
    suffix=".cpp",
    variant=True,
    fences=("cpp", "c++", "cxx", "cc", "cpp20", "c++20"),
    tool="g++",
    package="g++",
    compile=_COMPILE,
    run=("/prog",),
    coverage_command=(
        "{tool}",
        "-O1",
        "-std=c++20",
        "-static",
        "-fsanitize-coverage=trace-pc,trace-cmp",
        "-w",
        "-o",
        "/tmp/out",  # noqa: S108 - inside the sandbox
        "main.cpp",
    ),
    header_kind="c++-header",
    cross_builds=create_gnu_cross_builds(_COMPILE, driver="g++"),
    builds=create_gnu_builds("-std=c++20", "main.cpp", driver="clang++"),
    perturbations=GNU_PERTURBATIONS,
    empty_program="int main() {}\n",
    self_test=SelfTest(
        source=(
            "#include <compare>\n#include <iostream>\n#include <span>\n"
            "int main() { long a[2]; for (long &x : std::span(a)) std::cin >> x;\n"
            "  if ((a[0] <=> a[1]) < 0) std::cout << a[0] + a[1] << '\\n'; }\n"
        ),
        stdin=b"20 22\n",
        stdout=b"42\n",
    ),
)
