"""Edits of values: operators, numbers, characters, sums, maxima and minima."""

from tree_sitter import Node

from pieforge.agents.embedded.edit import MutationKind, Proposals, abbreviate
from pieforge.agents.embedded.places import EditContext, EditSite
from pieforge.syntax.tree import collect_identifiers, get_field_text, get_text, walk

_ARITHMETIC = {
    "+": ("-", "*"),
    "-": ("+",),
    "*": ("+", "-"),
    "/": ("%", "*"),
    "//": ("%", "*"),
    "%": ("/",),
    "&": ("|", "^"),
    "|": ("&", "^"),
    "^": ("|", "&"),
    "+=": ("-=",),
    "-=": ("+=",),
    "*=": ("+=",),
    "^=": ("|=", "&="),
    "|=": ("^=",),
    "&=": ("^=",),
}
_NONNEGATIVE_OPERATORS = frozenset({"+", "|", "&", "%", "+=", "/", "//"})
_COMPARISONS = {
    "==": ("!=",),
    "!=": ("==",),
    "<": (">", "<="),
    ">": ("<", ">="),
    "<=": (">=", "<"),
    ">=": ("<=", ">"),
}
_TEXT_OR_ITERATORS = frozenset({"begin", "end", "rbegin", "rend", "to_string"})
_SWAPPED = {"max": "min", "min": "max", "std::max": "std::min", "std::min": "std::max"}
_WHOLE_VALUES = frozenset(
    {"assignment", "assignment_expression", "init_declarator", "return_statement", "argument_list"}
)
"""Types of nodes below which a sum needs no parentheses."""
_MAX_CHOICE_CHARS = 40
"""Characters of `s += x` up to which it becomes a choice between `s` and `x`."""
_LARGE_CONSTANT = 100_000
"""Larger constants are mostly moduli and infinities, whose change rarely gives a new behavior."""


def replace_operator(node: Node, site: EditSite, context: EditContext) -> Proposals:
    """Propose other operators of the same family."""
    operator = node.child_by_field_name("operator") or node.child_by_field_name("operators")
    if operator is None or site.in_loop_header:
        return
    old = get_text(operator)
    if old in _COMPARISONS:
        for rank, new in enumerate(_COMPARISONS[old]):
            what = f"compares by `{new}` where it had `{old}` in `{abbreviate(node)}`"
            yield MutationKind.COMPARISON, operator, new, what, site.weight / (1 + rank)
    elif old in context.grammar.logical:
        new = context.grammar.logical[old == context.grammar.logical[0]]
        what = f"joins by `{new}` where it had `{old}` in `{abbreviate(node)}`"
        yield MutationKind.LOGICAL, operator, new, what, site.weight
    elif old in _ARITHMETIC and not is_non_numeric(node, context):
        for rank, new in enumerate(_list_operators(node, old, site, context)):
            what = f"uses `{new}` where it had `{old}` in `{abbreviate(node)}`"
            kind = MutationKind.SIGN if {old, new} == {"+=", "-="} else MutationKind.ARITHMETIC
            yield kind, operator, new, what, site.weight / (1 + rank)


def _list_operators(node: Node, old: str, site: EditSite, context: EditContext) -> list[str]:
    right = get_field_text(node, "right")
    # Division is safe only by a literal above 0.
    divisible = right.isdigit() and int(right) > 0
    if old == "%" and not divisible:
        return []
    others = [new for new in _ARITHMETIC[old] if divisible or new not in {"%", "/"}]
    if right in {"0", "1"}:
        others = [new for new in others if new != "*"]  # nobody multiplies by these
    others = [context.grammar.division if new == "/" else new for new in others]
    return [new for new in others if site.signed or new in _NONNEGATIVE_OPERATORS]


def replace_number(node: Node, site: EditSite, context: EditContext) -> Proposals:
    """Propose other integers."""
    parent = node.parent
    try:
        value = int(get_text(node), 0)
    except ValueError:
        return
    if parent is None or site.in_loop_header or _is_size(node, context):
        return
    initial = (
        parent.type in {"init_declarator", "assignment"}
        and context.find_enclosing_function(node) is not None
    )
    if initial and not site.signed:
        return
    kind = MutationKind.INITIAL if initial else MutationKind.CONSTANT
    weight = site.weight * (0.1 if abs(value) > _LARGE_CONSTANT else 1.0)
    others = _list_numbers(value, site, divisor=_is_divisor(node))
    if get_field_text(parent, "operator") == "*":
        others = [new for new in others if new > 1]  # nobody multiplies by 0 or 1
    for rank, new in enumerate(others):
        what = f"takes {new} instead of {value} in `{abbreviate(parent)}`"
        yield kind, node, str(new), what, weight / (1 + 0.5 * rank)


