from pathlib import Path

from case_files import cases

from pieforge.integrity.detection import checks, cost_checks
from pieforge.records import Reason

PAGE = Path(__file__).parents[2] / "docs" / "hacks.md"


def checks_table() -> str:
    """Return all checks as a Markdown table."""
    found = [
        *((c.reason, c.catches) for c in checks()),
        *((c.reason, c.catches) for c in cost_checks()),
    ]
    rows = ["| reason | catches |", "|---|---|"]
    rows += [f"| `{reason}` | {catches} |" for reason, catches in found]
    return "\n".join(rows) + "\n"


def cases_table() -> str:
    """Return all hacks as a Markdown table."""
    rows = ["| hack | tries | refused as |", "|---|---|---|"]
    rows += [f"| `{case.path.name}` | {case.tries} | `{case.reason}` |" for case in cases()]
    return "\n".join(rows) + "\n"


def test_the_page_on_hacks_lists_every_check() -> None:
    _, found, after = PAGE.read_text().partition("| reason |")
    assert (found + after).startswith(checks_table())


def test_the_page_on_hacks_lists_every_hack_with_its_reason() -> None:
    _, found, listed = PAGE.read_text().partition("| hack |")
    assert found + listed == cases_table()


def test_there_are_many_hacks_and_at_least_one_for_every_check() -> None:
    every = cases()
    assert len(every) >= 30
    reasons = {case.reason for case in every}
    assert reasons >= {check.reason for check in (*checks(), *cost_checks())}
    assert reasons >= {Reason.DIFFERENT_OUTPUT, Reason.CRASHED, Reason.UNDEFINED_BEHAVIOUR}
