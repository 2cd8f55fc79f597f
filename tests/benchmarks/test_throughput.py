"""The stages that samples of the CPU clock count for, from lines as perf prints them."""

from benchmarks.throughput import STAGES, count_stages

EVENTS = """\
         swapper     0 PERF_RECORD_MMAP -1/0: [0xffffffff81000000(0x1) @ 0]: x [kernel.kallsyms]_text
        pieforge    10 cpu-clock: 
            prog    11 PERF_RECORD_MMAP2 11/11: [0x7f(0x1) @ 0 fe:00 1 0]: r-xp /usr/lib/libasan.so.8.0.0
            prog    11 cpu-clock: 
            prog    12 cpu-clock: 
      python3.11    13 cpu-clock: 
 cachegrind-amd6    14 cpu-clock: 
         ld.mold    15 PERF_RECORD_MMAP2 15/15: [0x7f(0x1) @ 0 fe:00 1 0]: r--p /usr/lib/libasan.so.8.0.0
         ld.mold    15 cpu-clock: 
         cc1plus    16 cpu-clock: 
           clang    17 cpu-clock: 
              as    18 cpu-clock: 
            bwrap   19 cpu-clock: 
       assembler    20 cpu-clock: 
      a b  c d      21 cpu-clock: 
"""  # noqa: E501, W291


def test_each_sample_counts_for_one_stage() -> None:
    counts = count_stages(EVENTS.splitlines())
    assert counts == {
        "parent": 1, "sanitize": 1, "run": 2, "simulate": 1, "compile": 4, "other": 3,
    }  # fmt: skip
    assert set(counts) == set(STAGES)
