"""C17, with the flags of C++17: optimised alike, linked statically."""

from pieforge.sandbox.languages import Language, SelfTest
from pieforge.sandbox.languages.builds import (
    GNU_PERTURBATIONS,
    create_gnu_builds,
    create_gnu_cross_builds,
)

_COMPILE = (
    "{tool}",
    "-O3",
    "-std=c17",
    "-static",
    "-fmax-errors=20",
    "-fdiagnostics-color=never",
    "-o",
    "/tmp/out",  # noqa: S108 - inside the sandbox
    "main.c",
    "-lm",
)

LANGUAGE = Language(
    title="C17",
    suffix=".c",
    fences=("c", "c17", "c11", "c99"),
    tool="gcc",
    package="gcc",
    compile=_COMPILE,
    run=("/prog",),
    coverage_command=(
        "{tool}",
        "-O1",
        "-std=c17",
        "-static",
        "-fsanitize-coverage=trace-pc,trace-cmp",
        "-w",
        "-o",
        "/tmp/out",  # noqa: S108 - inside the sandbox
        "main.c",
        "-lm",
    ),
    cross_builds=create_gnu_cross_builds(_COMPILE, driver="gcc"),
    builds=create_gnu_builds("-std=c17", "main.c", driver="clang", libraries=("-lm",)),
    perturbations=GNU_PERTURBATIONS,
    header_kind="c-header",
    empty_program="int main(void) { return 0; }\n",
    self_test=SelfTest(
        source=(
            "#include <stdio.h>\n"
            "int main(void) { long a, b;\n"
            '  if (scanf("%ld %ld", &a, &b) == 2) printf("%ld\\n", a + b); }\n'
        ),
        stdin=b"20 22\n",
        stdout=b"42\n",
    ),
)
