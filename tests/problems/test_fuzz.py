"""Damaged packages and configurations: whatever is in them, only pieforge's own errors come out.

`make fuzz` sets PIEFORGE_FUZZ_CASES; a case is repeated by its number, which a failure shows.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import tomli_w

from pieforge.config import Config, load_config
from pieforge.errors import ConfigError, PackageError
from pieforge.graphs.problems.preparation import hash_package
from pieforge.graphs.problems.suites import create_output_rules
from pieforge.problems import BUNDLED, load_problem

CASES = int(os.environ.get("PIEFORGE_FUZZ_CASES", "500"))
PACKAGES = ("lanternoil", "echosong", "tokenmachine")
MORE = {
    "data/test_group.yaml": "output_validator_args: [float_tolerance, 1e-6]\n",
    "data/secret/test_group.yaml": "input_validator_args: {validate: [a, 'b c']}\n",
    "data/sample/testdata.yaml": "output_validator_flags: case_sensitive\n",
    "output_validator/judge.cc": '#include "validation.h"\nint main() {}\n',
    "output_validator/validation.h": "#pragma once\n",
    "submissions/accepted/folder/main.cc": '#include "a.h"\nint main() {}\n',
    "submissions/accepted/folder/a.h": "int a;\n",
    "generators/gen.py": "print(1)\n",
}
META = (
    "problem_format_version: 2025-09\nname: {en: Name}\ntype: [pass-fail]\nlicense: cc0\n"
    "limits: {time_limit: 2.0, memory: 512, output: 8}\nvalidator_flags: a b\n"
    "constants: {most: 10, half: {value: 5}}\n"
)
TOKENS = (
    *(b"[", b"]", b"{", b"}", b"'", b'"', b": ", b"- ", b"\n", b"&a ", b"*a", b"<<: ", b"!!int "),
    *(b"!!python/object:os.system ", b"null", b"~", b"nan", b"-inf", b"1e999", b"-1", b"0x", b"%"),
    *(b"\0", b"\xff\xfe", b"\xed\xa0\x80", b'"\\ud800"', b"\xef\xbb\xbf", b"\r", b"\t", b"#", b"="),
    *(
        b"{{most}}",
        b"{seed",
        b"{count}",
        b"../",
        b"/",
        b"2024-99-99",
        b"[[a]]",
        b"\x1b[2J",
        b"9" * 5000,
    ),
)
TOML_VALUES = (
    *("nan", "-inf", "1e999", "-1", "0", "true", "''", "'\\u0000'", '"\\u0000"', '"\\ud7ff"'),
    *("[]", "{}", "[[1], {a = 1}]", "1979-05-27", "07:32:00", "9" * 30, "9" * 5000, "'''x", "'x'"),
    *("'" + "x" * 5000 + "'", "{a = {b = {c = 1}}}", "[" * 500 + "]" * 500, "'/dev/null'", "'~'"),
)
TOML_TABLES = ("run", "author", "simulator.gem5", "simulator.x", "a.b", "[x]")


def change_bytes(random: Random, data: bytes) -> bytes:
    """Return content with one part removed, repeated, replaced or inserted."""
    start = random.randrange(len(data) + 1)
    end = min(len(data), start + random.choice((0, 1, 2, 8, 60)))
    part = random.choice(
        (b"", data[start:end] * 2, random.choice(TOKENS), random.randbytes(end - start))
    )
    return data[:start] + part + data[end:]


def shuffle_lines(random: Random, data: bytes) -> bytes:
    """Return content with its lines in another order, indented in another way."""
    lines = [b" " * random.choice((0, 0, 2)) + line for line in data.split(b"\n")]
    random.shuffle(lines)
    return b"\n".join(lines)


def replace_value(random: Random, data: bytes) -> bytes:
    """Return content with what follows one of its colons replaced."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    lines[at] = lines[at].partition(b":")[0] + b": " + random.choice(TOKENS)
    return b"\n".join(lines)


CHANGES: tuple[Callable[[Random, bytes], bytes], ...] = (
    *(change_bytes, change_bytes, shuffle_lines, replace_value),
    lambda random, data: data[: random.randrange(len(data) + 1)],
)


