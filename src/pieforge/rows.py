"""Every column of every exported file: its name, type, meaning, and how it can be derived again.

This is the one declaration. The JSON Schema and the tables in docs/reference/ are generated from it
(`python tests/house/row_tables.py`), and so are the features in a dataset card.

Types are fixed, so that the files of several runs can be loaded together: no column is null or an
empty list in all rows of one file and something else in another's, except the columns that PIE
names and that do not apply. What is unknown is 0 or the empty string, and the meaning says so.
There are no maps, whose keys would become columns: lists of records instead.
"""

from base64 import b64decode, b64encode
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from pieforge.records import (
    EditKind,
    FrozenModel,
    Growth,
    InputSpeedup,
    Origin,
    RejectReason,
    Verdict,
)


class Derivation(StrEnum):
    """What a verifier needs to derive a column's value again."""

    ROW = "row"
    """Other columns of the same row."""
    FILES = "files"
    """Other exported files of the run folder."""
    PROBLEM = "problem"
    """The problem package."""
    RUN = "run"
    """A compiler and the sandbox: the programs run on the pair's tests."""
    SIMULATE = "simulate"
    """The simulator that the row names."""
    LEDGER = "ledger"
    """The run's ledger: the value records what happened, and only the ledger proves it."""
    NOTHING = "nothing"
    """It is given: the subject of the row itself, or the word of a model's endpoint."""


def column(
    meaning: str,
    derivation: Derivation,
    source: str,
    default: Any = ...,  # noqa: ANN401  pydantic's mark of a column that must be given
) -> Any:  # noqa: ANN401
    """Declare a column.

    Args:
        meaning: What its values mean, with units, as it stands in the reference.
        derivation: What deriving a value again takes.
        source: From what it follows, or why it cannot be derived.
        default: The value where none is given; the column is in every row all the same.
    """
    extra: dict[str, Any] = {"derivation": str(derivation), "source": source}
    return Field(default, description=meaning, json_schema_extra=extra)


_ROW, _FILES, _PROBLEM = Derivation.ROW, Derivation.FILES, Derivation.PROBLEM
_RUN, _SIMULATE, _LEDGER = Derivation.RUN, Derivation.SIMULATE, Derivation.LEDGER
_NOTHING = Derivation.NOTHING


class StratumCount(FrozenModel):
    """How many inputs of a stratum there are."""

    stratum: str
    inputs: int


class TimedTest(FrozenModel):
    """The simulated time of both programs on one test, start-up included."""

    test: str
    """The test's name."""
    src_ticks: int
    """Of the slow program, in the simulator's unit; 0 where it was not run. Where the slow program
    was stopped, the last time above 0 is a lower bound."""
    tgt_ticks: int
    src_seconds: float
    """The same in seconds."""
    tgt_seconds: float


class SpeedupEstimate(FrozenModel):
    """A speedup and the interval that contains it with a probability of 95 %.

    All three are equal where both programs were simulated to their ends.
    """

    value: float
    low: float
    high: float


