"""Find the edits of a program that may give a new behavior."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from tree_sitter import Node

from pieforge.agents.embedded import flow_edits, value_edits
from pieforge.agents.embedded.edit import Edit, Proposal, create_edit
from pieforge.agents.embedded.grammar import EditGrammar
from pieforge.agents.embedded.places import EditContext, EditSite
from pieforge.syntax.tree import parse

EditRule = Callable[[Node, EditSite, EditContext], Iterator[Proposal]]
"""Proposes edits of one node."""


def find_edits(code: bytes, grammar: EditGrammar) -> list[Edit]:
    """Return the proposed edits of a program, without repetitions, in source order."""
    context = EditContext(parse(code, grammar), grammar)
    rules = _collect_rules(grammar)
    edits: dict[tuple[int, int, bytes], Edit] = {}
    for node, site in context.find_sites():
        for rule in rules.get(node.type, ()) if site.weight > 0 else ():
            for proposal in rule(node, site, context):
                edit = create_edit(proposal)
                if not edit.text:
                    edit = _widen_to_lines(edit, code)
                replaced = proposal[1][0] if isinstance(proposal[1], tuple) else proposal[1]
                if not context.contradicts_name(replaced, edit.kind):
                    edits.setdefault((edit.start, edit.end, edit.text), edit)
    return sorted(edits.values(), key=lambda edit: (edit.start, edit.end, edit.text))


def _widen_to_lines(edit: Edit, code: bytes) -> Edit:
    """Return a deletion that takes the whole lines of its statement, if nothing else is on them."""
    start = code.rfind(b"\n", 0, edit.start) + 1
    end = code.find(b"\n", edit.end) + 1
    if not end or code[start : edit.start].strip() or code[edit.end : end].strip():
        return edit
    return replace(edit, start=start, end=end)


def _collect_rules(grammar: EditGrammar) -> dict[str, list[EditRule]]:
    rules: dict[str, list[EditRule]] = {}
    for types, rule in (
        (grammar.binary | grammar.assignments, value_edits.replace_operator),
        (grammar.numbers, value_edits.replace_number),
        (grammar.characters, value_edits.replace_character),
        (grammar.calls, value_edits.replace_extreme),
        (grammar.assignments, value_edits.replace_sum_with_extreme),
        ({"if_statement"}, value_edits.replace_extreme_with_sum),
        ({"return_statement"}, flow_edits.change_result),
        ({"if_statement", "elif_clause"}, flow_edits.negate_condition),
        ({"expression_statement", "continue_statement"}, flow_edits.delete_statement),
        ({"expression_statement"}, flow_edits.swap_statements),
        ({"for_statement"}, flow_edits.double_step),
    ):
        for name in types:
            rules.setdefault(name, []).append(rule)
    return rules
