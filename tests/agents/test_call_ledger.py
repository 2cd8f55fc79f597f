"""Answers that runs share, in one file that several processes use."""

import multiprocessing
from multiprocessing.synchronize import Barrier
from pathlib import Path

from pieforge.agents.models.call_ledger import claim_night, find_shared_answer
from pieforge.agents.models.request import Completion, Message, ModelAnswer, ModelRequest
from pieforge.ledger import Ledger
from pieforge.records import TokenUsage


def create_request(seed: int) -> ModelRequest:
    settings = {"n": 1, "temperature": 1, "top_p": 1, "seed": seed, "max_tokens": 9}
    messages = (Message(role="user", content="x"),)
    values = {"endpoint": "http://e", "model": "m", "messages": messages, **settings}
    return ModelRequest.model_validate(values)


def create_answer(text: str) -> Completion:
    choice = ModelAnswer(text=text, finish_reason="stop")
    return Completion(choices=(choice,), usage=TokenUsage(), model="m", usd=1.5)


def write_answers(path: Path, number: int, together: Barrier) -> None:
    together.wait()
    ledger = Ledger(path)
    for seed in range(50):
        own = number * 50 + seed
        ledger.put(create_answer(str(own)), create_request(own).compute_key())
    ledger.close()


def test_several_processes_create_and_fill_one_file(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    for attempt in range(3):
        path = tmp_path / f"{attempt}.sqlite"
        together = context.Barrier(4)
        processes = [
            context.Process(target=write_answers, args=(path, number, together))
            for number in range(4)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0] * 4
        ledger = Ledger(path)
        for seed in range(200):
            found = find_shared_answer(ledger, create_request(seed))
            assert found is not None
            assert found.choices[0].text == str(seed)
            assert (found.usd, found.is_shared) == (0.0, True), "another run has paid for it"
        ledger.close()


def test_nights_are_counted_by_seed(tmp_path: Path) -> None:
    shared = Ledger(tmp_path / "shared.sqlite")
    found = [claim_night(shared, seed, "run") for seed in (1, 1, 11, 1, 11)]
    assert found == [1, 2, 1, 3, 2]
    assert find_shared_answer(shared, create_request(0)) is None
    assert find_shared_answer(None, create_request(0)) is None
    shared.close()
