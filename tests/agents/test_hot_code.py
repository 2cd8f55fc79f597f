"""The hot part of a program: found by the cost of lines, cut out, put back."""

import pytest

from pieforge.agents.hot_code import (
    HotFunction,
    estimate_costs,
    find_hot_function,
    list_hot_lines,
)
from pieforge.agents.models.client import open_model
from pieforge.agents.models.request import Completion, ModelAnswer
from pieforge.agents.models.settings import ModelSettings
from pieforge.agents.optimizer import Optimizer, OptimizerTask
from pieforge.agents.replies import LanguageNames, ReplyFault
from pieforge.records import TokenUsage

CPP = """\
#include <cstdio>

template <typename T>
T add(T a, T b) {
    T s = a;
    for (T i = 0; i < b; i++) s++;
    return s;
}

int main() {
    int a, b;
    scanf("%d %d", &a, &b);
    printf("%d\\n", add(a, b));
}
"""
PYTHON = """\
import sys


class Sum:
    def read(self):
        return sys.stdin.read()

    def add(self, b):
        s = 0
        for i in range(b):
            s += 1
        return s


print(Sum().add(int(Sum().read())))
"""
NAMES = {
    "cpp17": LanguageNames(title="C++17", fence="cpp"),
    "python": LanguageNames(title="Python 3", fence="python", has_main=False),
}


def find(code: str, language: str) -> HotFunction:
    found = find_hot_function(code, language, estimate_costs(code, language))
    assert found is not None
    return found


def answer(code: str, language: str, block: str) -> tuple[str | None, ReplyFault | None]:
    """Return the program that a reply with one block makes of a program's hot function."""
    names = NAMES[language]
    task = OptimizerTask(
        program=code, language=names, hot_function=find(code, language), strategy="hot_function"
    )
    text = f"```{names.fence}\n{block}```\n"
    choice = ModelAnswer(text=text, finish_reason="stop")
    completion = Completion(choices=(choice,), usage=TokenUsage(), model="m")
    [reply] = Optimizer(open_model(ModelSettings(), {})).parse_replies(task, completion)
    return reply.code, reply.fault


def test_the_function_with_the_innermost_loops_is_hot_where_nothing_was_measured() -> None:
    hot = find(CPP, "cpp17")
    assert hot.code.startswith("template <typename T>\nT add(")
    assert hot.outline == CPP[: CPP.index("int main() {")] + "int main() { ... }\n"
    assert hot.before + hot.code.rstrip("\n") + hot.after == CPP
    hot = find(PYTHON, "python")
    assert hot.code.startswith("def add(self, b):\n    s = 0\n")
    assert "def read(self):\n        ...\n" in hot.outline


def test_measured_costs_come_first() -> None:
    hot = find_hot_function(CPP, "cpp17", {12: 900, 6: 100})
    assert hot is not None
    assert hot.code.startswith("int main()")


@pytest.mark.parametrize("code", ["int main() {}\n", "", "x" * (1 << 17)])
def test_a_program_without_two_functions_is_shown_whole(code: str) -> None:
    assert find_hot_function(code, "cpp17", estimate_costs(code, "cpp17")) is None


def test_an_answer_replaces_the_function_and_its_headers_go_to_the_top() -> None:
    new = "#include <numeric>\ntemplate <typename T>\nT add(T a, T b) { return a + b; }\n"
    code, _ = answer(CPP, "cpp17", new)
    head, _, tail = CPP.partition("template <typename T>")
    rest = tail[tail.index("int main") :]
    body = new.partition("\n")[2]
    assert code == f"#include <numeric>\n{head}{body}\n{rest}"


def test_an_answer_gets_the_indentation_of_the_function() -> None:
    code, _ = answer(PYTHON, "python", "import math\ndef add(self, b):\n    return b\n")
    assert code is not None
    assert code.startswith("import math\nimport sys\n")
    assert "    def add(self, b):\n        return b\n\n\nprint(" in code
    compile(code, "main.py", "exec")


def test_a_whole_program_is_taken_as_it_is() -> None:
    whole = CPP.replace("s++", "s += 1")
    assert answer(CPP, "cpp17", whole) == (whole, None)


def test_the_unchanged_function_is_a_fault() -> None:
    assert answer(CPP, "cpp17", find(CPP, "cpp17").code) == (None, ReplyFault.UNCHANGED)


def test_hot_lines_are_listed_with_their_share() -> None:
    found = list_hot_lines(CPP, {6: 700, 12: 290, 5: 9, 1: 1, 99: 1})
    assert [(it.number, it.percent) for it in found] == [(6, 70), (12, 29)]
    assert found[0].text == "for (T i = 0; i < b; i++) s++;"
    assert list_hot_lines(CPP, {}) == ()
