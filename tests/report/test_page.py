"""The report in a browser: nothing hostile runs, every view draws, keys and filters work."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Page, open_browser
from row_examples import OLD
from run_examples import edit_rows

from pieforge.report.write_report import write_report

pytestmark = [pytest.mark.slow, pytest.mark.browser]

HOSTILE = (
    "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"
    "<!-- \u2028 \u202e <svg onload=alert(1)> {{x}} ${x} </pre></td>"
)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with open_browser() as found:
        yield found


def draw(page: Page, folder: Path, place: str = "", other: Path | None = None) -> None:
    page.messages.clear()
    out = folder.parent / "report.html"
    write_report(folder, other, out)
    page.open(out, place)
    if place.endswith("pairs"):  # Tabulator builds the table some time later
        page.wait("document.querySelector('output').textContent")


def read(page: Page, selector: str) -> str:
    return str(page.ask(f"document.querySelector({json.dumps(selector)}).textContent"))


def count(page: Page, selector: str) -> int:
    return int(page.ask(f"document.querySelectorAll({json.dumps(selector)}).length"))


def test_hostile_texts_are_shown_and_never_run(page: Page, run_folder: Path) -> None:
    def poison(row: dict) -> dict:
        kept = ("_id", "round", "stage", "reason", "language", "origin", "role", "verdict")
        return {
            key: HOSTILE + value
            if isinstance(value, str) and not key.endswith(kept) and key not in {
                "edit_kind", "growth", "behavior", "shown_by", "src_runtime_is", "src_status",
                "tgt_status", "license",
            }
            else value
            for key, value in row.items()
        }  # fmt: skip

    for name in ("pairs", "rejects", "programs", "calls", "problems"):
        edit_rows(run_folder / f"{name}.jsonl", poison)
    edit_rows(run_folder / "pairs.jsonl", lambda row: row | {"edit_patterns": [HOSTILE]})
    edit_rows(run_folder / "rejects.jsonl", lambda row: row | {"problem_id": HOSTILE})
    hostile_name = run_folder.rename(run_folder.with_name("<img src=x onerror=alert(1)>"))
    draw(page, hostile_name, other=hostile_name)
    pair = "k000000000000001"
    page.ask("void addEventListener('securitypolicyviolation', () => { window.hacked = 3; })")
    places = ["pairs", f"pair/{pair}", "program/p000000000000002", "refused", "compare"]
    places += ["program/s1", "reject/r00000001different_output", "pair/<img src=x>"]
    for place in places:
        page.go(f"0/{place}")
        assert page.ask("window.hacked") is None, place
        assert count(page, "main img, main script, main svg:not(.d2h-icon)") == 0, place
    assert page.messages == []
    page.go(f"0/pair/{pair}")
    shown = read(page, "main")
    assert "<script>window.hacked = 1</script>" in shown
    # What would reorder or break lines is made visible.
    assert "\u27e6U+202E\u27e7" in shown
    assert "\u202e" not in shown


def test_every_view_draws_without_a_message(page: Page, run_folder: Path) -> None:
    draw(page, run_folder, other=run_folder)
    assert read(page, ".tiles b") == "24"
    assert count(page, "figure canvas") == count(page, "figure") >= 3
    for place in (
        "pairs",
        "pair/k000000000000002",
        "program/p000000000000004",
        "refused",
        "compare",
    ):
        page.go(f"0/{place}")
        assert count(page, "main h2") >= 1
    assert "0 of the 24 slow programs" in read(page, "main")
    assert page.messages == []


def test_a_pair_is_opened_and_left_by_keys(page: Page, run_folder: Path) -> None:
    draw(page, run_folder, "0/pairs")
    page.ask("document.querySelector('.tabulator-row').focus()")
    page.press("ArrowDown")
    second = page.ask("document.activeElement.querySelector('.tabulator-cell').textContent")
    before = page.ask("document.documentElement.dataset.ready")
    page.press("Enter")
    page.wait(f"document.documentElement.dataset.ready > {before}")
    assert page.ask("location.hash") == f"#0/pair/{second}"
    assert count(page, ".d2h-del") > 0
    before = page.ask("document.documentElement.dataset.ready")
    page.press("j")
    page.wait(f"document.documentElement.dataset.ready > {before}")
    assert page.ask("location.hash") != f"#0/pair/{second}"
    page.press("k")
    page.wait(f"location.hash === '#0/pair/{second}'")


def test_ancestors_are_followed_to_the_submission(page: Page, run_folder: Path) -> None:
    draw(page, run_folder, "0/pair/k000000000000001")
    assert page.ask("[...document.querySelectorAll('.path a')].map(it => it.textContent)") == [
        "p000000000000002",
        "s1",
    ]
    before = page.ask("document.documentElement.dataset.ready")
    page.ask("document.querySelectorAll('.path a')[1].click()")
    page.wait(f"document.documentElement.dataset.ready > {before}")
    assert read(page, "h2") == "Program s1"
    # Its descendants lead back.
    assert "p000000000000002" in read(page, "dl")


def test_filters_and_the_search_in_texts_choose_pairs(page: Page, run_folder: Path) -> None:
    draw(page, run_folder, "0/pairs")
    assert read(page, "output") == "24 of 24"
    page.ask(
        "(select => { select.value = 'python'; select.dispatchEvent(new Event('change')); })"
        "([...document.querySelectorAll('select')].find(it => it.innerHTML.includes('python')))"
    )
    page.wait("document.querySelector('output').textContent === '6 of 24'")
    page.ask(
        "(() => { document.querySelector('[type=search]').value = 'fast8()';"
        " document.querySelector('.filters button').click(); })()"
    )
    page.wait("document.querySelector('output').textContent === '1 of 24'")


def test_a_run_of_an_earlier_version_and_one_without_pairs_are_shown(
    page: Page, run_folder: Path, tmp_path: Path
) -> None:
    write_report(OLD, None, tmp_path / "old.html")
    page.messages.clear()
    page.open(tmp_path / "old.html")
    assert "earlier row schema version" in read(page, ".warning")
    edit_rows(run_folder / "pairs.jsonl", lambda row: None)
    draw(page, run_folder, "0/pairs")
    assert read(page, "output") == "0 of 0"
    assert page.messages == []


def test_both_color_schemes_have_readable_contrast(page: Page, run_folder: Path) -> None:
    draw(page, run_folder)
    contrast = """
    (() => {
      const light = color => color.match(/\\d+/g).slice(0, 3).map(it => it / 255)
        .map(it => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4)
        .reduce((sum, it, at) => sum + it * [0.2126, 0.7152, 0.0722][at], 0);
      const style = getComputedStyle(document.body);
      const [one, two] = [style.color, style.backgroundColor].map(light).sort((a, b) => b - a);
      return (one + 0.05) / (two + 0.05);
    })()
    """
    seen = set()
    for scheme in ("dark", "light"):
        page.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        seen.add(page.ask("getComputedStyle(document.body).backgroundColor"))
        assert page.ask(contrast) > 7
    assert len(seen) == 2


def test_the_policy_of_the_page_refuses_a_script_that_is_not_its_own(
    page: Page, run_folder: Path
) -> None:
    draw(page, run_folder)
    page.ask(
        "void (() => { const made = document.createElement('script');"
        " made.textContent = 'window.hacked = 4'; document.body.append(made); })()"
    )
    assert page.ask("window.hacked") is None
    assert "Content Security Policy" in "".join(page.messages)
