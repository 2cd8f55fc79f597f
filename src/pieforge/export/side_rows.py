"""Rows of the other exported files: model calls, problems, tests, contents."""

import json
from collections.abc import Collection, Iterable, Iterator

from pieforge.export.rows import PairEvidence
from pieforge.graphs.budget import iter_calls
from pieforge.graphs.context import Context
from pieforge.graphs.results import require
from pieforge.records import digest
from pieforge.rows import (
    CallMessage,
    CallRow,
    Content,
    PairTests,
    ProblemRow,
    TestContent,
    format_content_id,
)

LICENSES = {
    "cc0": "cc0-1.0",
    "cc by": "cc-by-4.0",
    "cc by-sa": "cc-by-sa-4.0",
    "unknown": "unknown",
}
"""The hub's identifier of each license that a package can name; of all others `other`."""


def build_call_rows(context: Context, named: Collection[str]) -> Iterator[CallRow]:
    """Yield the answered model calls by their keys: those that rows name, and the tester's.

    The ledger may have other ones, of a plan that was replaced when the run was resumed.
    """
    for key, asked, answer in iter_calls(context.ledger):
        if key not in named and asked.role != "tester":
            continue
        request = asked.request
        yield CallRow(
            call_id=key,
            role=asked.role,
            strategy=asked.strategy,
            endpoint=request.endpoint,
            model=answer.model,
            messages=tuple(
                CallMessage(role=item.role, content=item.content) for item in request.messages
            ),
            n=request.n,
            seed=request.seed,
            temperature=request.temperature,
            top_p=request.top_p,
            max_tokens=request.max_tokens,
            extra_body=json.dumps(request.extra_body, sort_keys=True),
            omit=request.omit,
            request_model=request.model,
            answers=len(answer.choices),
            answers_sha=digest(*(choice.text for choice in answer.choices)),
            prompt_tokens=answer.usage.prompt_tokens,
            completion_tokens=answer.usage.completion_tokens,
            usd=answer.usd,
        )


def iter_problems(context: Context) -> Iterator[ProblemRow]:
    """Yield the run's problems, by name."""
    for name, problem in sorted(context.problems.items()):
        yield ProblemRow(
            problem_id=name,
            title=problem.title,
            statement=problem.statement,
            license=LICENSES.get(problem.license.lower(), "other"),
            license_name=problem.license,
        )


def iter_pair_tests(context: Context, evidence: Iterable[PairEvidence]) -> Iterator[PairTests]:
    """Yield the tests of each pair, in the order of the evidence."""
    for one in evidence:
        outputs = require(one.candidate.fit_scaling).outputs
        yield PairTests(
            record_id=one.pair.record_id,
            tests_sha=one.tests.sha,
            validated_by=context.prepared[one.pair.slow.problem_id].validated_by,
            inputs_grammar=context.prepared[one.pair.slow.problem_id].grammar.kind,
            tests=tuple(
                TestContent(
                    test=case.name,
                    input=format_content_id(case.blob),
                    output=format_content_id(output),
                )
                for case, output in zip(one.tests.cases, outputs, strict=True)
            ),
        )


def iter_contents(context: Context, evidence: Iterable[PairEvidence]) -> Iterator[Content]:
    """Yield each input and output of the tests of some pairs once, in the order of their ids."""
    blobs: set[str] = set()
    for one in evidence:
        blobs.update(case.blob for case in one.tests.cases)
        blobs.update(require(one.candidate.fit_scaling).outputs)
    for sha in sorted(blobs):
        data = context.ledger.get_blob(sha)
        yield Content.create(format_content_id(sha), data)