class Pair(FrozenModel):
    """One kept pair, as a row of pairs.jsonl; the first sixteen columns are PIE's."""

    src_id: str = column("id of the slow program", _ROW, "`problem_id`, `language`, `src_code`")
    tgt_id: str = column("id of the fast program", _ROW, "`problem_id`, `language`, `tgt_code`")
    src_agg_runtime: float = column(
        "simulated seconds of the slow program, summed over the timed tests; without start-up where"
        " `net_of_startup`. An estimate where `src_runtime_is` says so",
        _SIMULATE,
        "`timed`, `src_startup`, `net_of_startup`; `speedup_estimate` where it is an estimate",
    )
    tgt_agg_runtime: float = column(
        "the same of the fast program, always measured",
        _SIMULATE,
        "`timed`, `tgt_startup`, `net_of_startup`",
    )
    problem_id: str = column(
        "problem package that defines the input format of both programs; they solve that problem"
        " only where `behavior` is `problem`",
        _FILES,
        "programs.jsonl",
    )
    speedup: float = column(
        "`src_agg_runtime` / `tgt_agg_runtime`", _ROW, "`src_agg_runtime`, `tgt_agg_runtime`"
    )
    src_code: str = column("source text of the slow program", _NOTHING, "it is the row's subject")
    tgt_code: str = column("source text of the fast program", _NOTHING, "it is the row's subject")
    fastest_agg_runtime: float = column(
        "`tgt_agg_runtime` times the counted time of the class's fastest program, divided by that"
        " of the fast program. The known programs of a class: its members in this language, and"
        " the optimizer's programs with equal outputs that were counted",
        _FILES,
        "`counted_seconds`, `class_id` and `language` in programs.jsonl",
    )
    src_status: Literal["Accepted"] | None = column(
        "`Accepted` where `behavior` is `problem`; null for a variant, which no judge knows",
        _ROW,
        "`behavior`",
    )
    tgt_status: Literal["Accepted"] | None = column("the same", _ROW, "`behavior`")
    fastest_agg_runtime_updated: float = column(
        "the same as `fastest_agg_runtime`", _ROW, "`fastest_agg_runtime`"
    )
    target_reward_updated: float = column(
        "counted time of the class's fastest program / that of the fast program, at most 1",
        _FILES,
        "as `fastest_agg_runtime`",
    )
    src_reward_updated: float = column(
        "the same for the slow program", _FILES, "as `fastest_agg_runtime`"
    )
    target_reward_updated_pct_bin: int = column(
        "decile of the fast program in its class by counted time: ten times the share of the"
        " class's known programs that are not faster, rounded up; 10 for the fastest",
        _FILES,
        "as `fastest_agg_runtime`",
    )
    src_reward_updated_pct_bin: int = column(
        "the same for the slow program", _FILES, "as `fastest_agg_runtime`"
    )

    record_id: str = column("id of the pair", _ROW, "`src_id`, `tgt_id`")
    schema_version: int = column(
        "version of these columns", _NOTHING, "it says how to read the row"
    )
    language: str = column("key of the language", _FILES, "programs.jsonl")
    behavior: Literal["problem", "variant"] = column(
        "`problem`: the outputs are those of the package's accepted submissions; `variant`: the"
        " programs compute something else from the same input format",
        _RUN,
        "outputs on the package's tests",
    )
    tools_id: str = column(
        "row of tools.json: compiler, flags, simulator", _FILES, "run.toml and tools.json"
    )
    class_id: str = column("class of the slow program", _LEDGER, "the history of the class tree")
    class_rank: int = column(
        "1 for the first member of the class, and so on", _LEDGER, "the order of the members"
    )
    parent_ids: tuple[str, ...] = column(
        "programs in the author's prompt; the first is the one that the slow program departs from",
        _FILES,
        "programs.jsonl; the call's prompt in calls.jsonl",
    )
    base_slow_id: str = column(
        "the package's submission from which the slow program descends", _FILES, "programs.jsonl"
    )
    base_fast_id: str = column(
        "the package's fast submission in that language; empty if it has none",
        _FILES,
        "programs.jsonl",
    )
    same_edit_as_base: bool = column(
        "whether the changed lines of the pair are exactly those between the two base submissions",
        _FILES,
        "the texts in programs.jsonl",
    )
    example_ids: tuple[str, ...] = column(
        "pairs that the optimizer was shown: kept ones, and the packages' own submissions, whose"
        " id is computed in the same way",
        _LEDGER,
        "the call's prompt in calls.jsonl",
    )
    enabled_by: str = column(
        "kept pair of an earlier round whose slow program was varied; empty if there is none",
        _FILES,
        "`parent_ids`, and `src_id` of the other pairs",
    )
    round: int = column("round that made the slow program, from 1", _FILES, "programs.jsonl")
    call_id: str = column(
        "call of the optimizer that wrote the fast program (calls.jsonl)", _FILES, "programs.jsonl"
    )
    src_chars: int = column(
        "characters of `src_code`; PIE's scripts cut at 1,500", _ROW, "`src_code`"
    )
    tgt_chars: int = column("characters of `tgt_code`", _ROW, "`tgt_code`")
    tests_sha: str = column(
        "hash of the inputs on which the programs were compared", _FILES, "tests.jsonl"
    )
    equal_on: int = column("number of inputs on which the outputs match", _RUN, "tests.jsonl")
    equal_on_strata: tuple[StratumCount, ...] = column(
        "the same number by [stratum](inputs.md)", _RUN, "tests.jsonl"
    )
    implausible_ratio: str = column(
        "why the ratio is too high for the edit, so that the pair ran on more inputs before it was"
        " kept; empty for most pairs",
        _LEDGER,
        "it records a decision",
    )
    builds_agree: tuple[str, ...] = column(
        "builds of the fast program with the same outputs: `ordinary` first, then"
        " [others](sanitizers.md)",
        _RUN,
        "the builds of the language, on the hidden tests",
    )
    repeats: int = column(
        "perturbed re-runs of the fast program with the same outputs",
        _RUN,
        "re-runs on the hidden tests",
    )
    confirmed_by: str = column("simulator that decided", _FILES, "tools.json")
    timed: tuple[TimedTest, ...] = column(
        "the simulated tests: `test`, and for either program `ticks` (the simulator's unit) and"
        " `seconds`, start-up included. The slow program's are 0 on tests that it was not run on,"
        " and its last ones above 0 are lower bounds where `src_runtime_is` is `estimated`",
        _SIMULATE,
        "the programs on those tests",
    )
    src_runtime_is: Literal["measured", "estimated", "bound"] = column(
        "`measured`; `estimated`, where the slow program was stopped once the decision was certain;"
        " `bound` in rows of version 4 and earlier, which have no estimate",
        _SIMULATE,
        "`timed`",
    )
    speedup_at_least: float = column(
        "the ratio that decided, from measured times alone; below `speedup` where that is an"
        " estimate",
        _SIMULATE,
        "`timed`, `src_startup`, `tgt_startup`, `net_of_startup`",
    )
    speedup_estimate: SpeedupEstimate = column(
        "`value` (the same as `speedup`) with the bounds `low` and `high` of a 95 % interval; all"
        " three are equal where `src_runtime_is` is `measured`",
        _SIMULATE,
        "`timed`, counts of both programs, the fitted prediction in the ledger",
    )
    net_of_startup: bool = column(
        "whether `src_agg_runtime`, `tgt_agg_runtime` and the speedups exclude start-up",
        _ROW,
        "the language's declaration and `confirmed_by`",
    )
    src_gross_runtime: float = column(
        "simulated seconds of the slow program with start-up, as far as it was run",
        _ROW,
        "`timed`",
    )
    tgt_gross_runtime: float = column("the same of the fast program", _ROW, "`timed`")
    src_startup: float = column(
        "start-up of the slow program in seconds per run: of the language's empty program, or,"
        " where another simulator than cachegrind confirms, of the program itself on no input",
        _SIMULATE,
        "the empty program or input",
    )
    tgt_startup: float = column("the same of the fast program", _SIMULATE, "the same")
    ratios: tuple[InputSpeedup, ...] = column(
        "the counted speedup by input, from the lowest cost up: `test`, `size` (bytes), `cycles`"
        " (of the slow program, without start-up), `ratio`",
        _SIMULATE,
        "cachegrind's counts on those tests",
    )
    shown_by: Literal["typical", "stress"] = column(
        "inputs that show the speedup: the package's tests, or [stress inputs](inputs.md#stress) of"
        " both programs; `timed`, run times and speedups are those on these inputs",
        _SIMULATE,
        "`typical_speedup` and `stress_speedup`, by `keep.by`",
        default="typical",
    )
    typical_speedup: float = column(
        "counted speedup on the package's tests",
        _SIMULATE,
        "cachegrind's counts on the problem's timed tests",
        default=0.0,
    )
    stress_speedup: float = column(
        "counted speedup on the stress inputs of both programs; 0 where there are none, or none"
        " were searched",
        _SIMULATE,
        "cachegrind's counts on the pair's stress inputs (tests.jsonl)",
        default=0.0,
    )
    growth: Growth = column(
        "how the speedup changes with the slow program's cycles ([values](run-folder.md#growth))",
        _ROW,
        "`growth_exponent`",
    )
    growth_exponent: float = column(
        "exponent of the slow program's cycles with which the speedup grows; 0 where `growth` is"
        " `unknown`",
        _ROW,
        "`ratios`",
    )
    edit_kind: EditKind | Literal["unknown"] = column(
        "kind of the edit that removes these anti-patterns ([values](run-folder.md#edit-kinds));"
        " `unknown` where there are none",
        _ROW,
        "`edit_patterns`",
    )
    edit_patterns: tuple[str, ...] = column(
        "[anti-patterns](anti-patterns.md) that make the fast program the slow one; empty where"
        " none are known",
        _ROW,
        "`src_code`, `tgt_code`, `language`",
        default=(),
    )
    edit_id: str = column(
        "id of the [edit](../explanation/edit-identity.md): equal where the two programs differ in"
        " the same way, whatever their names and constants; empty for very large programs",
        _ROW,
        "`src_code`, `tgt_code`, `language`",
        default="",
    )
    edit_cluster: str = column(
        "cluster of near edits: the `edit_id` of its first pair",
        _LEDGER,
        "`edit_id` and the texts of the pairs kept before, in the ledger's order",
        default="",
    )
    surplus: bool = column(
        "whether `lessons.per_cluster` pairs of the cluster were kept before: leave it out of"
        " training",
        _LEDGER,
        "`edit_cluster` of the pairs kept before",
        default=False,
    )

    @property
    def timed_tests(self) -> tuple[str, ...]:
        """Names of the simulated tests."""
        return tuple(item.test for item in self.timed)


