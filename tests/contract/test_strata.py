"""The contract of strata, on many grammars: inputs fit the grammar and are deterministic."""

import random
from itertools import islice

import pytest

from pieforge.inputs.generation.strata import GenerationContext, Stratum, discover_strata
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.syntax.tokens import SourceText

GRAMMARS = {
    "a row": [b"1\n5\n", b"3\n1 2 3\n", b"8\n7 7 0 1 9 3 4 4\n"],
    "a table with an index": [
        b"%d %d\n" % (n, n + 1) + b"".join(b"%d %d\n" % (i % n + 1, i) for i in range(n + 1))
        for n in (2, 3, 5, 9, 14)
    ],
    "queries": [b"2\nput 3\nget\n", b"4\nget\nput 9\nput 1\nget\n", b"3\nput 5\nput 6\nget\n"],
    "a grid": [b"1 2\n.#\n", b"2 3\n...\n#.#\n", b"3 1\n#\n#\n.\n"],
    "brackets": [b"(a)\n", b"((b)a)[]\n", b"][\n"],
    "two numbers": [b"1 6\n", b"22 30\n", b"5 5\n", b"7 99\n", b"1 2\n", b"3 8\n", b"4 9\n"],
    "test cases": [b"2\n1\n5\n2\n3 4\n", b"1\n3\n1 1 1\n", b"3\n1\n2\n1\n3\n4\n1 2 3 4\n"],
    "no grammar": [b"a  b\n\n3\t4", b"x 17"],
}
PROGRAMS = (
    SourceText("cpp17", "int main() { if (n == 12 || s == 'k') return 0x1F; }"),
    SourceText("python", 'print("abc" if n > 1_000 else 7)'),
)
EACH = pytest.mark.parametrize("name", GRAMMARS)
STRATA = pytest.mark.parametrize("stratum", discover_strata().values(), ids=discover_strata())


def material(name: str, *, offered: tuple[bytes, ...] = ()) -> GenerationContext:
    examples = tuple(GRAMMARS[name])
    return GenerationContext(infer_grammar(examples), examples, PROGRAMS, offered, random.Random(5))


@EACH
@STRATA
def test_inputs_of_a_stratum_fit_the_grammar_and_are_deterministic(
    name: str, stratum: Stratum
) -> None:
    given = material(name)
    proposed = list(islice(stratum.propose(given), 40))
    assert proposed == list(islice(stratum.propose(material(name)), 40))
    if not given.grammar.unstructured:
        assert [data for data in proposed if given.grammar.parse(data) is None] == []


@STRATA
def test_a_stratum_says_what_it_is(stratum: Stratum) -> None:
    assert stratum.title
    assert stratum.weight >= 1


@EACH
def test_all_strata_together_propose_many_inputs(name: str) -> None:
    proposed = {
        data
        for one in discover_strata().values()
        for data in islice(one.propose(material(name)), 40)
    }
    assert len(proposed) >= 30
