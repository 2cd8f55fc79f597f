"""Record gem5's output for the tests: `GEM5_BINARY=… python -m tests.measurement.gem5.record`.

It simulates small programs with gem5. It writes the statistics of one, and the last messages of
those that do not end well, each with the verdict that it means. For a gem5 of another processor,
that processor's name is a part of the file name.
"""

import asyncio
import json
import re
from pathlib import Path

from pieforge.measurement.simulators.gem5 import Gem5, Gem5Settings
from pieforge.measurement.simulators.gem5.answers import create_unstarted_answer, parse_answers
from pieforge.records import Verdict
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Limits, Sandbox

HERE = Path(__file__).parent
IOSTREAM = "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }\n"
ENDS = {
    "unmapped": (Verdict.RE, "", "int main(void) { return *(volatile int *)8; }\n"),
    "division": (
        Verdict.RE,
        "",
        "int main(void) { volatile int none = 0; return 7 / none; }\n",
    ),
    "trap": (Verdict.RE, "", "int main(void) { __builtin_trap(); }\n"),
    "instruction": (
        Verdict.IE,
        "instruction",
        'int main(void) { __asm__ volatile("aesenc %xmm0, %xmm0"); }\n',
    ),
    "system_call": (
        Verdict.IE,
        "yscall",
        "#include <unistd.h>\nint main(void) { return (int)syscall(300, 0, 0); }\n",
    ),
    "memory": (
        Verdict.MLE,
        "",
        "static char a[200 << 20];\nint main(void) {\n"
        "    for (long i = 0; i < 200 << 20; i += 4096) *(volatile char *)(a + i) = 1;\n}\n",
    ),
}
OF_X86 = {"division", "instruction"}
"""Divisions by zero trap there, and gem5 does not implement all of its instructions."""


async def main() -> None:
    gem5 = Gem5(Gem5Settings(memory_mb=128))
    limits = Limits(cpu_s=100.0)
    async with Sandbox.open() as sandbox:

        async def simulate_once(key: str, source: str, stdin: bytes = b""):  # noqa: ANN202
            made = await sandbox.compile(
                get_language(key).apply_cross_build(gem5.processor), source
            )
            record = await gem5._run_gem5(sandbox, made.executable, [stdin], limits, None)
            record.output.load()
            found = list(parse_answers(record.output.head))
            return found[0] if found else create_unstarted_answer(record)

        version = f"gem5 {gem5.tools['gem5']} for {gem5.tools['isa']}"
        suffix = f".{gem5.processor}" if gem5.processor else ""
        answer = await simulate_once("cpp17", IOSTREAM, b"20 22\n")
        text = answer.result.partition("\n")[2].strip()
        (HERE / f"iostream{suffix}.stats.txt").write_text(f"# {version}\n{text}\n")
        for name, (verdict, limit, source) in ENDS.items():
            if gem5.processor and name in OF_X86:
                continue
            answer = await simulate_once("c17", source)
            head = {"status": answer.status, "verdict": verdict, "limit": limit, "by": version}
            messages = re.sub(
                r"--- BEGIN LIBC BACKTRACE.*--- END LIBC BACKTRACE ---\n",
                "",
                answer.messages,
                flags=re.DOTALL,
            )
            (HERE / f"{name}{suffix}.messages.txt").write_text(
                f"{json.dumps(head)}\n{messages.strip()}\n"
            )


if __name__ == "__main__":
    asyncio.run(main())
