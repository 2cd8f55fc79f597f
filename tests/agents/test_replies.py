"""Parsing of valid and invalid replies; test_reply_table.py has the forms that models write."""

import pytest

from pieforge.agents.fences import format_block, parse_blocks
from pieforge.agents.replies import LanguageNames, ReplyFault, parse_reply

CPP = LanguageNames(title="C++17", fence="cpp", aliases=("c++", "cc"))
PROGRAM = "#include <cstdio>\nint main() {}\n"


def block(code: str, info: str = "cpp") -> str:
    return format_block(code, info)


def test_a_program_is_found_in_prose() -> None:
    text = f"Here it is.\n\n{block(PROGRAM)}\n\nI hope that it helps."
    assert parse_reply(text, "stop", CPP).code == PROGRAM


@pytest.mark.parametrize("info", ["cpp", "C++", "cc", "cpp title=main.cpp", ""])
def test_the_languages_other_names_and_no_name_are_accepted(info: str) -> None:
    assert parse_reply(block(PROGRAM, info), "stop", CPP).code == PROGRAM


def test_of_several_programs_the_last_counts() -> None:
    text = f"First try:\n{block('int a;')}\nBetter:\n{block(PROGRAM)}\nRun:\n{block('./a', 'sh')}"
    assert parse_reply(text, "stop", CPP).code == PROGRAM


def test_a_block_that_names_its_language_is_preferred_to_one_that_does_not() -> None:
    text = f"{block(PROGRAM)}\nIt prints:\n{block('42', '')}"
    assert parse_reply(text, "stop", CPP).code == PROGRAM


def test_a_fence_may_be_long_or_of_tildes_and_hold_shorter_ones() -> None:
    inner = "// ```\nint main() {}\n"
    assert parse_reply(block(inner), "stop", CPP).code == inner
    assert parse_reply(f"~~~cpp\n{inner}~~~", "stop", CPP).code == inner


def test_a_bare_program_is_accepted() -> None:
    assert parse_reply(PROGRAM, "stop", CPP).code == PROGRAM
    python = LanguageNames(title="Python 3", fence="python", has_main=False)
    assert parse_reply("import sys\nprint(1)", "stop", python).code == "import sys\nprint(1)\n"


def test_line_ends_of_other_systems_are_accepted() -> None:
    assert parse_reply(block(PROGRAM).replace("\n", "\r\n"), "stop", CPP).code == PROGRAM


@pytest.mark.parametrize(
    ("text", "finish_reason", "fault"),
    [
        (" \n", "stop", ReplyFault.EMPTY),
        ("I cannot help with that.", "stop", ReplyFault.NO_CODE),
        ("import it from there, then run it", "stop", ReplyFault.NO_CODE),
        ("```cpp\n```", "stop", ReplyFault.NO_CODE),
        (block("print(1)", "python"), "stop", ReplyFault.WRONG_LANGUAGE),
        ("```cpp\nint main() {", "length", ReplyFault.CUT_OFF),
        ("```cpp\nint main() {", "stop", ReplyFault.CUT_OFF),
        ("```cpp", "length", ReplyFault.CUT_OFF),
        (PROGRAM, "length", ReplyFault.CUT_OFF),
        (f"{block('int draft;')}\n```cpp\nint ma", "length", ReplyFault.CUT_OFF),
        (block("int shown;\n\n"), "stop", ReplyFault.UNCHANGED),
    ],
)
def test_each_fault_has_its_name_and_a_sentence(
    text: str, finish_reason: str, fault: ReplyFault
) -> None:
    reply = parse_reply(text, finish_reason, CPP, shown=["int shown;  \n"])
    assert (reply.code, reply.fault) == (None, fault)
    assert reply.detail


def test_a_whole_program_before_the_limit_on_tokens_counts() -> None:
    assert parse_reply(f"{block(PROGRAM)}\nIt wor", "length", CPP).code == PROGRAM


def test_blocks_know_the_heading_above_them() -> None:
    text = f"# One #\n{block('a')}\n## Two\ntext\n{block('# no heading')}\n"
    assert [(found.heading, found.info) for found in parse_blocks(text)] == [
        ("one", "cpp"),
        ("two", "cpp"),
    ]
