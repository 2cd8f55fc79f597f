from pathlib import Path

from attack_files import LANGUAGES, attacks, table

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "attacks.md"


def test_the_page_on_attacks_lists_every_attack_with_its_verdict() -> None:
    _, found, listed = PAGE.read_text().partition("| attack |")
    assert found + listed == table()


def test_there_are_many_attacks_in_every_language() -> None:
    every = [*attacks("run"), *attacks("compile")]
    assert len(every) >= 50
    assert {attack.path.suffix for attack in every} == {*LANGUAGES, ".sh"}