def damage_file(random: Random, path: Path) -> None:
    """Change a file of a package, or what it is."""
    data = path.read_bytes()
    kind = random.randrange(12)
    if kind < 8:
        path.write_bytes(random.choice(CHANGES)(random, data))
        return
    path.unlink()
    if kind == 8:
        path.mkdir()
    elif kind == 9:
        path.symlink_to(random.choice(("gone", "/etc/passwd", ".", "..", path.name, "/dev/zero")))
    elif kind == 10:
        os.mkfifo(path)
    else:
        name = random.choice((b"\xff", b"\n", b" ", b"\x1b[2J", b"-", "ß".encode(), b"*"))
        changed = os.fsencode(path.stem) + name + os.fsencode(path.suffix)
        (path.parent / os.fsdecode(changed)).write_bytes(data)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return packages that are valid, and have what the format allows."""
    root = tmp_path_factory.mktemp("packages")
    made = [Path(shutil.copytree(BUNDLED / name, root / name)) for name in PACKAGES]
    for package in made[1:]:
        (package / "problem.yaml").write_text(META)
        for name, text in MORE.items():
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_text(text)
    for package in made:
        for test in sorted((package / "data" / "secret").glob("*.in"))[3:]:
            test.unlink()
        assert load_problem(package).tests
    return made


# In parts, so that both cores work and a failure names few cases.
@pytest.mark.parametrize("part", range(10))
def test_a_damaged_package_is_read_or_refused_with_an_error_of_ours(
    tmp_path: Path, originals: list[Path], part: int
) -> None:
    refused, unplaced = 0, []
    for case in range(part, CASES, 10):
        random = Random(case)
        package = Path(shutil.copytree(random.choice(originals), tmp_path / str(case)))
        important = [path for path in package.rglob("*") if path.suffix in (".yaml", ".md", ".tex")]
        for _ in range(random.choice((1, 1, 2, 4))):
            every = sorted(path for path in package.rglob("*") if path.is_file())
            some = sorted(path for path in important if path.is_file())
            damage_file(random, random.choice(some if some and random.random() < 0.6 else every))
        try:
            problem = load_problem(package)
            create_output_rules(problem).model_dump_json()
            hash_package(problem)
        except PackageError as error:
            refused += 1
            unplaced += [] if error.where.startswith(str(package)) and error.fix else [case]
        except BaseException as error:
            error.add_note(f"case {case}")
            raise
        shutil.rmtree(package)
    assert unplaced == []
    assert 0 < refused < CASES / 10


def damage_toml(random: Random, text: str) -> bytes:
    """Return a configuration with other values, keys or bytes."""
    lines = text.split("\n")
    for _ in range(random.choice((1, 1, 2, 5))):
        at = random.randrange(len(lines))
        key = lines[at].partition("=")[0]
        lines[at] = random.choice(
            (
                f"{key} = {random.choice(TOML_VALUES)}",
                f"{key}{random.choice(('.x', 'x', ' '))} = {random.choice(TOML_VALUES)}",
                f"[{random.choice(TOML_TABLES)}]",
                "",
                random.choice(lines),
            )
        )
    data = "\n".join(lines).encode()
    return change_bytes(random, data) if random.random() < 0.3 else data


@pytest.mark.parametrize("part", range(2))
def test_a_damaged_configuration_is_read_or_refused_with_an_error_of_ours(
    tmp_path: Path, part: int
) -> None:
    values = Config().model_dump(mode="json", exclude_none=True)
    values["simulator"]["gem5"] = {"binary": "gem5"}
    text = tomli_w.dumps(values)
    path = tmp_path / "config.toml"
    path.write_text(text)
    load_config(path)
    refused, unplaced = 0, []
    for case in range(part, CASES, 2):
        path.write_bytes(damage_toml(Random(case), text))
        try:
            load_config(path)
        except ConfigError as error:
            refused += 1
            unplaced += [] if error.where == str(path) else [case]
        except BaseException as error:
            error.add_note(f"case {case}")
            raise
    assert unplaced == []
    assert 0 < refused < CASES
