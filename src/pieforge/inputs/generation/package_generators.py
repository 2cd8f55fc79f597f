"""Inputs from a package's own generator scripts, run anew with fresh seeds, inside the sandbox."""

import re
from collections.abc import Mapping, Sequence

from pieforge.errors import PackageError
from pieforge.inputs import NamedInput
from pieforge.records import Verdict, derive_seed, digest
from pieforge.sandbox.sandbox import Limits, Sandbox

_SEED = re.compile(r"\{seed(:\d+)?\}")


def fill_seed(arguments: Sequence[str], salt: str) -> tuple[str, ...]:
    """Put a 31-bit seed, derived from the command and a salt, in the place of `{seed}`.

    `{seed:1}` and `{seed:2}` in otherwise equal commands give different seeds, as BAPCtools has it.
    """
    seed = derive_seed(salt, *arguments)
    return tuple(_SEED.sub(str(seed), argument) for argument in arguments)


def derive_largest_calls(
    calls: Sequence[tuple[str, tuple[str, ...]]], seed: str
) -> list[tuple[str, tuple[str, ...]]]:
    """Return calls, none of them given, with the largest numbers that calls alike in form have.

    Two calls are alike in form where they call the same script with numbers in the same places.
    A script's own words, such as the kind of input to make, stay as they are. In seeded order.

    Args:
        calls: Scripts with their arguments.
        seed: Decides the order.
    """
    largest: dict[tuple[str, tuple[bool, ...]], list[int]] = {}
    for script, arguments in calls:
        numbers = [int(word) if word.isdigit() else 0 for word in arguments]
        form = script, tuple(word.isdigit() for word in arguments)
        known = largest.setdefault(form, numbers)
        largest[form] = [max(pair) for pair in zip(known, numbers, strict=True)]
    made = {}
    for script, arguments in calls:
        numbers = largest[script, tuple(word.isdigit() for word in arguments)]
        words = tuple(
            str(number) if word.isdigit() else word
            for word, number in zip(arguments, numbers, strict=True)
        )
        made[script, words] = digest(seed, script, *words)
    return sorted(made.keys() - set(calls), key=lambda call: made[call])


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
            fix=f"add {script} beside it, or correct the name",
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
