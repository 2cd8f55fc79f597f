"""The columns of the exported files as the `datasets` library declares them, for a dataset card.

With these, a column that is empty throughout a file keeps its type, and files of several runs load
together.
"""

import types
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from pieforge.rows import FILES

_DTYPES = {bool: "bool", int: "int64", float: "float64"}


def describe_tables() -> list[dict[str, Any]]:
    """Return the card's `dataset_info`: a configuration with features for each JSON Lines file."""
    return [
        {"config_name": name.removesuffix(".jsonl"), "features": _describe_fields(model)}
        for name, model in FILES.items()
        if name.endswith(".jsonl")
    ]


def _describe_fields(model: type[BaseModel]) -> list[dict[str, Any]]:
    return [
        {"name": name, **describe_type(field.annotation)}
        for name, field in model.model_fields.items()
    ]


def describe_type(annotation: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return the type of a column, as `datasets` writes it in YAML."""
    if get_origin(annotation) in (Union, types.UnionType):
        [kind] = {_name_dtype(it) for it in get_args(annotation) if it is not type(None)}
        return {"dtype": kind}
    if get_origin(annotation) is tuple:
        item = get_args(annotation)[0]
        nested = isinstance(item, type) and issubclass(item, BaseModel)
        return {"list": _describe_fields(item) if nested else _name_dtype(item)}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {"struct": _describe_fields(annotation)}
    return {"dtype": _name_dtype(annotation)}


def _name_dtype(annotation: Any) -> str:  # noqa: ANN401
    """Return a scalar's dtype; enumerations and literals are strings."""
    if get_origin(annotation) is Literal or issubclass(annotation, str):
        return "string"
    return _DTYPES[annotation]
