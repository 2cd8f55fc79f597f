"""What an evaluation asks, shows and judges by."""

from pieforge.config import Config
from pieforge.evaluation.reference import ReferenceProgram
from pieforge.graphs.evaluation import _load_examples, choose_part, create_policy
from pieforge.problems import BUNDLED, list_packages
from pieforge.problems.split import SplitPart, read_split
from pieforge.records import ProgramText

SPLIT = read_split(BUNDLED, list_packages(BUNDLED))


def create(problem_id: str, language: str = "cpp17") -> ReferenceProgram:
    text = ProgramText.create(problem_id, language, "int main() {}")
    return ReferenceProgram(**text.model_dump(), made_by="hand", speedup=5.0)


def test_the_optimizer_is_shown_pairs_of_training_problems_only() -> None:
    names = [name for name, part in SPLIT.items() if part is SplitPart.HELD_OUT]
    policy = create_policy(Config(), [create(name) for name in names])
    assert policy.run.problems == tuple(sorted(names))
    shown = {pair.slow.problem_id for pair in _load_examples(policy)}
    assert shown == {name for name, part in SPLIT.items() if part is SplitPart.TRAIN}


def test_the_tests_decide_from_1_1x_and_a_race_goes_as_far_as_in_a_run() -> None:
    policy = create_policy(Config(), [create("echosong")])
    assert policy.simulator.threshold == 1.1
    assert round(policy.simulator.cap * policy.simulator.threshold, 6) == 5
    assert (policy.keep.by, policy.stress.search) == ("typical", "needed")


def test_a_part_is_taken_unless_problems_are_named() -> None:
    programs = [create(name) for name in SPLIT] + [create("doorlamps", "go")]
    chosen = choose_part(Config(), programs, "validation")
    assert {SPLIT[it.problem_id] for it in chosen} == {SplitPart.VALIDATION}
    assert {it.language for it in chosen} == {"cpp17"}
    run = Config().run.model_copy(update={"problems": ("echosong",)})
    named = choose_part(Config(run=run), programs, "held_out")
    assert [it.problem_id for it in named] == ["echosong"]
