"""Replies in the forms that models write, each with the program that a person would take."""

import pytest

from pieforge.agents.fences import format_block
from pieforge.agents.replies import LanguageNames, ReplyFault, parse_reply

CPP = LanguageNames(title="C++17", fence="cpp", aliases=("c++", "cxx", "cc", "cpp17"))
PYTHON = LanguageNames(title="Python", fence="python", aliases=("py", "python3"), has_main=False)
SHOWN = '#include <cstdio>\nint main() {\n    for (;;) {\n    }\n    puts("slow");\n}\n'
FAST = '#include <cstdio>\n\nint main() {\n    puts("fast");\n}\n'
DRAFT = '#include <cstdio>\nint main() {\n    puts("draft");\n}\n'
FENCED = f"```cpp\n{FAST}```"
QUOTED = "".join(f"> {line}\n" for line in ["```cpp", *FAST.splitlines(), "```"])
INDENTED = "".join(f"   {line}\n" for line in ["```cpp", *FAST.splitlines(), "```"])
GLUED_END = f"```cpp\n{FAST.rstrip()}```"
EDIT = '<<<<<<< SEARCH\n    puts("slow");\n=======\n    puts("fast");\n>>>>>>> REPLACE\n'
EDITED = SHOWN.replace("slow", "fast")

