"""C++17, with the flags of PIE and linked statically (section 3.2 of arXiv 2302.07867)."""

from pieforge.sandbox.languages import Language, SelfTest
from pieforge.sandbox.languages.builds import (
    GNU_PERTURBATIONS,
    create_gnu_builds,
    create_gnu_cross_builds,
)

_COMPILE = (
    "{tool}",
    "-O3",
    "-std=c++17",
    "-static",
    "-fmax-errors=20",
    "-fdiagnostics-color=never",
    "-o",
    "/tmp/out",  # noqa: S108 - inside the sandbox
    "main.cpp",
)

LANGUAGE = Language(
    title="C++17",
    suffix=".cpp",
    fences=("cpp", "c++", "cxx", "cc", "cpp17", "c++17"),
    tool="g++",
    package="g++",
    compile=_COMPILE,
    run=("/prog",),
    coverage_command=(
        "{tool}",
        "-O1",
        "-std=c++17",
        "-static",
        "-fsanitize-coverage=trace-pc,trace-cmp",
        "-w",
        "-o",
        "/tmp/out",  # noqa: S108 - inside the sandbox
        "main.cpp",
    ),
    header_kind="c++-header",
    cross_builds=create_gnu_cross_builds(_COMPILE, driver="g++"),
    builds=create_gnu_builds("-std=c++17", "main.cpp", driver="clang++"),
    perturbations=GNU_PERTURBATIONS,
    empty_program="int main() {}\n",
    self_test=SelfTest(
        source=(
            "#include <iostream>\n"
            "int main() { long a, b; std::cin >> a >> b; std::cout << a + b << '\\n'; }\n"
        ),
        stdin=b"20 22\n",
        stdout=b"42\n",
    ),
)
