"""Inputs from a package's own generator scripts, run in the sandbox with new seeds."""

import re
from collections.abc import Mapping, Sequence

from pieforge.errors import PackageError
from pieforge.inputs import NamedInput
from pieforge.records import Verdict, derive_seed, digest
from pieforge.sandbox.sandbox import Limits, Sandbox

_SEED = re.compile(r"\{seed(:\d+)?\}")


def fill_seed(arguments: Sequence[str], salt: str) -> tuple[str, ...]:
    """Replace `{seed}` by a 31-bit seed derived from the command and a salt.

    `{seed:1}` and `{seed:2}` in otherwise equal commands give different seeds, as in BAPCtools.
    """
    seed = derive_seed(salt, *arguments)
    return tuple(_SEED.sub(str(seed), argument) for argument in arguments)


def derive_largest_calls(
    calls: Sequence[tuple[str, tuple[str, ...]]], seed: str
) -> list[tuple[str, tuple[str, ...]]]:
    """Return new calls with the largest numbers that calls of the same form have.

    Two calls have the same form if they call the same script with numbers in the same positions.
    Other arguments, such as the kind of input to make, stay as they are.

    Args:
        calls: Scripts with their arguments.
        seed: Determines the order.
    """
    largest: dict[tuple[object, ...], int] = {}
    for script, words in calls:
        for key, word in zip(_list_positions(script, words), words, strict=True):
            if word.isdigit():
                largest[key] = max(int(word), largest.get(key, 0))
    made = set()
    for script, words in calls:
        keys = zip(_list_positions(script, words), words, strict=True)
        made.add((script, tuple(str(largest.get(key, word)) for key, word in keys)))
    return sorted(made - set(calls), key=lambda call: digest(seed, call[0], *call[1]))


def _list_positions(script: str, words: Sequence[str]) -> list[tuple[object, ...]]:
    """Return for each argument its position among all calls of the same form."""
    form = tuple(word.isdigit() for word in words)
    return [(script, form, index) for index in range(len(words))]


async def run_generator(
    sandbox: Sandbox,
    files: Mapping[str, bytes],
    script: str,
    arguments: Sequence[str],
    *,
    name: str,
    salt: str,
    limits: Limits,
) -> NamedInput:
    """Run one generator call and return the input that it wrote.

    Raises:
        PackageError: The script is not there or did not end with exit status 0.
    """
    if script not in files:
        raise PackageError(
            f"generator case {name!r} calls {script!r}, which is not there",
            where="generators.yaml",
            fix=f"add {script} next to it, or correct the name",
        )
    filled = fill_seed(arguments, salt)
    result = await sandbox.run_script(files, (script, *filled), b"", limits)
    if result.verdict is not Verdict.AC:
        said = result.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise PackageError(
            f"generator case {name!r} ended with {result.verdict}: {''.join(said)[-200:]}",
            where=f"{script} {' '.join(filled)}",
            fix="run the generator by hand with these arguments",
        )
    return NamedInput(name=name, data=result.stdout)