WHOLE: dict[str, tuple[str, str]] = {
    # Reasoning
    "reasoning before the answer": (f"<think>\nLoops.\n</think>\n\n{FENCED}", FAST),
    "reasoning with a draft in it": (f"<think>\n```cpp\n{DRAFT}```\n</think>\n{FENCED}", FAST),
    "reasoning with an unclosed fence": (f"<think>\n```cpp\n{DRAFT}\n</think>\n{FENCED}", FAST),
    "reasoning whose opening the template wrote": (f"Loops. ```cpp\nint\n</think>\n{FENCED}", FAST),
    "reasoning without an end, then the answer": (f"<think>\nLoops.\n\n{FENCED}\nDone.", FAST),
    "two reasonings": (f"<think>a</think>\nHm.\n<think>\n```\n</think>\n{FENCED}", FAST),
    "reasoning under another name": (
        f"<thinking>\n```cpp\n{DRAFT}```\n</thinking>\n{FENCED}",
        FAST,
    ),
    "reasoning, then a program without a fence": (f"<think>x</think>\n{FAST}", FAST),
    "a draft in reasoning, and its repetition": (f"<think>\n{FENCED}\n</think>\n\n{FENCED}", FAST),
    # Fences and their lines
    "a fence behind a word": (f"Here is the program: ```cpp\n{FAST}```", FAST),
    "a fence without a name behind a word": (f"Program: ```\n{FAST}```", FAST),
    "code behind the fence": (f"```cpp {FAST}```", FAST),
    "code glued to the language's name": (f"```cpp{FAST}```", FAST),
    "code glued to a name with signs": (f"```c++{FAST}```", FAST),
    "code glued to the fence": (f"```{FAST}```", FAST),
    "a comment glued to the fence": (f"```cpp// fast\n{FAST}```", f"// fast\n{FAST}"),
    "a closing fence behind the code": (GLUED_END, FAST),
    "a closing fence behind the code, then prose": (f"{GLUED_END}\nIt is linear.", FAST),
    "prose behind the closing fence": (f"```cpp\n{FAST}``` This is linear.", FAST),
    "an end-of-text token behind the fence": (f"{FENCED}<|im_end|>", FAST),
    "another end-of-text token": (f"{FENCED}</s>", FAST),
    "everything on one line": ("```cpp int main() { return 0; }```", "int main() { return 0; }\n"),
    "a fence of tildes": (f"~~~cpp\n{FAST}~~~", FAST),
    "a fence of four, closed by four": (f"````cpp\n{FAST}````", FAST),
    "a fence that the next one closes": (f"```cpp\n{DRAFT}```cpp\n{FAST}```", FAST),
    "a closing fence that is indented": (f"```cpp\n{FAST}      ```", FAST),
    "a fence after a blank": (f" ``` cpp\n{FAST}```", FAST),
    "a second closing fence": (f"{FENCED}\n```", FAST),
    "no closing fence, but a whole program": (f"Here:\n```cpp\n{FAST}", FAST),
    "no opening fence": (f"{FAST}```\n\nIt is linear.", FAST),
    "a comment about a fence in the program": (
        f"```cpp\n// prints ```\n{FAST}```",
        f"// prints ```\n{FAST}",
    ),
    "Markdown around the answer": (f"```markdown\n# Answer\n{FENCED}\n```", FAST),
    "a longer fence of Markdown": (f"````markdown\n# Answer\n\n{FENCED}\n````", FAST),
    "tags around the answer": (f"<answer>\n{FENCED}\n</answer>", FAST),
    # Names of the language
    "a file name after a colon": (f"```cpp:main.cpp\n{FAST}```", FAST),
    "a file name alone": (f"```main.cpp\n{FAST}```", FAST),
    "a title": (f'```cpp title="main.cpp"\n{FAST}```', FAST),
    "a file name as an attribute": (f"```filename=src/main.cpp\n{FAST}```", FAST),
    "Pandoc's attributes": (f"```{{.cpp}}\n{FAST}```", FAST),
    "Pandoc's attributes with options": (f"```{{.cpp .numberLines}}\n{FAST}```", FAST),
    "options in braces": (f"```cpp {{linenos=true}}\n{FAST}```", FAST),
    "options after a comma": (f"```cpp,ignore\n{FAST}```", FAST),
    "capitals": (f"```CPP\n{FAST}```", FAST),
    "another version": (f"```c++20\n{FAST}```", FAST),
    "a version as a word": (f"```C++ 17\n{FAST}```", FAST),
    "a prefix": (f"```language-cpp\n{FAST}```", FAST),
    "no name": (f"```\n{FAST}```", FAST),
    "the name of plain text": (f"```text\n{FAST}```", FAST),
    # Lists and quotations
    "a list": (f"1. The program:\n\n{INDENTED}\n2. It is linear.", FAST),
    "an item that begins with the fence": (
        "- ```cpp\n" + "".join(f"  {line}\n" for line in FAST.splitlines()) + "  ```",
        FAST,
    ),
    "a quotation": (f"{QUOTED}\nIt is linear.", FAST),
    # Programs without a fence
    "a program alone": (FAST, FAST),
    "a byte order mark": (f"\ufeff{FAST}", FAST),
    "a byte order mark in the block": (f"```cpp\n\ufeff{FAST}```", FAST),
    "a comment first": (f"// Prints fast.\n{FAST}", f"// Prints fast.\n{FAST}"),
    "a comment of several lines first": (
        f"/* Prints\n   fast */\n{FAST}",
        f"/* Prints\n   fast */\n{FAST}",
    ),
    "a macro first": (f"#define N 5\n{FAST}", f"#define N 5\n{FAST}"),
    "sentences around a program": (f"Here is it:\n\n{FAST}\nIt is linear.\n\n- No loop\n", FAST),
    "a bold heading over a program": (f"**Solution**\n\n{FAST}", FAST),
    "line ends of Windows": (FAST.replace("\n", "\r\n"), FAST),
    "a program, then its output in a block": (f"{FAST}\nOutput:\n```\nfast\n```", FAST),
    # Several blocks
    "a sample output after the program": (f"{FENCED}\nOutput:\n```\nfast\n```", FAST),
    "a sample output, all without names": (f"```\n{FAST}```\nOutput:\n```\nfast\n```", FAST),
    "a sample output as text": (f"```\n{FAST}```\nOutput:\n```text\nfast\n```", FAST),
    "a command after the program": (f"{FENCED}\n```bash\ng++ -O2 main.cpp\n```", FAST),
    "the original after the answer": (f"{FENCED}\nIt replaces:\n```cpp\n{SHOWN}```", FAST),
    "the original before the answer": (f"You gave:\n```cpp\n{SHOWN}```\nBetter:\n{FENCED}", FAST),
    "a draft before the answer": (f"First:\n```cpp\n{DRAFT}```\nBetter:\n{FENCED}", FAST),
    "a detail after the answer": (f'{FENCED}\nThe line is:\n```cpp\nputs("fast");\n```', FAST),
    "a detail in prose after the answer": (f"```\n{FAST}```\nI took ```puts``` instead.", FAST),
    "an output that is cut off": (f"{FENCED}\nOutput:\n```\nfa", FAST),
    # Search/replace blocks
    "an edit": (EDIT, EDITED),
    "an edit in a block": (f"I change a line:\n```cpp\n{EDIT}```", EDITED),
    "an edit with other indentation": (EDIT.replace("    puts", "puts"), EDITED),
    "two edits": (
        EDIT + "\n<<<<<<< SEARCH\n    for (;;) {\n    }\n=======\n>>>>>>> REPLACE\n",
        EDITED.replace("    for (;;) {\n    }\n", ""),
    ),
}

