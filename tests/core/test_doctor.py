from pieforge.doctor import check_machine
from pieforge.sandbox.sandbox import SandboxSettings


async def test_every_check_passes_here_and_has_a_name(settings: SandboxSettings) -> None:
    found = await check_machine(settings, needed=("cpp17", "python", "cachegrind"))
    assert [check for check in found if check.required and not check.ok] == []
    required = {check.name for check in found if check.required}
    assert {"language cpp17", "there is no network", "the memory limit is enforced"} <= required
    assert "language rust" not in required
    assert all(check.fix for check in found if not check.ok)
    assert len({check.name for check in found}) == len(found) > 15
    assert all(check.detail for check in found)