class Reject(FrozenModel):
    """A refused program or reply, as a row of rejects.jsonl."""

    record_id: str = column("id of the reject", _LEDGER, "stage, programs and reason")
    stage: str = column("node that refused the program", _LEDGER, "it records a decision")
    reason: RejectReason = column(
        "[reject reason](run-folder.md#reject-reasons)", _RUN, "the node's check of the same text"
    )
    detail: str = column(
        "what exactly failed: an input, a line, a compiler message", _RUN, "as `reason`"
    )
    problem_id: str = column("problem whose input format it reads", _LEDGER, "the call")
    language: str = column("key of the language", _LEDGER, "the call")
    round: int = column("round of the call", _LEDGER, "the call")
    program_id: str = column(
        "the refused program (programs.jsonl); empty where there is none",
        _ROW,
        "`problem_id`, `language`, `code`",
        default="",
    )
    for_program_id: str = column(
        "the slow program that it was meant to replace; empty for an author's program",
        _LEDGER,
        "the call",
        default="",
    )
    code: str = column(
        "source text; empty where there is none", _NOTHING, "it is the row's subject", default=""
    )
    call_id: str = column(
        "call whose answer it is in (calls.jsonl); empty for none",
        _LEDGER,
        "the answer",
        default="",
    )
    model: str = column(
        "model that wrote it",
        _FILES,
        "calls.jsonl",
        default="",
    )
    ratio: float = column(
        "measured slow / fast; 0 where it was not measured",
        _SIMULATE,
        "the slow program and it",
        default=0.0,
    )
    test: str = column(
        "name of the input on which it failed; empty where none decided",
        _RUN,
        "as `reason`",
        default="",
    )
    input: str = column(
        "that input, made smaller for a wrong output; text with invalid UTF-8 replaced",
        _RUN,
        "as `reason`",
        default="",
    )
    expected: str = column(
        "the slow program's output on `input`; empty where outputs were not compared",
        _RUN,
        "the slow program on `input`",
        default="",
    )
    actual: str = column(
        "its own output on `input`",
        _RUN,
        "the program on `input`",
        default="",
    )