NONE: dict[str, tuple[str, str, ReplyFault]] = {
    "reasoning that was cut off": ("<think>\nLoops", "length", ReplyFault.CUT_OFF),
    "a draft in reasoning that was cut off": (
        f"<think>\n```cpp\n{DRAFT}```\nBut",
        "length",
        ReplyFault.CUT_OFF,
    ),
    "reasoning alone": ("<think>\nNo idea.\n</think>\n", "stop", ReplyFault.EMPTY),
    "a program cut off in a block": (f"```cpp\n{FAST[:-4]}", "length", ReplyFault.CUT_OFF),
    "a program cut off without a reason": (f"```cpp\n{FAST[:-4]}", "stop", ReplyFault.CUT_OFF),
    "a program cut off without a fence": (FAST[:-4], "length", ReplyFault.CUT_OFF),
    "a draft, then the answer cut off": (
        f"```cpp\n{DRAFT}```\n```cpp\n#incl",
        "length",
        ReplyFault.CUT_OFF,
    ),
    "the original": (f"```cpp\n{SHOWN}```", "stop", ReplyFault.UNCHANGED),
    "the original without a fence": (SHOWN, "stop", ReplyFault.UNCHANGED),
    "another language": ("```python\nprint(1)\n```", "stop", ReplyFault.WRONG_LANGUAGE),
    "a refusal": ("I'm sorry, but I can't help.", "stop", ReplyFault.NO_CODE),
    "an output alone": ("It prints:\n```\n42\n```", "stop", ReplyFault.NO_CODE),
    "a word in code style": ("Use ```std::sort``` here.", "stop", ReplyFault.NO_CODE),
    "an edit of another program": (
        EDIT.replace("slow", "other"),
        "stop",
        ReplyFault.NO_CODE,
    ),
    "an edit that was cut off": (EDIT[:-12], "length", ReplyFault.CUT_OFF),
    "white space": (" \n\t", "stop", ReplyFault.EMPTY),
}

SCRIPT = "import sys\n\nn = int(sys.stdin.readline())\nprint(n)\n"
SCRIPTS: dict[str, tuple[str, str]] = {
    "a script in a block": (f"```python\n{SCRIPT}```", SCRIPT),
    "a version": (f"```python3.11\n{SCRIPT}```", SCRIPT),
    "code behind the fence": (f"```python {SCRIPT}```", SCRIPT),
    "a closing fence behind the code": (f"```python\n{SCRIPT.rstrip()}```", SCRIPT),
    "no closing fence": (f"```python\n{SCRIPT}", SCRIPT),
    "a script alone": (SCRIPT, SCRIPT),
    "a comment first": (f"# Prints n.\n{SCRIPT}", f"# Prints n.\n{SCRIPT}"),
    "no import": ("n = int(input())\nprint(n)", "n = int(input())\nprint(n)\n"),
    "sentences around": (f"Here is the script:\n\n{SCRIPT}\nIt reads a line.", SCRIPT),
    "a detail after the answer": (f"```python\n{SCRIPT}```\nNote:\n```python\nn = 1\n```", SCRIPT),
    "a doc-string with a fence": (
        '```python\n"""\nAs in ```x```"""\nprint(1)\n```',
        '"""\nAs in ```x```"""\nprint(1)\n',
    ),
}


def test_the_table_has_the_forms_that_the_documentation_promises() -> None:
    assert len(WHOLE) + len(NONE) + len(SCRIPTS) >= 100


@pytest.mark.parametrize("name", WHOLE)
def test_the_program_that_a_person_would_take_is_taken(name: str) -> None:
    reply, program = WHOLE[name]
    parsed = parse_reply(reply, "stop", CPP, [SHOWN])
    assert (parsed.code, parsed.fault, parsed.detail) == (program, None, "")


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_script_that_a_person_would_take_is_taken(name: str) -> None:
    reply, program = SCRIPTS[name]
    parsed = parse_reply(reply, "stop", PYTHON, ["print(0)\n"])
    assert (parsed.code, parsed.fault, parsed.detail) == (program, None, "")


@pytest.mark.parametrize("name", NONE)
def test_where_a_person_would_take_none_the_reply_has_its_fault(name: str) -> None:
    reply, finish_reason, fault = NONE[name]
    parsed = parse_reply(reply, finish_reason, CPP, [SHOWN])
    assert (parsed.code, parsed.fault) == (None, fault)


@pytest.mark.parametrize(
    "unit",
    ["<think>\n", "</think>\n", "<<<<<<< SEARCH\n", "=======\n", "```cpp\n", "``` x ", "> - 1. "],
)
def test_a_reply_that_repeats_a_mark_without_end_is_parsed(unit: str) -> None:
    text = unit * 20_000
    for finish_reason in ("stop", "length"):
        assert parse_reply(text, finish_reason, CPP, [SHOWN]).fault is not None


def test_what_pieforge_fences_itself_is_read_back_whatever_it_holds() -> None:
    for name, (text, _) in WHOLE.items():
        if "</think" in text:  # the end of reasoning, wherever it stands
            continue
        parsed = parse_reply(format_block(f"int main() {{}}\n/* {text} */", "cpp"), "stop", CPP)
        assert parsed.code is not None, name
        assert parsed.code.startswith("int main() {}\n"), name
