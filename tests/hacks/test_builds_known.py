"""Every preprocessor condition whose result differs between two builds is refused."""

import shutil
import subprocess

import pytest

from pieforge.integrity.checks.knows_its_build import CHECK
from pieforge.integrity.detection import CheckedProgram
from pieforge.sandbox.languages import get_language

CPP = get_language("cpp17")
HEADER = "#include <vector>\n"
INT_LIMITS = tuple(
    f"{kind}_{end}"
    for kind in [
        "CHAR",
        "SCHAR",
        "UCHAR",
        "SHRT",
        "USHRT",
        "INT",
        "UINT",
        "LONG",
        "ULONG",
        "LLONG",
        "ULLONG",
    ]
    for end in ("MIN", "MAX")
)
"""Defined in every build, with equal values in different notation."""


def macros(tool: str, command: tuple[str, ...]) -> dict[str, str]:
    """Return the macros that a build defines after a header of the library."""
    options = [o for o in command if o.startswith(("-O", "-D", "-f", "-std"))]
    plain = [o for o in options if not any(word in o for word in ("max", "diagnostics", "pch"))]
    done = subprocess.run(
        [tool, *plain, "-dM", "-E", "-x", "c++", "-"],
        input=HEADER,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = (line.removeprefix("#define ").partition(" ") for line in done.stdout.splitlines())
    return {name.split("(")[0]: value for name, _, value in lines}


@pytest.mark.parametrize(("build", "tool"), [("sanitized", "g++"), ("clang", "clang++")])
def test_a_condition_on_any_macro_that_differs_between_builds_is_refused(
    build: str, tool: str
) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    ordinary = macros("g++", CPP.compile)
    [other] = [macros(tool, b.compile) for b in CPP.builds if b.name == build]
    different = ordinary.keys() ^ other.keys()
    different |= {name for name in ordinary if name in other and ordinary[name] != other[name]}
    tested = {name for name in different if not name.endswith(INT_LIMITS)} - {"__GNUC__"}
    assert {"__OPTIMIZE__", "__SANITIZE_ADDRESS__"} & tested or "__clang__" in tested
    text = "".join(f"#ifdef {name}\n#endif\n" for name in sorted(tested))
    refused = {finding.split(" ")[0] for finding in CHECK.find(CheckedProgram("cpp17", text))}
    assert tested - refused == set()
