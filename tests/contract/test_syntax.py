"""The contract of syntax declarations, tested for every discovered language."""

from dataclasses import dataclass

import pytest

from pieforge.sandbox.languages import discover_languages
from pieforge.similarity import compute_fingerprint
from pieforge.syntax.declaration import Syntax, find_syntax
from pieforge.syntax.tokens import (
    SourceText,
    list_code_tokens,
    list_comments,
    parse_number,
    split_statements,
    tokenize,
    unquote,
)
from pieforge.syntax.tree import collect_identifiers, get_text, parse, walk


@dataclass(frozen=True)
class Sample:
    """A program with one loop, one call, one subscript, two comments, 4225, 0.5 and some texts."""

    text: str
    comments: tuple[str, ...]
    strings: tuple[str, ...] = ("# // /* no comment */",)


C_TEXT = """\
#include <stdio.h>
int main(void) {
    int left[3] = {0};  // one
    for (int i = 0; i < 3; i++) {
        left[i] = 4225 % (i + 1); /* two
        lines */
    }
    double half = 0.5;
    puts("# // /* no comment */");
    if (left[1] == '"') return 1;
    return 0;
}
"""
SAMPLES = {
    "c17": Sample(C_TEXT, ("// one", "/* two\n        lines */")),
    "cpp17": Sample(C_TEXT, ("// one", "/* two\n        lines */")),
    "cpp20": Sample(
        C_TEXT.replace('"# // /* no comment */"', 'R"x(# // /* no comment */)x"'),
        ("// one", "/* two\n        lines */"),
    ),
    "python": Sample(
        """\
def main():
    left = [0] * 3  # one
    for i in range(3):
        left[i] = 4225 // (i + 1)  # two
    half = 0.5
    print("# // /* no comment */")
    if left[1] == half:
        return 1
    return 0
""",
        ("# one", "# two"),
    ),
    "go": Sample(
        """\
package main
import "fmt"
func main() {
	left := make([]int, 3) // one
	for i := 0; i < 3; i++ {
		left[i] = 4225 / (i + 1) /* two
		lines */
	}
	half := 0.5
	fmt.Println(`# // /* no comment */`, half)
	if left[1] == '"' {
		return
	}
}
""",
        ("// one", "/* two\n\t\tlines */"),
        ("fmt", "# // /* no comment */"),
    ),
    "java": Sample(
        """\
import java.util.Scanner;
class Main {
    public static void main(String[] args) {
        int[] left = new int[3]; // one
        for (int i = 0; i < 3; i++) {
            left[i] = 4225 / (i + 1); /* two
            lines */
        }
        double half = 0.5;
        System.out.println("# // /* no comment */");
        if (left[1] == '"') return;
    }
}
""",
        ("// one", "/* two\n            lines */"),
    ),
    "rust": Sample(
        """\
use std::io;
fn main() {
    let mut left = vec![0; 3]; // one
    for i in 0..3 {
        left[i] = 4225 / (i + 1); /* two /* and */
        more */
    }
    let half = 0.5;
    print(r#"# // /* no comment */"#, half);
    if left[1] == b'"' { return; }
}
fn print<'a>(text: &'a str, half: f64) {}
""",
        ("// one", "/* two /* and */\n        more */"),
    ),
}
"""A new language needs a sample; the tests below name what it does not contain."""

HOSTILE = {
    "nothing": "",
    "a NUL and bytes that are no text": "\0\ud800\udfff\x1b\ufeff",
    "open brackets": "(" * 50_000,
    "blocks in blocks": "{" * 50_000 + "}" * 50_000,
    "open strings": "\"'`" * 50_000,
    "open raw strings": 'R"x(r#"`"""' * 20_000,
    "open comments": "/*#" * 50_000,
    "escaped quotes": "\\'\\\"" * 50_000,
    "one name": "a" * 1_000_000,
    "one number": "1e" * 100_000,
    "one operator": "+" * 200_000,
    "qualifiers": "const static final " * 20_000,
    "spliced lines": "\\\n" * 100_000,
    "broken syntax": "if ) for ; }} else [ 1 'x \"y\n# // /* z\n" * 1_000,
}

