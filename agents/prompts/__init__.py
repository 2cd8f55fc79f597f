"""Prompt templates in Jinja2, one per file; an undefined variable is an error."""

from collections.abc import Mapping
from functools import cache

import jinja2

from pieforge.agents.fences import format_block

_CUT = "\n[...]"
_MIN_DESCRIPTION_CHARS = 200
"""A shorter description is not cut."""


def render(template: str, values: Mapping[str, object]) -> str:
    """Return the text of one template of this folder.

    Args:
        template: File name, such as `author.md.j2`; the path of one in another folder.
        values: The template's variables.

    Raises:
        jinja2.TemplateNotFound: There is no such template.
        jinja2.UndefinedError: The template uses a variable that is not in `values`.
    """
    return _open_templates().get_template(template).render(**values).rstrip("\n")


@cache
def _open_templates() -> jinja2.Environment:
    # Prompts are plain text for a model: escaping for HTML would change the programs.
    environment = jinja2.Environment(  # noqa: S701
        # The prompt of a strategy in a user's package is named by its path.
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader("pieforge.agents", "prompts"), jinja2.FileSystemLoader("/")]
        ),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["fenced"] = format_block
    return environment


def cut_description(description: str) -> str | None:
    """Return the first half of a description, with a mark; None if it is short already."""
    kept = description.removesuffix(_CUT)
    return None if len(kept) < _MIN_DESCRIPTION_CHARS else kept[: len(kept) // 2].rstrip() + _CUT
