"""A sandbox's language as prompts and replies name it."""

from pieforge.agents.replies import LanguageNames
from pieforge.sandbox.languages import Language


def name_language(language: Language) -> LanguageNames:
    """Return a language's title and the names that mean it behind a fence."""
    return LanguageNames(
        title=language.title,
        fence=language.fences[0],
        aliases=language.fences,
        has_main="main" in language.empty_program,
    )
