import json

import pytest
from measurement.expected_counts import EXPECTED, count_programs, list_versions

from pieforge.measurement.simulators.cachegrind import (
    BASELINE,
    COPY_INSTRUCTIONS,
    Cachegrind,
    measure_copy_instructions,
)
from pieforge.sandbox.sandbox import Sandbox

pytestmark = pytest.mark.slow


async def test_counts_are_those_of_every_other_machine(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))
    if list_versions() != expected["packages"]:
        pytest.skip(f"recorded with {expected['packages']}, not with {list_versions()}")
    for name in BASELINE:
        monkeypatch.setenv(name, "glibc.cpu.hwcaps=-SSE2")
    assert await count_programs(sandbox) == expected["counts"]


async def test_glibc_copies_with_the_instructions_of_the_baseline(sandbox: Sandbox) -> None:
    low, high = COPY_INSTRUCTIONS
    assert low <= await measure_copy_instructions(Cachegrind(), sandbox) <= high


async def test_the_check_of_the_baseline_fails_where_a_setting_has_no_effect(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A name that glibc does not know is ignored silently.
    known = BASELINE["GLIBC_TUNABLES"]
    monkeypatch.setitem(BASELINE, "GLIBC_TUNABLES", known.replace("-ERMS", "-ERMSX"))  # type: ignore[arg-type]
    low, high = COPY_INSTRUCTIONS
    assert not low <= await measure_copy_instructions(Cachegrind(), sandbox) <= high
