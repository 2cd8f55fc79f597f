"""What the classifier knows of a language: parser, node types by role, words of its libraries."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

import tree_sitter
import tree_sitter_cpp
import tree_sitter_python
from tree_sitter import Node


@dataclass(frozen=True)
class ClassifierGrammar:
    """One language."""

    language: tree_sitter.Language
    functions: frozenset[str]
    loops: frozenset[str]
    branches: frozenset[str]
    blocks: frozenset[str]
    comprehensions: frozenset[str]
    subscripts: frozenset[str]
    calls: frozenset[str]
    members: frozenset[str]
    """Nodes of `object.name`."""
    skipped: frozenset[str]
    """Nodes that say nothing of what is computed."""
    input_names: frozenset[str]
    """Words that read the input, or turn its text into numbers."""
    output_names: frozenset[str]
    linear: frozenset[str]
    """Library functions that walk over all of their argument."""
    linear_of_one: frozenset[str]
    """The same, where they are given one argument."""
    linear_members: frozenset[str]
    """The same, called as `object.name(...)`."""
    ordering: frozenset[str]
    """Library functions that sort, or search in what is sorted."""
    structures: Mapping[str, str]
    """Word that names or makes a structure, and the structure's kind."""
    memoization: frozenset[str]
    """Words that keep a function's results."""
    intrinsics: frozenset[str]
    """Words for what a processor does in one step."""


def parse_program(code: str, grammar: ClassifierGrammar) -> Node:
    """Return the root of a program's syntax tree; it may hold error nodes."""
    return tree_sitter.Parser(grammar.language).parse(_expand_loop_macros(code).encode()).root_node


def get_node_text(node: Node) -> str:
    """Return the source text of a node."""
    return (node.text or b"").decode(errors="replace")


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, in source order."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children))


def collect_ancestor_ids(nodes: Iterable[Node]) -> set[int]:
    """Return the ids of nodes and of everything that they stand in."""
    found: set[int] = set()
    for node in nodes:
        current: Node | None = node
        while current is not None and current.id not in found:
            found.add(current.id)
            current = current.parent
    return found


def collect_identifiers(node: Node) -> frozenset[str]:
    """Return the identifiers in a subtree."""
    return frozenset(get_node_text(inner) for inner in walk(node) if is_identifier(inner))


def is_identifier(node: Node) -> bool:
    """Say whether a node is an identifier of any kind."""
    return node.child_count == 0 and node.type.endswith("identifier")


MAX_BYTES = 64 << 10
"""Larger programs are not read."""
_LOOP_MACRO = re.compile(
    r"^[ \t]*#[ \t]*define[ \t]+(\w+)\(([^)]*)\)[ \t]+([^\n]*\bfor\b[^\n]*)$", re.M
)


def _expand_loop_macros(code: str) -> str:
    """Write out the macros that stand for loop headers: no grammar sees a loop in `rep(i, n)`."""
    for name, names, body in _LOOP_MACRO.findall(code):
        parameters = [part.strip() for part in names.split(",")]
        call = re.compile(rf"(?<!define )\b{re.escape(name)}\(([^();]*(?:\([^()]*\)[^();]*)*)\)")

        if len(code) > MAX_BYTES:
            break
        code = call.sub(partial(_expand_call, parameters=parameters, body=body), code)
    return code


def _expand_call(call: re.Match[str], parameters: list[str], body: str) -> str:
    given = [part.strip() for part in call[1].split(",")]
    values = dict(zip(parameters, given, strict=False))
    return re.sub(r"\b\w+\b", lambda word: values.get(word[0], word[0]), body)


def _split_words(words: str) -> frozenset[str]:
    return frozenset(words.split())


def find_grammar(language: str) -> ClassifierGrammar | None:
    """Return the grammar for the key of a language, or None where there is none."""
    if language.startswith(("cpp", "c1")):
        return _create_cpp_grammar()
    if language == "python":
        return _create_python_grammar()
    return None