def _list_numbers(value: int, site: EditSite, *, divisor: bool) -> list[int]:
    if divisor:
        others = [value + 1, value - 1, value + 2, 2 * value + 1]
        return [other for other in others if other > 1]
    others = [value + 1, value + 2, value * 2, value * 3 + 1, value - 1, value + 7]
    if not site.signed:
        others = [other for other in others if other <= value + 1]
    return list(dict.fromkeys(other for other in others if other != value and other >= 0))


def _is_size(node: Node, context: EditContext) -> bool:
    """Return whether the number defines a name that determines the size of arrays or types."""
    parent = node.parent
    while parent is not None and parent.type not in context.grammar.statements:
        parent = parent.parent
    return any(
        get_field_text(inner, "declarator") in context.size_names
        or get_field_text(inner, "left") in context.size_names
        for inner in walk(parent)
    )


def _is_divisor(node: Node) -> bool:
    parent = node.parent
    return (
        parent is not None
        and get_field_text(parent, "operator") in {"/", "%", "//", "/=", "%=", "//="}
        and parent.child_by_field_name("right") == node
    )


def is_non_numeric(node: Node, context: EditContext) -> bool:
    """Return whether a subtree contains text, lists or iterators, for which arithmetic fails."""
    if collect_identifiers(node) & (context.text_names | _TEXT_OR_ITERATORS):
        return True
    kinds = context.grammar.strings | {"list", "tuple"}
    return any(inner.type in kinds for inner in walk(node))


def replace_character(node: Node, site: EditSite, context: EditContext) -> Proposals:
    """Propose other letters or digits in a C++ character literal."""
    text = get_text(node)
    if len(text) != 3 or not text[1].isalnum():
        return
    for step in (1, -1, 3):
        new = chr(ord(text[1]) + step)
        if new.isascii() and new.isalnum():
            what = f"takes the character {new} instead of {text[1]}"
            yield MutationKind.CONSTANT, node, f"'{new}'", what, site.weight / (1 + abs(step))


def replace_extreme(node: Node, site: EditSite, context: EditContext) -> Proposals:
    """Propose `min` instead of `max`, or the reverse, or the sum of the arguments."""
    function = node.child_by_field_name("function")
    arguments = node.child_by_field_name("arguments")
    if function is None or arguments is None:
        return
    name = get_text(function)
    other = _SWAPPED.get(name)
    if other is None:
        return
    what = f"takes {other} instead of {name} in `{abbreviate(node)}`"
    yield MutationKind.AGGREGATE, function, other, what, site.weight * 0.7
    if arguments.named_child_count == 2 and site.signed and not is_non_numeric(node, context):
        one, two = (get_text(child) for child in arguments.named_children)
        what = f"adds where it took {name} in `{abbreviate(node)}`"
        whole = node.parent is not None and node.parent.type in _WHOLE_VALUES
        new = f"{one} + {two}" if whole else f"({one} + {two})"
        yield MutationKind.AGGREGATE, node, new, what, site.weight * 0.7


def replace_extreme_with_sum(node: Node, site: EditSite, context: EditContext) -> Proposals:
    """Propose `b += a` instead of `b = a` in statements such as `if (a > b) b = a;`."""
    condition = node.child_by_field_name("condition")
    body = node.child_by_field_name("consequence")
    if condition is None or body is None or not site.signed or is_non_numeric(node, context):
        return
    compared = {get_text(inner) for inner in walk(condition)}
    for inner in walk(body):
        left, right = get_field_text(inner, "left"), get_field_text(inner, "right")
        if inner.type in context.grammar.assignments and {left, right} <= compared:
            what = f"adds up in `{abbreviate(inner)}` where it kept the extreme"
            new = f"{left} += {right}"
            yield MutationKind.AGGREGATE, inner, new, what, site.weight * 0.8


def replace_sum_with_extreme(node: Node, site: EditSite, context: EditContext) -> Proposals:
    """Propose the maximum or the minimum of both instead of `s += x`."""
    right = node.child_by_field_name("right")
    if right is None or get_field_text(node, "operator") != "+=":
        return
    # `count += 1` is excluded: the maximum of a count and 1 is hardly ever useful.
    # Nor does anyone write a choice between compound values in one line.
    compound = right.type in context.grammar.binary or len(get_text(node)) > _MAX_CHOICE_CHARS
    if is_non_numeric(node, context) or compound or right.type in context.grammar.numbers:
        return
    one, two = get_field_text(node, "left"), get_text(right)
    for sign, word, factor in ((">", "max", 1.0), ("<", "min", 0.2)):
        chosen = context.grammar.extreme.format(one=one, sign=sign, two=two, word=word)
        what = f"keeps the {word} in `{abbreviate(node)}` where it added"
        yield MutationKind.AGGREGATE, node, f"{one} = {chosen}", what, site.weight * factor
