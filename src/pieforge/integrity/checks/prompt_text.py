"""Refuse text addressed to a model or judge: it would get into prompts and datasets."""

import ast
import re
from collections.abc import Iterator

from pieforge.integrity.analysis.python_names import parse_python
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.records import RejectReason
from pieforge.syntax.tokens import list_code_tokens, list_comments, unquote

_ADDRESSES_READER = re.compile(
    r"""
    \b(?:ignore|disregard|forget)\b.{0,30}\b(?:instructions?|prompts?|rules|above|previous|prior)\b
    |\b(?:system|user|developer)\ (?:prompt|message)\b
    |\byou\ are\ (?:a|an|the|now)\b
    |\bas\ an?\ (?:ai|language\ model|assistant|expert)\b|\b(?:language|reward)\ model\b
    |</?\s*(?:system|user|assistant|instructions?|tool)\s*>|<\|\w+\|>|\[/?INST\]
    |\b(?:dear|note\ to|attention|hello)\b.{0,20}
        \b(?:grader|judge|reviewer|evaluator|model|ai|llm)\b
    |\b(?:grader|judge|reviewer|evaluator|verifier|checker)s?\b.{0,40}
        \b(?:accept|approve|pass|score|skip|trust|must|should|please)\b
    |\b(?:accept|approve|rate|score|grade|mark)\b.{0,30}\b(?:this|it)\b.{0,30}
        \b(?:correct|highest|10\ ?/\ ?10|full|passed|fast(?:est)?|optimal|valid)\b
    |\b(?:do\ not|don't|no\ need\ to|skip)\b.{0,20}
        \b(?:verify|verification|re-?check|test\ this|run\ the\ tests|simulate)\b
    |\b(?:already|has\ been|was)\b.{0,20}\b(?:verified|approved|reviewed)\b
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def _look(checked: CheckedProgram) -> Iterator[str]:
    for text in _iter_prose(checked):
        if (found := _ADDRESSES_READER.search(" ".join(text.split()))) is not None:
            yield f"addresses a reader: {found[0][:80]!r}"


def _iter_prose(checked: CheckedProgram) -> Iterator[str]:
    """Yield a program's comments as one text, then each of its strings.

    Joined, because a sentence may continue over several line comments.
    """
    yield " ".join(comment.strip("/*#! \n") for comment in list_comments(checked.source))
    if checked.family == "python":
        for node in ast.walk(parse_python(checked.text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    else:
        tokens = list_code_tokens(checked.source)
        yield from (unquote(token.text) for token in tokens if token.kind == "string")


CHECK = HackCheck(
    reason=RejectReason.PROMPT_TEXT,
    catches="comments and strings that speak to a model or a judge",
    look=_look,
)