@cache
def _create_cpp_grammar() -> ClassifierGrammar:
    return ClassifierGrammar(
        language=tree_sitter.Language(tree_sitter_cpp.language()),
        functions=frozenset({"function_definition", "lambda_expression"}),
        loops=frozenset({"for_statement", "while_statement", "do_statement", "for_range_loop"}),
        branches=frozenset({"if_statement", "else_clause", "switch_statement", "case_statement"}),
        blocks=frozenset({"compound_statement", "translation_unit"}),
        comprehensions=frozenset(),
        subscripts=frozenset({"subscript_expression"}),
        calls=frozenset({"call_expression"}),
        members=frozenset({"field_expression"}),
        skipped=_split_words(
            "preproc_include preproc_def preproc_function_def preproc_call using_declaration "
            "alias_declaration type_definition comment"
        ),
        input_names=_split_words(
            "cin scanf getchar getchar_unlocked fgets getline fread fgetc getc sscanf fscanf stdin "
            "rdbuf strtol strtoul strtoll strtoull atoi atol atoll stoi stol stoll stringstream "
            "istringstream from_chars sync_with_stdio tie setvbuf mmap"
        ),
        output_names=_split_words(
            "cout printf puts putchar putchar_unlocked fwrite fputs fprintf stdout endl flush "
            "setprecision ostringstream to_chars sprintf fputc putc write"
        ),
        linear=_split_words(
            "accumulate find find_if count count_if sort stable_sort max_element min_element "
            "reverse fill any_of all_of none_of next_permutation rotate unique strlen"
        ),
        linear_of_one=frozenset(),
        linear_members=frozenset({"substr"}),
        ordering=_split_words(
            "sort stable_sort lower_bound upper_bound equal_range binary_search nth_element "
            "partial_sort merge inplace_merge partial_sum"
        ),
        structures={
            "map": "map",
            "unordered_map": "map",
            "multimap": "map",
            "gp_hash_table": "map",
            "set": "set",
            "unordered_set": "set",
            "multiset": "set",
            "priority_queue": "heap",
            "push_heap": "heap",
            "make_heap": "heap",
            "bitset": "bitset",
            "tree_order_statistics_node_update": "tree",
            "deque": "deque",
            "list": "list",
            "forward_list": "list",
            "queue": "queue",
            "stack": "stack",
            "vector": "vector",
            "array": "vector",
        },
        memoization=frozenset({"memo", "memory", "cache", "cached"}),
        intrinsics=_split_words(
            "__builtin_popcount __builtin_popcountll popcount __builtin_clz __builtin_ctz "
            "__builtin_clzll __builtin_ctzll countr_zero bit_width memcpy memmove"
        ),
    )


@cache
def _create_python_grammar() -> ClassifierGrammar:
    return ClassifierGrammar(
        language=tree_sitter.Language(tree_sitter_python.language()),
        functions=frozenset({"function_definition", "lambda"}),
        loops=frozenset({"for_statement", "while_statement"}),
        branches=frozenset({"if_statement", "elif_clause", "else_clause", "with_statement"}),
        blocks=frozenset({"block", "module"}),
        comprehensions=_split_words(
            "list_comprehension set_comprehension dictionary_comprehension generator_expression"
        ),
        subscripts=frozenset({"subscript"}),
        calls=frozenset({"call"}),
        members=frozenset({"attribute"}),
        skipped=_split_words(
            "import_statement import_from_statement comment global_statement nonlocal_statement"
        ),
        input_names=frozenset({"input", "stdin", "readline", "readlines", "setrecursionlimit"}),
        output_names=frozenset({"print", "stdout", "stderr"}),
        linear=_split_words("sum sorted any all accumulate combinations permutations product"),
        linear_of_one=frozenset({"min", "max"}),
        linear_members=_split_words("count index remove sort reverse find replace insert"),
        ordering=_split_words(
            "sort sorted bisect bisect_left bisect_right insort insort_left insort_right accumulate"
        ),
        structures={
            "dict": "map",
            "dictionary": "map",
            "dictionary_comprehension": "map",
            "defaultdict": "map",
            "OrderedDict": "map",
            "fromkeys": "map",
            "Counter": "map",
            "set": "set",
            "frozenset": "set",
            "set_comprehension": "set",
            "heappush": "heap",
            "heapify": "heap",
            "heapq": "heap",
            "heappop": "heap",
            "deque": "deque",
            "bytearray": "sequence",
            "array": "sequence",
            "list": "sequence",
            "list_comprehension": "sequence",
        },
        memoization=frozenset({"lru_cache", "cache", "memo", "memory", "cached"}),
        intrinsics=frozenset({"bit_count", "bit_length"}),
    )
