"""The hacks, one file each; its first lines state what it tries and the reject reason.

A header has comment lines `name: value`: `problem`, `tries`, `reason`, and `side: slow` if the hack
is in the slow program. The other program of the pair is a submission of the problem, or the file
next to it with `.slow` before its suffix.
"""

from dataclasses import dataclass
from pathlib import Path

from pieforge.records import RejectReason

HERE = Path(__file__).parent
PROBLEMS = HERE.parents[1] / "problems"
LANGUAGES = {".c": "c17", ".cpp": "cpp17", ".py": "python"}


@dataclass(frozen=True)
class Case:
    path: Path
    problem: str
    tries: str
    reason: RejectReason
    slow: str
    fast: str
    of_slow: bool

    @property
    def language(self) -> str:
        return LANGUAGES[self.path.suffix]


def submission(problem: str, role: str, suffix: str) -> str:
    """Return a problem's own slow or fast program."""
    folder = {"slow": "time_limit_exceeded", "fast": "accepted"}[role]
    return (PROBLEMS / problem / "submissions" / folder / f"{role}{suffix}").read_text()


def read_case(path: Path) -> Case:
    """Return a hack with the values of its header, which is not a part of the program."""
    header: dict[str, str] = {}
    lines = path.read_text().splitlines(keepends=True)
    while lines and lines[0].startswith(("// ", "# ")) and ": " in lines[0]:
        name, _, value = lines.pop(0).lstrip("/# ").strip().partition(": ")
        header[name] = value
    text = "".join(lines)
    problem, side = header.pop("problem"), header.pop("side", "fast")
    slow_file = path.with_name(f"{path.stem}.slow{path.suffix}")
    slow = slow_file.read_text() if slow_file.exists() else submission(problem, "slow", path.suffix)
    fast = submission(problem, "fast", path.suffix) if side == "slow" else text
    case = Case(
        path,
        problem,
        header.pop("tries"),
        RejectReason(header.pop("reason")),
        slow=text if side == "slow" else slow,
        fast=fast,
        of_slow=side == "slow",
    )
    if header:
        raise ValueError(f"{path}: unknown in its header: {header}")
    return case


def cases() -> list[Case]:
    """Return every hack."""
    files = sorted((HERE / "cases").iterdir())
    return [read_case(path) for path in files if ".slow." not in path.name]
