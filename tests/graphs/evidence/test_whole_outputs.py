"""Fields of outputs, and programs in whose outputs one no longer varies."""

from pathlib import Path

import pytest

from pieforge.config import Config, RunSection
from pieforge.equivalence.observation import hash_output
from pieforge.graphs.evidence.whole_outputs import (
    collect_fields,
    find_degenerate_field,
    store_outputs,
)
from pieforge.graphs.run import open_executor
from pieforge.inputs import NamedInput
from pieforge.ledger import Ledger
from pieforge.records import ProgramText

BASE = "n = int(input())\nfor i in range(n):\n    print(i, 'x')\nprint(n % 3, n * n)\n"
INPUTS = [NamedInput(f"secret/{n}", f"{n}\n".encode()) for n in range(1, 7)]


def program(code: str) -> ProgramText:
    return ProgramText.create("small", "python", code)


def test_fields_are_words_by_their_place_from_both_ends_that_every_output_has() -> None:
    found = collect_fields([b"a 1\nb 2\n", b"a 3\n"])
    assert found["word 2 of line 1"] == ["1", "3"]
    assert found["word 2 of line from the end 1"] == ["2", "3"]
    assert found["word 1 of line from the end 1"] == ["b", "a"]
    assert "word 1 of line 2" not in found


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (BASE.replace("n % 3", "n // 99"), "word 1 of line from the end 1 is 0 on all 6 inputs"),
        (BASE.replace("n * n", "n - n"), "word 2 of line from the end 1 is 0 on all 6 inputs"),
        (BASE.replace("n % 3", "n % 2"), ""),
        (BASE.replace("'x'", "'y'"), ""),
        (BASE, ""),
    ],
)
async def test_a_field_that_varied_before_and_no_longer_does_is_named(
    code: str, expected: str
) -> None:
    """A word that was the same before, such as `x`, says nothing about the change."""
    ledger = Ledger(Path(":memory:"))
    async with open_executor(Config(run=RunSection(languages=("python",))), ledger) as executor:
        suite = executor.store_suite(INPUTS)
        found = await find_degenerate_field(executor, program(code), program(BASE), suite)
        outputs = await store_outputs(executor, program(BASE), suite)
    assert found == expected
    assert ledger.get_blob(outputs.blobs[0]) == b"0 x\n1 1\n"
    ledger.close()


async def test_outputs_of_earlier_runs_are_kept_and_not_made_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Only the largest output, of which the first run kept nothing but the hash, is made again."""
    code = program("n = int(input())\nprint('x' * n if n > 4 else n)\n")
    large = NamedInput("secret/large", b"100000\n")
    ledger = Ledger(Path(":memory:"))
    async with open_executor(Config(run=RunSection(languages=("python",))), ledger) as executor:
        suite = executor.store_suite([*INPUTS, large])
        seen = await executor.observe(code, suite)
        with caplog.at_level("DEBUG", logger="pieforge.executors.local"):
            outputs = await store_outputs(executor, code, suite)
            await store_outputs(executor, code, executor.store_suite(INPUTS))
    assert [hash_output(ledger.get_blob(blob)) for blob in outputs.blobs] == list(seen.outputs)
    assert len(caplog.records) == 1, "one job, for the large output"
    ledger.close()
