"""What the reference pages list is what the code has."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import click
import config_table
import export_table
import pattern_page
import pytest
import row_tables
from pydantic import BaseModel

import pieforge.cli
from pieforge.cli import main
from pieforge.errors import ExitStatus
from pieforge.graphs.funnel import STAGES
from pieforge.inputs.generation.strata import discover_strata
from pieforge.ledger import READABLE_VERSIONS
from pieforge.records import SCHEMA_VERSION, EditKind, Growth, RejectReason, Verdict
from pieforge.rows import FILES, Derivation, Pair
from pieforge.sandbox.languages import discover_languages

DOCS = Path(__file__).parents[2] / "docs"
RUN_FOLDER = (DOCS / "reference" / "run-folder.md").read_text()


def section(page: str, heading: str) -> str:
    """Return what stands under a heading, up to the next heading."""
    text = re.split(rf"^#+ {re.escape(heading)}\n", page, flags=re.MULTILINE)[1]
    return re.split(r"^#+ ", text, flags=re.MULTILINE)[0]


def listed(text: str) -> list[str]:
    """Return the names in the first column of a page's tables."""
    rows = (line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `"))
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("Funnel", STAGES),
        ("Verdicts", Verdict),
        ("Growth", Growth),
        ("Edit kinds", EditKind),
    ],
)
def test_the_page_on_run_folders_lists_every_name(heading: str, names: Iterable[str]) -> None:
    assert sorted(listed(section(RUN_FOLDER, heading))) == sorted(set(names))


def test_the_funnel_is_described_as_it_is_printed() -> None:
    for stage, counts in STAGES.items():
        assert f"| `{stage}` | {counts} |" in section(RUN_FOLDER, "Funnel")


def test_the_page_on_anti_patterns_is_generated() -> None:
    assert pattern_page.PAGE.read_text() == pattern_page.render_page(), (
        "run: python tests/house/pattern_page.py"
    )


def test_every_reject_reason_is_on_one_of_two_pages() -> None:
    checks = listed(section((DOCS / "reference" / "hacks.md").read_text(), "Checks"))
    here = listed(section(RUN_FOLDER, "Reject reasons"))
    assert {*checks, *here} == set(RejectReason)


def test_every_row_schema_version_that_can_be_read_is_listed() -> None:
    rows = re.findall(r"^\| (\d+) \|", section(RUN_FOLDER, "Row schema versions"), re.MULTILINE)
    assert [int(row) for row in rows] == list(READABLE_VERSIONS)


def test_the_page_on_the_configuration_has_the_table_of_the_docstrings() -> None:
    written = config_table.PAGE.read_text().partition(config_table.BEGIN)[2]
    assert written.partition(config_table.END)[0] == config_table.render_tables(), (
        "run: python tests/house/config_table.py"
    )


def test_the_columns_and_their_schema_are_those_of_the_declaration() -> None:
    written = row_tables.PAGE.read_text().partition(row_tables.BEGIN)[2]
    assert written.partition(row_tables.END)[0] == row_tables.render_tables(), (
        "run: python tests/house/row_tables.py"
    )
    assert row_tables.SCHEMA.read_text() == row_tables.render_schema()
    assert f"Row schema version {SCHEMA_VERSION}." in row_tables.PAGE.read_text()


@pytest.mark.parametrize("page", export_table.PAGES, ids=lambda page: page.stem)
def test_a_page_on_formats_has_the_table_of_the_declarations(page: Path) -> None:
    written = page.read_text().partition(export_table.BEGIN)[2]
    assert written.partition(export_table.END)[0] == export_table.PAGES[page](), (
        "run: python tests/house/export_table.py"
    )


def test_the_page_on_verification_counts_the_fields_that_can_be_derived() -> None:
    properties = Pair.model_json_schema()["properties"]
    given = {name for name, it in properties.items() if it["derivation"] == Derivation.NOTHING}
    assert given == {"src_code", "tgt_code", "schema_version"}
    page = " ".join((DOCS / "how-to" / "verify-a-run.md").read_text().split())
    total = len(properties)
    assert f"Of the {total} fields of a row, {total - len(given)} are derived and compared" in page
    [history] = re.findall(r"compared with the ledger alone: (.*?)\.", page)
    names = re.findall(r"`(\w+)`", history)
    assert set(names) <= properties.keys() - given
    assert len(names) == 14
    recorded = {name for name, it in properties.items() if it["derivation"] == Derivation.LEDGER}
    assert recorded <= set(names)


def test_every_record_of_a_list_is_described() -> None:
    described = dict(
        re.findall(
            r"^\| `(\w+)` \| (`.*) \|$", section(row_tables.PAGE.read_text(), "Records"), re.M
        )
    )
    for model in FILES.values():
        for name, field in model.model_fields.items():
            [item] = get_args(field.annotation)[:1] or [field.annotation]
            if isinstance(item, type) and issubclass(item, BaseModel):
                assert re.findall(r"\w+", described[name]) == list(item.model_fields)


def test_every_command_and_option_is_described() -> None:
    assert isinstance(main, click.Group)
    page = (DOCS / "reference" / "command-line.md").read_text()
    with click.Context(main) as context:
        for name in main.list_commands(context):
            command = main.get_command(context, name)
            assert command is not None
            group = command.commands if isinstance(command, click.Group) else {}
            for words, each in {f"{name} {sub}": it for sub, it in group.items()}.items() or [
                (name, command)
            ]:
                assert f"`pieforge {words}" in page
                options = (option for it in each.params for option in it.opts if option[:2] == "--")
                assert [option for option in options if f"`{option}" not in page] == []


def test_every_stratum_and_every_language_is_described() -> None:
    inputs = listed((DOCS / "reference" / "inputs.md").read_text())
    assert {"sample", "secret", "hidden", "model", "stress", *discover_strata()} == set(inputs)
    languages = listed((DOCS / "reference" / "languages.md").read_text())
    assert set(languages) == set(discover_languages())


def test_the_glossary_is_in_alphabetical_order() -> None:
    terms = re.findall(r"^- \*\*([^*]+)\*\*", (DOCS / "glossary.md").read_text(), re.MULTILINE)
    assert len(terms) > 50
    assert terms == sorted(terms, key=str.lower)


def test_the_page_on_the_command_line_lists_every_exit_status() -> None:
    page = section((DOCS / "reference" / "command-line.md").read_text(), "Exit status")
    assert re.findall(r"^\| (\d+) \|", page, re.MULTILINE) == [str(int(it)) for it in ExitStatus]


def test_only_one_module_prints_what_commands_answer() -> None:
    folder = Path(pieforge.cli.__file__).parent
    own = {folder / "output.py", folder / "__init__.py"}  # the latter prints click's help
    printing = re.compile(r"click\.s?echo\(|(?<!\.)\bprint\(|\bConsole\(\)")
    found = [path for path in folder.rglob("*.py") if printing.search(path.read_text())]
    assert set(found) - own == set()
