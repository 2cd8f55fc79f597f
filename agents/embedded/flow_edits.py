"""Edits of control flow: return values, conditions, statements, loops."""

from tree_sitter import Node

from pieforge.agents.embedded.edit import MutationKind, Proposals, abbreviate
from pieforge.agents.embedded.places import EditContext, EditSite
from pieforge.agents.embedded.value_edits import is_non_numeric
from pieforge.syntax.tree import collect_identifiers, get_field_text, get_text, is_identifier

_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}


def change_result(node: Node, site: EditSite, context: EditContext) -> Proposals:
    """Propose to return the opposite truth value, twice the value, or its negative."""
    value = node.named_child(0) if node.named_child_count else None
    if value is None or site.loop_depth or is_non_numeric(node, context):
        return
    if context.find_enclosing_function(node) in {None, "main"}:
        return
    text = get_text(value)
    operator = value.child_by_field_name("operator") or value.child_by_field_name("operators")
    logical = operator is not None and get_text(operator) in context.grammar.logical
    opposite = _negate(value, context)
    if opposite is not None and (operator is not None or value.type in context.grammar.truths):
        what = f"answers the opposite of `{abbreviate(value)}`"
        yield MutationKind.RESULT, value, opposite, what, site.weight
    elif not logical and value.type in context.grammar.binary and site.signed:
        what = f"answers the double of `{abbreviate(value)}`"
        yield MutationKind.RESULT, value, f"({text}) * 2", what, site.weight
        what = f"changes the sign of `{abbreviate(value)}`"
        yield MutationKind.SIGN, value, f"-({text})", what, site.weight


def negate_condition(node: Node, site: EditSite, context: EditContext) -> Proposals:
    """Propose the opposite condition."""
    condition = node.child_by_field_name("condition")
    if condition is None:
        return
    inner = condition.child_by_field_name("value") or condition
    opposite = _negate(inner, context)
    if opposite is not None:
        what = f"turns the condition `{abbreviate(inner)}` round"
        yield MutationKind.CONDITION, inner, opposite, what, site.weight


def _negate(condition: Node, context: EditContext) -> str | None:
    """Return the opposite of a condition as a person writes it; None for a compound one."""
    grammar, text = context.grammar, get_text(condition)
    operator = condition.child_by_field_name("operator") or condition.child_by_field_name(
        "operators"
    )
    if condition.type in grammar.truths:
        return grammar.truths[condition.type]
    if condition.type in grammar.negations:
        inner = condition.child_by_field_name("argument")
        if inner is not None and inner.type == "parenthesized_expression":
            inner = inner.named_child(0)
        return get_text(inner) if inner is not None else None
    if operator is None:
        return grammar.negation.format(text) if _is_plain(condition) else None
    opposite = _OPPOSITES.get(get_text(operator))
    if opposite is None or condition.type not in grammar.binary:
        return None
    start, end = (
        operator.start_byte - condition.start_byte,
        operator.end_byte - condition.start_byte,
    )
    raw = text.encode()
    return (raw[:start] + opposite.encode() + raw[end:]).decode()


def _is_plain(node: Node | None) -> bool:
    """Return whether an operand needs no parentheses: a name, a call, an element, a member."""
    return node is not None and (is_identifier(node) or node.type in _PLAIN)


_PLAIN = frozenset(
    {"call_expression", "call", "subscript_expression", "subscript", "field_expression"}
    | {"attribute", "number_literal", "integer", "parenthesized_expression"}
)


def delete_statement(node: Node, site: EditSite, context: EditContext) -> Proposals:
    """Propose to delete a statement that accumulates, or an `if` around a `continue` alone."""
    if node.type == "continue_statement":
        # In a loop that ends by its body, the statements that `continue` skips may end it too
        # early or never.
        if site.in_body_driven_loop or not (deleted := _find_guard(node)):
            return
    elif _is_accumulation(node, context):
        deleted = node
    else:
        return
    # An empty body is nothing that a person leaves behind.
    if _has_siblings(deleted):
        what = f"leaves out `{abbreviate(deleted)}`"
        yield MutationKind.DELETION, deleted, "", what, site.weight


def _find_guard(node: Node) -> Node | None:
    """Return the `if` whose only statement is this one; None if there is no such, or an `else`."""
    parent = node.parent
    if parent is not None and parent.type in _BLOCKS:
        parent = None if _has_siblings(node) else parent.parent
    guard = parent if parent is not None and parent.type == "if_statement" else None
    return guard if guard is not None and guard.child_by_field_name("alternative") is None else None


def _has_siblings(node: Node) -> bool:
    parent = node.parent
    others = parent.named_children if parent is not None and parent.type in _BLOCKS else []
    return sum(other.type != "comment" for other in others) > 1


_BLOCKS = frozenset({"compound_statement", "block"})


def swap_statements(node: Node, site: EditSite, context: EditContext) -> Proposals:
    """Propose to swap two adjacent statements if the second uses names of the first."""
    after = node.next_named_sibling
    if after is None or after.type != "expression_statement" or not _is_accumulation(node, context):
        return
    names = collect_identifiers(after)
    if not collect_identifiers(node) & names or names & context.io_names:
        return
    source = context.source
    between = source[node.end_byte : after.start_byte]
    one, two = source[node.start_byte : node.end_byte], source[after.start_byte : after.end_byte]
    what = f"does `{abbreviate(after)}` before `{abbreviate(node)}`"
    swapped = (two + between + one).decode()
    yield MutationKind.SWAP, (node, after), swapped, what, site.weight


def double_step(node: Node, site: EditSite, context: EditContext) -> Proposals:
    """Propose a loop with a step of 2."""
    if collect_identifiers(node) & context.input_names:
        return
    update = node.child_by_field_name("update")
    if update is not None and update.type == "update_expression" and get_text(update)[-2:] == "++":
        counter = get_text(update)[:-2]
        what = f"counts `{counter}` in steps of 2"
        yield MutationKind.LOOP, update, f"{counter} += 2", what, site.weight
    ranged = node.child_by_field_name("right")
    if ranged is None or not get_text(ranged).startswith("range("):
        return
    arguments = ranged.child_by_field_name("arguments")
    bounds = [get_text(child) for child in arguments.named_children] if arguments else []
    if len(bounds) in {1, 2}:
        start, stop = ["0", *bounds][-2:]
        what = f"counts over `{abbreviate(ranged)}` in steps of 2"
        yield MutationKind.LOOP, ranged, f"range({start}, {stop}, 2)", what, site.weight


def _is_accumulation(node: Node, context: EditContext) -> bool:
    """Return whether a statement is a compound assignment or an increment, such as `s += x`.

    Statements that read input, or change a variable that controls a loop, do not count.
    """
    inner = node.named_child(0) if node.named_child_count == 1 else None
    if inner is None or collect_identifiers(node) & context.input_names:
        return False
    target = inner.child_by_field_name("left") or inner.child_by_field_name("argument")
    if target is None or collect_identifiers(target) & context.loop_control_names:
        return False
    changes = inner.type in context.grammar.assignments
    return inner.type == "update_expression" or (
        changes and get_field_text(inner, "operator") not in {"", "="}
    )
