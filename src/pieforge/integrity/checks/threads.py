"""Threads: work that is done where the clock of the one that counts does not tick."""

import ast
from collections.abc import Iterator

from pieforge.integrity.analysis.forbidden_names import Forbidden, each, phrases
from pieforge.integrity.analysis.python_names import dotted, full_names, parsed
from pieforge.integrity.check import Check, Suspect
from pieforge.records import Reason

_STARTS = "starts a thread"
_PTHREADS = frozenset({"pthread_create", "thrd_create"})

_FORBIDDEN = Forbidden(
    c=each(_STARTS, "thread jthread async packaged_task pthread_t pthread_create thrd_create clone")
    | each("runs in parallel", "execution __gnu_parallel omp_set_num_threads omp_get_thread_num"),
    headers=each(_STARTS, "pthread.h threads.h omp.h execution tbb/tbb.h"),
    python=each(_STARTS, "_thread threading concurrent multiprocessing"),
    phrases={
        "rust": phrases(
            _STARTS, "thread :: spawn", "thread :: scope", "thread :: Builder", "rayon"
        ),
        "go": phrases("starts a goroutine", "go func", "sync . WaitGroup", "make ( chan"),
        "java": phrases(
            _STARTS,
            "new Thread",
            "ExecutorService",
            "CompletableFuture",
            "ForkJoinPool",
            ". parallel ( )",
        ),
    },
)


def _look(suspect: Suspect) -> Iterator[str]:
    if suspect.family != "python" or not _only_for_its_stack(suspect.text):
        yield from _FORBIDDEN.seen(suspect)


def _only_for_its_stack(text: str) -> bool:
    """Say whether a Python source has one thread, outside loops, with a stack set for recursion."""
    names = list(full_names(text))
    used = {name for name in names if name.split(".")[0] in ("threading", "_thread")}
    loops = (
        n for n in ast.walk(parsed(text)) if isinstance(n, ast.For | ast.While | ast.comprehension)
    )
    in_loops = {dotted(inner) for loop in loops for inner in ast.walk(loop)}
    return (
        "threading.stack_size" in used
        and names.count("threading.Thread") == 1
        and used <= {"threading", "threading.stack_size", "threading.Thread"}
        and not in_loops & {"threading.Thread", "Thread"}
    )


CHECK = Check(
    reason=Reason.THREADS,
    catches="threads, parallel algorithms and goroutines",
    look=_look,
    linked=_PTHREADS,
)