class ProgramRow(FrozenModel):
    """A program that the run saw, as a row of programs.jsonl."""

    program_id: str = column("id of the program", _ROW, "`problem_id`, `language`, `code`")
    problem_id: str = column("problem whose input format it reads", _LEDGER, "the call")
    language: str = column("key of the language", _LEDGER, "the call")
    code: str = column("source text", _NOTHING, "it is the row's subject")
    origin: Origin = column(
        "`submission`, `author`, `deoptimizer` (the author, asked for a slower version of its first"
        " parent) or `optimizer`",
        _LEDGER,
        "the call",
    )
    round: int = column("round that made it; 0 for a submission", _LEDGER, "the call")
    parent_ids: tuple[str, ...] = column(
        "programs in the prompt, first the one that it departs from or is to replace; none for a"
        " submission",
        _FILES,
        "the prompt in calls.jsonl",
    )
    call_id: str = column(
        "call that gave it (calls.jsonl); empty for a submission", _LEDGER, "the answer"
    )
    verdict: Verdict | Literal[""] = column(
        "[verdict](run-folder.md#verdicts) on the package's tests, for a submission as its package"
        " declares it; empty where it was not run. The outputs of a variant are not compared",
        _RUN,
        "the package's tests",
    )
    class_id: str = column(
        "its class; empty where it has none. An optimizer's program with the outputs of its slow"
        " program has that one's class",
        _LEDGER,
        "the history of the class tree",
    )
    class_rank: int = column("its place in the class; 0 where it has none", _LEDGER, "the same")
    equal_on: int = column(
        "number of inputs on which it is known to equal the first member of its class",
        _LEDGER,
        "the same",
    )
    split_by: str = column(
        "input that split its class from the nearest other class", _LEDGER, "the same"
    )
    split_stratum: str = column("that input's stratum", _ROW, "`split_by`")
    counted_seconds: float = column(
        "seconds by cachegrind's counts on the problem's timed tests together, without start-up"
        " where the language is measured so; 0 where it was not counted",
        _SIMULATE,
        "cachegrind on these tests",
    )


