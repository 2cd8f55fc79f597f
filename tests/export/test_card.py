"""The dataset card and its metadata."""

import pytest
import yaml
from row_examples import read_pair

from pieforge.config import Config
from pieforge.export.card import escape_markdown, render_card
from pieforge.export.features import describe_tables
from pieforge.export.side_rows import LICENSES
from pieforge.export.summary import RunSummary
from pieforge.graphs.spend import CallSpend
from pieforge.rows import FILES, Pair, PairTests, ProblemRow, TestContent

EMPTY = RunSummary(rounds=(), rejects=(), spend=(), edits=(), shown_by_stress=0, kept=1)


def problem(name: str, words: str) -> ProblemRow:
    return ProblemRow(
        problem_id=name,
        title=name,
        statement="",
        license=LICENSES.get(words, "other"),
        license_name=words,
    )


def metadata(*pairs: Pair, problems: tuple[ProblemRow, ...]) -> dict[str, object]:
    card = render_card(Config(), pairs, problems, [], EMPTY, None, [])
    found = yaml.safe_load(card.split("---\n")[1])
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("words", "identifier", "name"),
    [
        (("cc0",), "cc0-1.0", None),
        (("cc by-sa",), "cc-by-sa-4.0", None),
        (("educational",), "other", "educational"),
        (("cc0", "cc by"), "other", "cc by, cc0"),
    ],
)
def test_the_license_is_an_identifier_of_the_hub_or_other_with_names(
    words: tuple[str, ...], identifier: str, name: str | None
) -> None:
    problems = tuple(problem(f"p{at}", word) for at, word in enumerate(words))
    found = metadata(read_pair(), problems=problems)
    assert (found["license"], found.get("license_name")) == (identifier, name)


def test_the_metadata_declares_a_configuration_with_typed_columns_for_each_file() -> None:
    found = metadata(read_pair(), problems=(problem("p", "cc0"),))
    assert found["size_categories"] == ["n<1K"]
    assert found["dataset_info"] == describe_tables()
    tables = {f"{it['config_name']}.jsonl": it["features"] for it in describe_tables()}
    assert set(tables) == {name for name in FILES if name.endswith(".jsonl")}
    for name, features in tables.items():
        assert [it["name"] for it in features] == list(FILES[name].model_fields)


def test_no_column_is_a_map() -> None:
    """`datasets` turns the keys of a map into columns."""
    for model in FILES.values():
        assert not [it for it in model.model_fields.values() if "dict[" in str(it.annotation)]


def test_the_card_states_medians_by_language_lengths_and_origins() -> None:
    pair = read_pair().model_copy(update={"src_chars": 900})
    python = pair.model_copy(
        update={"language": "python", "speedup": 30.0, "src_chars": 1600, "record_id": "k2"}
    )
    card = render_card(Config(), [pair, python], [problem("p", "cc0")], [], EMPTY, None, [])
    assert f"| cpp17 | 1 | {pair.speedup:.1f}x |" in card
    assert "| python | 1 | 30.0x |" in card
    assert "1 slow programs are longer" in card
    assert "1 bundled slow submissions are the origins" in card
    assert "Split by `problem_id`" in card


def test_a_run_without_pairs_has_a_card() -> None:
    assert "# 0 pairs" in render_card(Config(), [], [], [], EMPTY, None, [])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("data_structure, C++17", "data_structure, C++17"),
        ("<script>&", "&lt;script&gt;&amp;"),
        ("![x](http://h)", "\\!\\[x\\](http://h)"),
        ("a|b\n# c\x1b", "a\\|b \\# c\\x1b"),
    ],
)
def test_markdown_shows_a_text_as_it_is(text: str, shown: str) -> None:
    assert escape_markdown(text) == shown


def test_names_in_the_card_are_text() -> None:
    odd = 'x"\nextra: 1\n---\n<script>|![i](http://h)`\x1b[2J'
    pair = read_pair().model_copy(update=dict.fromkeys(("problem_id", "confirmed_by"), odd))
    card = render_card(Config(), [pair], [problem("p", odd)], [], EMPTY, None, [])
    head = yaml.safe_load(card.split("---\n")[1])
    assert head["license_name"] == odd
    assert "extra" not in head
    text = card.split("---\n", 2)[2]
    assert "&lt;script&gt;" in text
    assert not [word for word in ("<script>", "![i]", "\x1b") if word in text]


def test_the_card_counts_pairs_and_problems_by_anti_pattern() -> None:
    pair = read_pair().model_copy(update={"edit_patterns": ("copied_dict", "keys_as_list")})
    other = pair.model_copy(update={"problem_id": "q", "edit_patterns": ("copied_dict",)})
    unknown = pair.model_copy(update={"edit_patterns": ()})
    card = render_card(
        Config(), [pair, other, pair, unknown], [problem("p", "cc0")], [], EMPTY, None, []
    )
    assert "| copied_dict | 3 | 2 |" in card
    assert "| keys_as_list | 2 | 1 |" in card.replace("\\", "")
    assert "No anti-pattern is known of 1 pairs" in card
    assert "anti-pattern" not in render_card(
        Config(), [unknown], [problem("p", "cc0")], [], EMPTY, None, []
    )


def test_the_card_counts_near_duplicates_and_constant_outputs() -> None:
    pair = read_pair()
    copy = pair.model_copy(update={"src_id": "p1", "record_id": "k1"})
    tests = PairTests(
        record_id="k1",
        tests_sha="",
        validated_by="package",
        inputs_grammar="inferred",
        tests=tuple(TestContent(test=f"t{at}", input=f"i{at}", output="o") for at in range(2)),
    )
    card = render_card(Config(), [pair, copy], [problem("p", "cc0")], [], EMPTY, None, [tests])
    assert "1.000 in the median" in card
    assert "2 of 2 are near\n  duplicates" in card
    assert "1 of 1 pairs have one output on all their tests, 1 on at least nine of ten" in card


def test_model_calls_have_a_table_for_each_role_and_model() -> None:
    spent = (
        CallSpend(role="author", strategy="pie", model="big", calls=3, usd=1.5, kept=2),
        CallSpend(role="author", strategy="harder", model="big", calls=4, unpriced=1),
        CallSpend(role="optimizer", strategy="instruction", model="small", calls=5),
    )
    summary = EMPTY.model_copy(update={"spend": spent})
    card = render_card(Config(), (read_pair(),), (problem("p", "cc0"),), [], summary, None, [])
    part = card.partition("## Model calls")[2].partition("\n## ")[0]
    first, second = part.split("Of the ")[1:]
    assert first.startswith("author, big:\n\n| strategy |")
    assert "| pie | 3 | 0 | 0 | 1.5000 | 2 | 0.7500 |" in first
    assert "| harder | 4 | 0 | 0 | unpriced | 0 |  |" in first
    assert second.startswith("optimizer, small:\n\n| strategy |")
    assert max(line.count("|") for line in part.splitlines()) == 8
