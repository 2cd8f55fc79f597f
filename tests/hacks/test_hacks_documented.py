from itertools import takewhile
from pathlib import Path

from case_files import cases

from pieforge.integrity.detection import discover_checks, discover_cost_checks
from pieforge.records import RejectReason

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "hacks.md"


def checks_table() -> list[str]:
    """Return all checks as the rows of a Markdown table."""
    found = [
        *((c.reason, c.catches) for c in discover_checks()),
        *((c.reason, c.catches) for c in discover_cost_checks()),
    ]
    rows = ["| reason | catches |", "|---|---|"]
    rows += [f"| `{reason}` | {catches} |" for reason, catches in found]
    return rows


def cases_table() -> list[str]:
    """Return all hacks as the rows of a Markdown table."""
    rows = ["| hack | tries | refused as |", "|---|---|---|"]
    rows += [f"| `{case.path.name}` | {case.tries} | `{case.reason}` |" for case in cases()]
    return rows


def table_on_the_page(head: str) -> list[str]:
    """Return the rows of the page's table with that header row."""
    rows = PAGE.read_text().partition(head)[2].splitlines()
    return [head, *takewhile(lambda row: row.startswith("|"), rows[1:])]


def test_the_page_on_hacks_lists_every_check() -> None:
    assert table_on_the_page("| reason | catches |") == checks_table()


def test_the_page_on_hacks_lists_every_hack_with_its_reason() -> None:
    assert table_on_the_page("| hack | tries | refused as |") == cases_table()


def test_there_are_many_hacks_and_at_least_one_for_every_check() -> None:
    every = cases()
    assert len(every) >= 30
    reasons = {case.reason for case in every}
    assert reasons >= {check.reason for check in (*discover_checks(), *discover_cost_checks())}
    assert reasons >= {
        RejectReason.DIFFERENT_OUTPUT,
        RejectReason.CRASHED,
        RejectReason.UNDEFINED_BEHAVIOR,
    }