EACH = pytest.mark.parametrize("language", sorted(discover_languages()))


def test_every_language_of_the_sandbox_has_a_syntax_and_a_sample() -> None:
    assert discover_languages().keys() == SAMPLES.keys()
    assert all(isinstance(find_syntax(language), Syntax) for language in SAMPLES)


@EACH
def test_its_tokens_read_again_are_the_same_tokens(language: str) -> None:
    tokens = tokenize(SourceText(language, SAMPLES[language].text))
    joined = "".join(token.space + token.text for token in tokens if token.kind != "comment")
    again = tokenize(SourceText(language, joined))
    bare = [token for token in tokens if token.kind != "comment"]
    assert [(t.kind, t.text) for t in again] == [(t.kind, t.text) for t in bare]


@EACH
def test_no_character_of_a_text_is_lost(language: str) -> None:
    for text in (SAMPLES[language].text, HOSTILE["broken syntax"]):
        tokens = tokenize(SourceText(language, text))
        whole = "".join(token.text for token in tokens)
        assert "".join(whole.split()) == "".join(text.split())


@EACH
def test_its_tokens_are_the_leaves_of_its_tree(language: str) -> None:
    """The tokenizer and tree-sitter find the same names and comments, and the tree has no error."""
    sample, syntax = SAMPLES[language], find_syntax(language)
    root = parse(sample.text, syntax)
    assert not root.has_error
    comments = [get_text(node) for node in walk(root) if node.type in syntax.comments]
    assert comments == list_comments(SourceText(language, sample.text)) == list(sample.comments)
    tokens = list_code_tokens(SourceText(language, sample.text))
    names = {token.text.lstrip("'") for token in tokens}  # a lifetime of Rust has a quote before it
    assert {name for name in collect_identifiers(root) if name.isidentifier()} <= names
    assert {"main", "left", "i", "half"} <= names


@EACH
def test_its_constants_have_values(language: str) -> None:
    tokens = list_code_tokens(SourceText(language, SAMPLES[language].text))
    numbers = [parse_number(token.text) for token in tokens if token.kind == "number"]
    assert None not in numbers
    assert {4225, 0.5, 3, 1} <= set(numbers)
    strings = tuple(unquote(token.text) for token in tokens if token.kind == "string")
    assert strings == SAMPLES[language].strings


@EACH
def test_its_statements_are_split_at_semicolons_or_ends_of_lines(language: str) -> None:
    statements = split_statements(SourceText(language, SAMPLES[language].text))
    assert all(statements)
    assert any(
        [t.text for t in tokens][-2:] == ["=", "0.5"]
        or [t.text for t in tokens][-2:] == [":=", "0.5"]
        for tokens in statements
    )


@EACH
def test_every_role_that_the_sample_has_is_in_its_tree(language: str) -> None:
    syntax = find_syntax(language)
    found = {node.type for node in walk(parse(SAMPLES[language].text, syntax))}
    roles = ("functions", "loops", "branches", "blocks", "calls", "subscripts", "binary")
    more = ("assignments", "statements", "numbers", "strings", "comments", "inert")
    missing = [role for role in (*roles, *more) if not getattr(syntax, role) & found]
    assert missing == []


@EACH
def test_comments_and_layout_do_not_change_its_fingerprint(language: str) -> None:
    sample = SAMPLES[language]
    bare = sample.text
    for comment in sample.comments:
        bare = bare.replace(comment, "")
    wider = bare.replace(" = ", "   =  ")
    assert compute_fingerprint(wider, language) == compute_fingerprint(sample.text, language)
    other = sample.text.replace("4225", "4226")
    assert compute_fingerprint(other, language) != compute_fingerprint(sample.text, language)


@EACH
@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_makes_it_fail(language: str, name: str) -> None:
    source = SourceText(language, HOSTILE[name])
    assert len(tokenize(source)) <= len(source.text)
    split_statements(source)
    compute_fingerprint(source.text, language)
    # tree-sitter's error recovery is quadratic, so only a small tree is parsed.
    assert sum(1 for _ in walk(parse(source.text[:4_000], find_syntax(language)))) >= 1
