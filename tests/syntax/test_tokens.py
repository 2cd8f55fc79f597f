"""Comments, strings and numbers where the rules of languages differ."""

import pytest

from pieforge.errors import ConfigError
from pieforge.syntax.tokens import (
    SourceText,
    list_code_tokens,
    list_comments,
    parse_integer,
    parse_number,
    split_statements,
    tokenize,
    unquote,
)


def texts(language: str, text: str) -> list[str]:
    return [token.text for token in list_code_tokens(SourceText(language, text))]


def comments(language: str, text: str) -> list[str]:
    return list_comments(SourceText(language, text))


def test_two_slashes_divide_in_python_and_begin_a_comment_elsewhere() -> None:
    assert texts("python", "n // 4225") == ["n", "//", "4225"]
    for language in ("c17", "cpp17", "cpp20", "go", "java", "rust"):
        assert texts(language, "n // 4225") == ["n"]


def test_a_hash_begins_a_comment_in_python_alone() -> None:
    assert comments("python", "a = '#' # b") == ["# b"]
    assert comments("cpp17", "#define A 1") == []
    assert texts("cpp17", "#define A 1") == ["#", "define", "A", "1"]


def test_a_triple_quoted_string_of_python_is_one_token() -> None:
    text = 'a = """x\n# "y" \\""" z\n""" + r\'\'\'q\n\'\'\'  # c'
    assert texts("python", text) == ["a", "=", '"""x\n# "y" \\""" z\n"""', "+", "r'''q\n'''"]
    assert comments("python", text) == ["# c"]


def test_ends_of_lines_inside_brackets_end_nothing_in_python() -> None:
    found = split_statements(SourceText("python", "a = f(1,\n  2)\nb = \\\n 3\n"))
    assert [[t.text for t in tokens] for tokens in found] == [
        ["a", "=", "f", "(", "1", ",", "2", ")"],
        ["b", "=", "3"],
    ]


def test_comments_nest_in_rust_and_not_in_c() -> None:
    text = "a /* b /* c */ d */ e"
    assert texts("rust", text) == ["a", "e"]
    assert texts("cpp17", text) == ["a", "d", "*", "/", "e"]


def test_a_lifetime_of_rust_opens_no_character() -> None:
    text = "fn f<'a>(x: &'a str) -> char { 'x' } // 'b"
    assert texts("rust", text)[3:5] == ["'a", ">"]
    assert "'x'" in texts("rust", text)
    assert comments("rust", text) == ["// 'b"]


def test_raw_strings_end_where_their_language_says() -> None:
    assert texts("cpp17", 'R"x(a)" // )x" b') == ['R"x(a)" // )x"', "b"]
    assert texts("rust", 'r#"a" // "# b') == ['r#"a" // "#', "b"]
    assert texts("go", "`a \\` b") == ["`a \\`", "b"]
    assert texts("c17", 'R"x(a)" b') == ["R", '"x(a)"', "b"]


def test_spliced_lines_stay_in_raw_strings_of_cpp() -> None:
    """The compiler reverts them there: `)x` on two lines does not close the string."""
    text = 'R"x(a)\\\nx" /* )x" b'
    assert texts("cpp17", text) == ['R"x(a)\\\nx" /* )x"', "b"]
    assert texts("cpp20", "u8\\\nR\\\r\n" + text[1:]) == ['u8R"x(a)\\\nx" /* )x"', "b"]
    assert texts("cpp17", '\\\nf\\\nR"x(" \\\n\\\nR"(\\\n\\\n)"c\\\nd') == [
        "fR",
        '"x("',
        'R"(\\\n\\\n)"',
        "cd",
    ]
    assert texts("cpp17", 'R"(\\\n') == ['R"(\\\n']


def test_a_raw_name_of_rust_is_that_name() -> None:
    assert texts("rust", "std::r#process::Command") == ["std", "::", "process", "::", "Command"]


def test_unicode_escapes_of_java_are_read_before_tokens() -> None:
    assert texts("java", r"\u0053ystem.exit(1)")[0] == "System"
    assert texts("java", r'"\\u0041"') == [r'"\\u0041"']


def test_spliced_lines_trigraphs_and_digraphs_of_c_are_read_before_tokens() -> None:
    assert texts("cpp17", "sys\\\ntem") == ["system"]
    assert texts("c17", "sys??/\ntem ??( %:") == ["system", "[", "#"]
    assert comments("cpp17", "// a \\\n b\nc") == ["// a  b"]
    assert texts("cpp17", "??/\na")[:2] == ["?", "?"]


def test_an_unclosed_literal_ends_with_its_line_or_the_text() -> None:
    assert texts("cpp17", 'a "b\nc') == ["a", '"b', "c"]
    assert texts("cpp17", "a /* b\nc") == ["a"]
    assert texts("python", "a 'b\nc") == ["a", "'b", "c"]
    assert texts("java", 'a """b\nc') == ["a", '"""b\nc']


def test_a_token_has_the_blanks_before_it() -> None:
    tokens = tokenize(SourceText("cpp17", "a  b/* c */d"))
    assert [(token.text, token.space) for token in tokens] == [
        ("a", ""),
        ("b", "  "),
        ("/* c */", ""),
        ("d", " "),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1'000'000'007", 1_000_000_007),
        ("1_000", 1_000),
        ("0xFFu", 255),
        ("0b101", 5),
        ("0o17", 15),
        ("017", 15),
        ("089", 89),
        ("5LL", 5),
        ("7usize", 7),
        ("1e9", None),
        ("x", None),
        ("9" * 5_000, None),
    ],
)
def test_an_integer_has_its_value_in_any_notation(text: str, value: int | None) -> None:
    assert parse_integer(text) == value


def test_a_number_with_a_fraction_or_an_exponent_has_its_value() -> None:
    values = [parse_number(text) for text in ("1e9", "1.5f", ".5", "2.0e-3", "1_0.5f64", "1.")]
    assert values == [1e9, 1.5, 0.5, 2.0e-3, 10.5, 1.0]


def test_numbers_end_where_their_language_says() -> None:
    assert texts("rust", "0..10") == ["0", "..", "10"]
    assert texts("python", "1e-5 + 0xE+1") == ["1e-5", "+", "0xE", "+", "1"]
    assert texts("cpp17", "1'000e-5") == ["1'000e-5"]


@pytest.mark.parametrize(
    ("literal", "held"),
    [
        ('"a"', "a"),
        ("'a'", "a"),
        ('u8"a\\n"', "a\\n"),
        ('R"x(a"b)x"', 'a"b'),
        ('"""a"b"""', 'a"b'),
        ("rb'''a'''", "a"),
        ('r##"a"#b"##', 'a"#b'),
        ("`a`", "a"),
        ('"open', "open"),
    ],
)
def test_the_content_of_a_literal_is_between_its_quotes(literal: str, held: str) -> None:
    assert unquote(literal) == held


def test_a_language_without_a_declaration_is_named_in_the_error() -> None:
    with pytest.raises(ConfigError, match="fortran"):
        tokenize(SourceText("fortran", "a"))
