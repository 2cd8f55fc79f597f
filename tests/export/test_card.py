"""The dataset card shows names as text, whatever they contain."""

from pathlib import Path

import pytest
import yaml

from pieforge.config import Config
from pieforge.export.card import escape_markdown, render_card
from pieforge.graphs.finished_run import open_finished_run

FIXTURE = Path(__file__).parents[1] / "fixtures" / "run_of_schema_2"


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
    with open_finished_run(FIXTURE) as run:
        pair = run.pairs[0]
    names = dict.fromkeys(("problem_id", "license", "model", "language", "confirmed_by"), odd)
    card = render_card(Config(), [pair.model_copy(update=names)], [], None)
    head = yaml.safe_load(card.split("---\n")[1])
    assert head["license"] == odd
    assert "extra" not in head
    text = card.split("---\n", 2)[2]
    assert "&lt;script&gt;" in text
    assert not [word for word in ("<script>", "![i]", "\x1b") if word in text]