class CallMessage(FrozenModel):
    """One message of a prompt."""

    role: str
    content: str


class CallRow(FrozenModel):
    """One model call, as a row of calls.jsonl."""

    call_id: str = column("SHA-256 of the request", _ROW, "the columns of the request")
    role: Literal["author", "optimizer", "tester"] = column(
        "who was asked", _LEDGER, "the stage that asked"
    )
    strategy: str = column("how it was asked: the prompt's name", _LEDGER, "the stage that asked")
    endpoint: str = column("address, or name and version of an engine", _LEDGER, "the request")
    model: str = column("model, as the answer names it", _NOTHING, "the endpoint's word")
    messages: tuple[CallMessage, ...] = column("the prompt", _LEDGER, "the request")
    n: int = column("answers asked for", _LEDGER, "the request")
    seed: int = column("seed of the request", _LEDGER, "the request")
    temperature: float = column("temperature of the request", _LEDGER, "the request")
    top_p: float = column("top_p of the request", _LEDGER, "the request")
    max_tokens: int = column("limit on one answer's tokens", _LEDGER, "the request")
    extra_body: str = column("further fields of the request, as JSON", _LEDGER, "the request")
    omit: tuple[str, ...] = column("parameters that were not sent", _LEDGER, "the request")
    request_model: str = column("model that was asked for", _LEDGER, "the request")
    answers: int = column("answers that came", _LEDGER, "the answer")
    answers_sha: str = column("hash of their texts in order", _LEDGER, "the answer")
    prompt_tokens: int = column("tokens of the prompt", _NOTHING, "the endpoint's word")
    completion_tokens: int = column(
        "tokens of all answers together", _NOTHING, "the endpoint's word"
    )
    usd: float | None = column(
        "price in US dollars; null where it is unknown", _NOTHING, "the price at the time"
    )


class TestContent(FrozenModel):
    """One test of a pair."""

    __test__ = False

    test: str
    """Its name; the part before the slash is its stratum."""
    input: str
    """`content_id` of the input."""
    output: str
    """`content_id` of the slow program's output."""


