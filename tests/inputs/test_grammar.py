"""Grammars inferred from examples: what they accept, describe and generate."""

import random
from collections.abc import Callable

import pytest

from pieforge.inputs.generation.building import Fill, build_input
from pieforge.inputs.grammar.fields import FieldKind
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.grammar.items import Line, Repeat, TaggedLine

RNG = random.Random(7)


def rows(count: int, fields: int, high: int) -> str:
    return "".join(
        " ".join(str(RNG.randint(1, high)) for _ in range(fields)) + "\n" for _ in range(count)
    )


def numbers(count: int, high: int) -> str:
    return " ".join(str(RNG.randint(0, high)) for _ in range(count))


def edges(nodes: int) -> str:
    return "".join(f"{RNG.randint(1, child - 1)} {child}\n" for child in range(2, nodes + 1))


def cases(count: int) -> str:
    sizes = [RNG.randint(1, 6) for _ in range(count)]
    return f"{count}\n" + "".join(f"{size}\n{numbers(size, 99)}\n" for size in sizes)


EXAMPLES = {
    "a count, then as many values": [f"{n}\n{numbers(n, 50)}\n" for n in (1, 4, 9, 17)],
    "two counts, then a row of each": [
        f"{n} {m}\n{numbers(n, 9)}\n{numbers(m, 99)}\n" for n, m in ((2, 5), (4, 1), (7, 7))
    ],
    "as many lines as counted": [f"{n} 3\n{rows(n, 2, 40)}" for n in (1, 3, 8, 12)],
    "a tree": [f"{n}\n{edges(n)}" for n in (1, 2, 5, 9, 17, 30)],
    "a grid": ["2 3\n#.#\n...\n", "1 4\n.##.\n", "3 1\n.\n#\n.\n"],
    "a table of numbers": [
        f"{r} {c}\n" + "".join(numbers(c, 9) + "\n" for _ in range(r))
        for r, c in ((2, 3), (3, 2), (1, 5))
    ],
    "queries": [
        "3\nadd 5\nask\nadd 7\n",
        "6\nask\nadd 1\nadd 2\nask\nask\nadd 9\n",
        "5\nadd 3\nadd 3\nask\nadd 4\nask\n",
    ],
    "test cases": [cases(n) for n in (2, 3, 5, 6)],
    "lines that count themselves": ["2\n3 1 2 3\n1 9\n", "3\n0\n2 4 4\n4 1 2 3 4\n"],
    "a word": ["abcab\n", "b\n", "ccab\n"],
    "numbers with a point": [f"{n}\n" + "".join(f"{n}.{n:02}\n" for _ in range(n)) for n in (1, 4)],
    "lines to the end of the input": ["1 2\n3 4\n", "5 6\n", "7 8\n9 1\n2 3\n"],
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_grammar_reads_its_examples_and_writes_them_back(name: str) -> None:
    examples = [text.encode() for text in EXAMPLES[name]]
    grammar = infer_grammar(examples)
    assert not grammar.unstructured
    for data in examples:
        document = grammar.parse(data)
        assert document is not None
        assert grammar.render(document) == data
    assert InputGrammar.model_validate_json(grammar.model_dump_json()) == grammar


@pytest.mark.parametrize("name", EXAMPLES)
def test_inputs_generated_from_a_grammar_fit_it(name: str) -> None:
    grammar = infer_grammar([text.encode() for text in EXAMPLES[name]])
    for seed in range(20):
        data = build_input(grammar, Fill(random.Random(seed)))
        assert data is not None
        assert grammar.parse(data) is not None, data
        assert data == build_input(grammar, Fill(random.Random(seed)))


def grammar_of(name: str) -> InputGrammar:
    return infer_grammar([text.encode() for text in EXAMPLES[name]])


def test_a_count_is_found_among_other_numbers() -> None:
    grammar = grammar_of("two counts, then a row of each")
    assert grammar.counters == {"0.0", "0.1"}


def test_edges_of_a_tree_stay_a_tree() -> None:
    grammar = grammar_of("a tree")
    (_, repeat) = grammar.items
    assert isinstance(repeat, Repeat)
    assert repeat.tree is not None
    data = build_input(grammar, Fill(random.Random(3)))
    assert data is not None
    first, *lines = data.decode().splitlines()
    assert len(lines) == int(first) - 1
    seen = {node for line in lines for node in line.split()}
    assert seen == {str(node) for node in range(1, int(first) + 1)} or not lines


def test_words_distinguish_the_forms_of_a_line() -> None:
    (_, repeat) = grammar_of("queries").items
    assert isinstance(repeat, Repeat)
    (forms,) = repeat.body
    assert isinstance(forms, TaggedLine)
    assert sorted(form.fields[0].choices for form in forms.forms) == [("add",), ("ask",)]


def test_a_body_of_several_lines_is_repeated_as_a_whole() -> None:
    (_, repeat) = grammar_of("test cases").items
    assert isinstance(repeat, Repeat)
    assert len(repeat.body) == 2


def test_relations_that_random_values_would_have_broken_are_kept() -> None:
    draw = random.Random(1)
    examples = []
    for n in (2, 5, 9, 20, 40):
        order = draw.sample(range(1, n + 1), n)
        pairs = [sorted(draw.sample(range(1000), 2)) for _ in range(n)]
        lines = "".join(f"{a} {b}\n" for a, b in pairs)
        examples.append(f"{n}\n{' '.join(map(str, order))}\n{lines}".encode())
    _, permuted, repeat = infer_grammar(examples).items
    assert isinstance(permuted, Line)
    assert isinstance(repeat, Repeat)
    assert permuted.tail is not None
    assert permuted.tail.distinct
    assert permuted.tail.cap is not None
    assert permuted.tail.cap.names == ("0.0",)
    (line,) = repeat.body
    assert isinstance(line, Line)
    assert line.ordered == ((0, 1, False),)


def test_ranges_are_those_that_were_seen() -> None:
    _, line = infer_grammar([b"2\n-5 7\n", b"3\n1 900 2\n"]).items
    assert isinstance(line, Line)
    assert line.tail is not None
    assert (line.tail.kind, line.tail.low, line.tail.high) == (FieldKind.INT, -5, 900)


@pytest.mark.parametrize(
    "examples",
    [
        [b"1 2"],
        [b"1  2\n"],
        [b"a\r\n"],
        [b""],
        [b"2\n1 2\n", b"one\n\n\n1 2 3\n4 5 x\n9\n", b"7 7 7\n\n"],
    ],
    ids=["no last newline", "two blanks", "a carriage return", "nothing", "nothing in common"],
)
def test_examples_without_a_common_grammar_are_plain_lines_or_raw_text(
    examples: list[bytes],
) -> None:
    grammar = infer_grammar(examples)
    for data in examples:
        document = grammar.parse(data)
        assert document is None if grammar.unstructured else document is not None


def test_two_decimals_of_a_line_are_compared_as_numbers() -> None:
    rows = [(i * 37 % 50, i * 11 % 100, 50 + i * 13 % 40, i * 7 % 100) for i in range(27)]
    tables = [rows[at : at + n] for at, n in zip((0, 3, 7, 12, 18), (3, 4, 5, 6, 9), strict=True)]
    examples = [
        b"%d\n" % len(table) + b"".join(b"%d.%02d %d.%02d\n" % row for row in table)
        for table in tables
    ]
    (line,) = [line for line in infer_grammar(examples).iter_lines() if len(line.fields) == 2]
    assert {field.kind for field in line.fields} == {FieldKind.DECIMAL}
    assert line.fields[0].high < 5000 <= line.fields[1].low


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.replace(b"\n", b"\r"),
        lambda data: data.removesuffix(b"\n"),
        lambda data: data + b"\n\n",
        lambda data: data.replace(b"\n", b" \n"),
        lambda data: b" " + data.replace(b" ", b"  "),
        lambda data: data.replace(b" ", b"\t"),
    ],
)
@pytest.mark.parametrize("changed", [0, 2])
def test_the_layout_of_an_example_does_not_change_the_grammar(
    change: Callable[[bytes], bytes], changed: int
) -> None:
    examples = [f"{n} {m}\n{numbers(n, 50)}\n" for n, m in ((1, 7), (4, 2), (9, 9), (17, 1))]
    plain = [text.encode() for text in examples]
    other = [change(data) if at == changed else data for at, data in enumerate(plain)]
    grammar = infer_grammar(other)
    assert grammar == infer_grammar(plain)
    document = grammar.parse(other[changed])
    assert document is not None
    assert grammar.render(document) == plain[changed]


def test_blanks_between_words_keep_their_meaning() -> None:
    assert infer_grammar([b"2\n#  #\n  ##\n", b"1\n##\n"]).unstructured
    assert infer_grammar([b"2\r\nab ba\r\nb b\r\n", b"1\nabb a"]).kind == "inferred"
