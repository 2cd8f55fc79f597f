"""The slow programs that an evaluation asks about, and what of the training data is too near."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from rapidfuzz.distance import Indel

from pieforge.errors import UserInputError
from pieforge.evaluation.samples import EditNovelty
from pieforge.lessons.clusters import SIMILARITY
from pieforge.lessons.edit_identity import AbstractEdit, find_edit, measure_similarity
from pieforge.lessons.renaming import rename_identifiers
from pieforge.records import FrozenModel, ProgramText, digest
from pieforge.similarity import list_words
from pieforge.stored_rows import iter_rows

REFERENCE_FILE = "reference.jsonl"
"""In the folder of problem packages: the frozen set of slow programs."""
NEAR = 0.95
"""Similarity from which a training program counts as the same but for names."""
_NUMBERED = re.compile(r"(?:v|renamed_)\d+")
"""The names that `rename_identifiers` gives."""


class ReferenceProgram(FrozenModel):
    """One slow program: a line of reference.jsonl."""

    program_id: str
    problem_id: str
    language: str
    made_by: Literal["dictionary", "hand", "run"]
    """`dictionary`: anti-patterns put into an accepted submission; `hand`: a submission; `run`: a
    program of a run folder with renamed identifiers."""
    patterns: tuple[str, ...] = ()
    """The anti-patterns."""
    speedup: float
    """Its counted time over that of the known fast program, when it was made."""
    code: str
    fast: str = ""
    """Text of the known fast program; empty for the package's fast submission."""
    original: str = ""
    """Text before its identifiers were renamed; empty where they were not."""

    @property
    def text(self) -> ProgramText:
        """The program alone."""
        return ProgramText.create(self.problem_id, self.language, self.code)


def read_reference(path: Path) -> list[ReferenceProgram]:
    """Return the programs of a reference set.

    Raises:
        UserInputError: There is no such file, or a program is in it twice or under a wrong id.
        RunFolderError: A line is no program.
    """
    programs = [row for _, row in iter_rows(path, ReferenceProgram)]
    if not programs:
        raise UserInputError(
            "there is no reference set of slow programs",
            where=str(path),
            fix="name a file with --reference",
        )
    seen: set[str] = set()
    for number, program in enumerate(programs, 1):
        if program.text.program_id != program.program_id or program.program_id in seen:
            raise UserInputError(
                f"{program.program_id} is not the id of the program, or occurs twice",
                where=f"{path}, line {number}",
                fix="restore the file",
            )
        seen.add(program.program_id)
    return programs


def hash_reference(programs: Iterable[ReferenceProgram]) -> str:
    """Return a hash of a reference set that does not depend on the order of its programs."""
    parts = sorted((it.program_id, it.fast) for it in programs)
    return digest(*(part for pair in parts for part in pair))


def find_near_copy(program: ReferenceProgram, known: Sequence[ProgramText]) -> str:
    """Return the id of the known program that is a program's copy but for names; empty for none.

    Args:
        program: A program that is to be asked about.
        known: Programs of the training data.
    """
    words = _list_plain_words(program.code, program.language)
    for each in known:
        if each.language == program.language:
            plain = _list_plain_words(each.code, each.language)
            if Indel.normalized_similarity(words, plain) >= NEAR:
                return each.program_id
    return ""


def compare_edit(
    program: ReferenceProgram, fast: str, known: Mapping[str, AbstractEdit]
) -> EditNovelty | None:
    """Return whether an edit is among known ones; None without any, or for too long programs.

    Args:
        program: The slow program.
        fast: Text of the fast one.
        known: Edits by id.
    """
    edit = find_edit(program.code, fast, program.language) if known else None
    if edit is None:
        return None
    if edit.edit_id in known:
        return EditNovelty.SAME
    is_near = any(measure_similarity(edit, it) >= SIMILARITY for it in known.values())
    return EditNovelty.NEAR if is_near else EditNovelty.NEW


@lru_cache(maxsize=20_000)
def _list_plain_words(code: str, language: str) -> tuple[str, ...]:
    """Return the tokens with one word for every name that the program declares."""
    words = list_words(rename_identifiers(code, language), language)
    return tuple("v" if _NUMBERED.fullmatch(word) else word for word in words)
