"""Adapt programs that are written for testlib to the problem package format.

Validators and checkers get the format's exit statuses, checkers also its arguments; generators read
their arguments from standard input. The result is one text, with the library in it.
"""

import re
from collections.abc import Callable

Include = Callable[[str], str]
"""Returns a text with the files that it includes in place."""

_STATUSES = """\
// The library is large: compiling it takes a third of the time without optimization.
#pragma GCC optimize(0)
#include <stdlib.h>
#include <unistd.h>
// testlib's exit statuses become the format's: 0 is right, 1, 2 and 8 are wrong.
static int pf_registered = on_exit([](int pf_status, void*) {
    if (pf_status == 0) _exit(42);
    if (pf_status == 1 || pf_status == 2 || pf_status == 8) _exit(43);
}, nullptr);
"""
_ARGUMENTS = (
    r"(?:const\s+)?int\s*(?P<argc>\w*)\s*,\s*(?:const\s+)?char\s*"
    r"(?:\*\s*(?P<array>\w*)\s*\[\s*\]|\*\s*\*\s*(?P<pointer>\w*))"
)
_MAIN = re.compile(rf"\b(?:int|signed)\s+main\s*\(\s*{_ARGUMENTS}\s*\)\s*\{{")
_MAIN_WITHOUT = re.compile(r"\bmain\s*\(\s*(?:void)?\s*\)")
_CHECKER = """\
std::string pf_output = std::string({argv}[3]) + "/output";
{{ std::ofstream pf_copy(pf_output, std::ios::binary); pf_copy << std::cin.rdbuf(); }}
char* pf_argv[] = {{{argv}[0], {argv}[1], &pf_output[0], {argv}[2], nullptr}};
{argc} = 4; {argv} = pf_argv;
"""
_GENERATOR = """\
std::vector<std::string> pf_words{{"generator"}};
for (std::string pf_word; std::cin >> pf_word;) pf_words.push_back(pf_word);
std::vector<char*> pf_argv;
for (auto& pf_word : pf_words) pf_argv.push_back(&pf_word[0]);
{argc} = (int)pf_argv.size(); pf_argv.push_back(nullptr); {argv} = pf_argv.data();
"""
_HEADERS = "#include <fstream>\n#include <iostream>\n#include <string>\n#include <vector>\n"


def adapt_validator(text: str, include: Include) -> str:
    """Return an input validator that reads an input and ends with exit status 42 or another."""
    return _STATUSES + include(text)


def adapt_checker(text: str, include: Include) -> str | None:
    """Return an output validator; None if its main function has no known form."""
    adapted = _begin_main(text, _CHECKER)
    return None if adapted is None else _STATUSES + _HEADERS + include(adapted)


def adapt_generator(text: str, include: Include) -> str | None:
    """Return a generator that reads its arguments; None if its main function has no known form."""
    adapted = text if _MAIN_WITHOUT.search(text) else _begin_main(text, _GENERATOR)
    return None if adapted is None else _HEADERS + include(adapted)


def _begin_main(text: str, begin: str) -> str | None:
    """Return a text whose main function begins with other statements, on its own arguments."""
    found = _MAIN.search(text)
    if found is None:
        return None
    argc = found["argc"] or "pf_argc"
    argv = found["array"] or found["pointer"] or "pf_given"
    head = f"int main(int {argc}, char** {argv}) {{\n"
    return text[: found.start()] + head + begin.format(argc=argc, argv=argv) + text[found.end() :]