class PairTests(FrozenModel):
    """The tests of one pair, as a row of tests.jsonl."""

    record_id: str = column("the pair", _FILES, "pairs.jsonl")
    tests_sha: str = column("hash of the inputs in order", _FILES, "contents.jsonl")
    validated_by: Literal["package", "grammar"] = column(
        "who decided that the inputs are valid: `package` (its validators), or `grammar` (the"
        " grammar inferred from the package's tests, and the outputs of its submissions, which must"
        " match)",
        _PROBLEM,
        "whether the package has validators",
    )
    inputs_grammar: Literal["inferred", "plain"] = column(
        "`inferred`: test inputs are generated by the grammar of the package's tests; `plain`: that"
        " was not understood, and they are words of the tests, rearranged",
        _PROBLEM,
        "the grammar of the package's tests",
    )
    tests: tuple[TestContent, ...] = column(
        "`test` (its name; the part before the slash is its stratum), `input` and `output` (the"
        " `content_id` of the input and of the slow program's output in contents.jsonl)",
        _RUN,
        "the slow program on the inputs",
    )


class Content(FrozenModel):
    """An input or an output, as a row of contents.jsonl."""

    content_id: str = column(
        "`x` and the first 16 hex digits of the SHA-256 of the length of the bytes (8 bytes,"
        " big-endian) and the bytes",
        _ROW,
        "`text`, `encoding`",
    )
    encoding: Literal["utf-8", "base64"] = column(
        "how `text` holds the bytes; `base64` where they are no UTF-8", _ROW, "`text`"
    )
    text: str = column("the bytes as text", _NOTHING, "it is the row's subject")

    @classmethod
    def create(cls, content_id: str, data: bytes) -> Self:
        """Return the row of some bytes."""
        try:
            return cls(content_id=content_id, encoding="utf-8", text=data.decode())
        except UnicodeDecodeError:
            text = b64encode(data).decode()
            return cls(content_id=content_id, encoding="base64", text=text)

    def decode(self) -> bytes:
        """Return the bytes."""
        return self.text.encode() if self.encoding == "utf-8" else b64decode(self.text)


def format_content_id(sha: str) -> str:
    """Return the id of the content whose digest (`records.digest`) is `sha`."""
    return "x" + sha[:16]


class ProblemRow(FrozenModel):
    """A problem package, as a row of problems.jsonl."""

    problem_id: str = column("name of the package", _PROBLEM, "the package")
    title: str = column("its title", _PROBLEM, "the package")
    statement: str = column(
        "the task in Markdown: it defines the input format of all the problem's programs, and what"
        " they compute where `behavior` is `problem`",
        _PROBLEM,
        "the package",
    )
    license: str = column(
        "identifier of the package's license, as the Hugging Face hub has it",
        _PROBLEM,
        "the package",
    )
    license_name: str = column("the license in the package's words", _PROBLEM, "the package")


class NamedValue(FrozenModel):
    """A value with a name."""

    name: str
    value: str


class ToolSet(FrozenModel):
    """What built and measured the programs of some pairs, as an entry of tools.json."""

    tools_id: str = column("hash of the other columns", _ROW, "the other columns")
    language: str = column("key of the language", _FILES, "run.toml")
    compiler: str = column("compiler or interpreter, with its version", _FILES, "run.toml")
    flags: str = column("flags of the ordinary build", _LEDGER, "the language's declaration")
    confirmed_by: str = column("simulator that decided", _FILES, "run.toml")
    simulator_sha: str = column(
        "identity of the simulator: version, build, configuration and time model",
        _FILES,
        "run.toml",
    )
    simulator: tuple[NamedValue, ...] = column(
        "what that identity consists of", _LEDGER, "the simulator"
    )
    simulated_compiler: str = column(
        "compiler for the simulator's processor; empty where that is this machine's",
        _FILES,
        "run.toml",
    )
    timed_tests_why: str = column(
        "how the simulated tests were chosen", _FILES, "the configuration in run.toml"
    )


FILES: dict[str, type[BaseModel]] = {
    "pairs.jsonl": Pair,
    "rejects.jsonl": Reject,
    "programs.jsonl": ProgramRow,
    "calls.jsonl": CallRow,
    "problems.jsonl": ProblemRow,
    "tests.jsonl": PairTests,
    "contents.jsonl": Content,
    "tools.json": ToolSet,
}
"""The declared rows, by exported file."""
