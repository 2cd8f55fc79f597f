from dataclasses import replace

from pieforge.equivalence.output_validator import OutputRules
from pieforge.equivalence.program_pair import PairOutcome, ProgramPair
from pieforge.executors.cached import CachedExecutor
from pieforge.records import ProgramText
from pieforge.sandbox.sandbox import Limits

SMALL = '#include <cstdio>\nint main() { puts("1"); }\n'
LARGE = (
    "#include <cstdio>\n#include <cstdlib>\n"
    "int main() { char* a = (char*)malloc(300 << 20);\n"
    '  for (int i = 0; i < 300 << 20; i += 4096) a[i] = 1; puts(a[4096] == 1 ? "1" : "2"); }\n'
)


async def test_an_input_on_which_a_program_exceeds_the_limit_on_memory_says_nothing(
    executor: CachedExecutor,
) -> None:
    a, b = (ProgramText.create("sums", "cpp17", code) for code in (SMALL, LARGE))
    pair = ProgramPair(executor, a, b, OutputRules())
    assert await pair.compare_on([b"1\n"]) == [PairOutcome.UNKNOWN]
    roomy = replace(executor, problem_limits={"sums": Limits(memory_bytes=512 << 20)})
    assert await replace(pair, runner=roomy).compare_on([b"1\n"]) == [PairOutcome.EQUAL]
    other = replace(roomy, problem_limits={"others": Limits(memory_bytes=512 << 20)})
    assert await replace(pair, runner=other).compare_on([b"1\n"]) == [PairOutcome.UNKNOWN]
