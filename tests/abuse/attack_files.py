"""The attacks, one file each; its first lines state what it tries and its required verdict.

A header has comment lines `name: value`. `verdict` and `tries` are required. `limits` sets fields
of `Limits`, and `memory_mb`. `under` lists where the attack runs (`sandbox`, or simulators), each
with `=` and its own verdict if that differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pieforge.records import Verdict
from pieforge.sandbox.sandbox import Limits

HERE = Path(__file__).parent
LANGUAGES = {
    ".c": "c17",
    ".cpp": "cpp17",
    ".py": "python",
    ".rs": "rust",
    ".go": "go",
    ".java": "java",
}


@dataclass(frozen=True)
class Attack:
    path: Path
    verdict: Verdict
    tries: str
    limits: Limits
    under: Mapping[str, Verdict]

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


def read_attack(path: Path) -> Attack:
    """Return an attack with the values of its header."""
    header: dict[str, str] = {}
    for line in path.read_text().splitlines():
        name, separator, value = line.lstrip("/# ").partition(": ")
        if not line.startswith(("//", "#")) or not separator:
            break
        header[name] = value
    given = dict(word.split("=") for word in header.pop("limits", "").split())
    verdict = Verdict(header.pop("verdict"))
    # A short limit only where it must be reached; the others get time for a busy machine.
    patience = 0.5 if verdict is Verdict.TLE else 5.0
    attack = Attack(
        path,
        verdict,
        header.pop("tries"),
        Limits(
            cpu_s=float(given.pop("cpu_s", patience)),
            wall_s=float(given.pop("wall_s", 20)),
            memory_bytes=int(given.pop("memory_mb", 64)) << 20,
            output_bytes=1 << 20,
        ),
        {
            name: Verdict(own or verdict)
            for name, _, own in (
                word.partition("=") for word in header.pop("under", "sandbox").split()
            )
        },
    )
    if header or given:
        raise ValueError(f"{path}: unknown in its header: {header} {given}")
    return attack


def attacks(stage: str) -> list[Attack]:
    """Return the attacks at one stage: `run` or `compile`."""
    return [read_attack(path) for path in sorted((HERE / stage).iterdir()) if path.is_file()]


def table() -> str:
    """Return all attacks as a Markdown table."""
    rows = ["| attack | tries | verdict |", "|---|---|---|"]
    for attack in (*attacks("run"), *attacks("compile")):
        places = ", ".join(
            name if verdict is attack.verdict else f"{name}: {verdict}"
            for name, verdict in attack.under.items()
        )
        where = "" if places == "sandbox" else f" (under {places})"
        rows.append(f"| `{attack.name}` | {attack.tries}{where} | {attack.verdict} |")
    return "\n".join(rows) + "\n"
