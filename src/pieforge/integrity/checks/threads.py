"""Refuse threads: work in another thread can escape the measurement."""

import ast
from collections.abc import Iterator

from pieforge.integrity.analysis.forbidden_names import ForbiddenNames
from pieforge.integrity.analysis.python_names import get_dotted_name, list_full_names, parse_python
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.records import RejectReason

_STARTS = "starts a thread"
_PTHREADS = frozenset({"pthread_create", "thrd_create"})

_FORBIDDEN = ForbiddenNames(
    c={
        _STARTS: "thread jthread async packaged_task pthread_t pthread_create thrd_create clone",
        "runs in parallel": "execution __gnu_parallel omp_set_num_threads omp_get_thread_num",
    },
    headers={_STARTS: "pthread.h threads.h omp.h execution tbb/tbb.h"},
    python={_STARTS: "_thread threading concurrent multiprocessing"},
    phrases={
        "rust": {_STARTS: "thread :: spawn, thread :: scope, thread :: Builder, rayon"},
        "go": {"starts a goroutine": "go func, sync . WaitGroup, make ( chan"},
        "java": {
            _STARTS: "new Thread, ExecutorService, CompletableFuture, ForkJoinPool, . parallel ( )",
        },
    },
)


def _look(checked: CheckedProgram) -> Iterator[str]:
    if checked.family != "python" or not _is_only_for_stack(checked.text):
        yield from _FORBIDDEN.find_uses(checked.source)


def _is_only_for_stack(text: str) -> bool:
    """Return whether a source starts one thread, outside loops, with a set stack size."""
    # The usual way in Python to recurse deeply; the main thread only waits for it.
    names = list(list_full_names(text))
    used = {name for name in names if name.split(".")[0] in ("threading", "_thread")}
    loops = (
        n
        for n in ast.walk(parse_python(text))
        if isinstance(n, ast.For | ast.While | ast.comprehension)
    )
    in_loops = {get_dotted_name(inner) for loop in loops for inner in ast.walk(loop)}
    return (
        "threading.stack_size" in used
        and names.count("threading.Thread") == 1
        and used <= {"threading", "threading.stack_size", "threading.Thread"}
        and not in_loops & {"threading.Thread", "Thread"}
    )


CHECK = HackCheck(
    reason=RejectReason.THREADS,
    catches="threads, parallel algorithms and goroutines",
    look=_look,
    linked=_PTHREADS,
)
