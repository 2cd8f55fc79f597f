"""What model calls took, summed over a real ledger."""

from pathlib import Path

from pieforge.agents.models.request import (
    AskedCall,
    Completion,
    Message,
    ModelRequest,
    PromptRefusal,
)
from pieforge.export.summary import describe_price, summarize_run
from pieforge.graphs.results import CollectResult, KeptPair
from pieforge.ledger import Ledger
from pieforge.records import Origin, Program, ProgramText, TokenUsage


def create_program(code: str, call_id: str, origin: Origin) -> Program:
    text = ProgramText.create("p", "cpp17", code)
    return Program(
        **text.model_dump(), origin=origin, round=1, parent_ids=(), call_id=call_id, model="m"
    )


def test_price_and_kept_pairs_are_counted_by_role_strategy_and_model(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")

    def answer(
        seed: int, role: str, model: str, usd: float | None, *, refused: bool = False
    ) -> str:
        message = Message(role="user", content="x")
        settings = {"n": 1, "temperature": 1, "top_p": 1, "seed": seed, "max_tokens": 9}
        values = {"endpoint": "e", "model": model, "messages": (message,), **settings}
        request = ModelRequest.model_validate(values)
        key = request.compute_key()
        asked = {"role": role, "strategy": f"{role}'s", "request": request}
        ledger.put(AskedCall.model_validate(asked), key)
        if model != "never answered":
            refusal = PromptRefusal(message="no", too_long=False) if refused else None
            usage = TokenUsage(prompt_tokens=10, completion_tokens=seed)
            done = Completion(choices=(), usage=usage, model=model, usd=usd, refusal=refusal)
            ledger.put(done, key)
        return key

    author = answer(1, "author", "a", 0.5)
    asked = [answer(2, "author", "a", 0.25, refused=True)]
    answer(6, "author", "of a plan that was replaced", 7.0)
    optimizer = answer(3, "optimizer", "o", 1.0)
    answer(4, "optimizer", "never answered", 1.0)
    slow = create_program("slow", author, Origin.AUTHOR)
    fast = create_program("fast", optimizer, Origin.OPTIMIZER)
    pair = KeptPair(
        record_id="k", slow=slow, fast=fast, class_id="c", class_rank=1, speedup=9, enabled_by=()
    )
    surplus = pair.model_copy(update={"record_id": "s", "surplus": True})
    ledger.put(CollectResult(pairs=(pair, surplus), rejects=(), passed={}, open=()), "001/0000")
    summary = summarize_run(ledger, [], [], {*asked, author, optimizer})
    first, second = summary.spend
    assert (first.role, first.strategy, first.model) == ("author", "author's", "a")
    assert (first.calls, first.refused, first.prompt_tokens, first.completion_tokens) == (
        2,
        1,
        20,
        3,
    )
    assert (first.usd_per_kept, second.usd_per_kept) == (0.75, 1.0)
    assert summary.usd_per_kept == 1.75
    assert "1.7500 USD per kept pair" in describe_price(summary)
    asked.append(answer(5, "tester", "t", None))
    summary = summarize_run(ledger, [], [], {*asked, author, optimizer})
    assert (summary.usd_per_kept, summary.unpriced) == (None, 1)
    assert describe_price(summary).endswith("1 calls have no known price")
    ledger.close()
