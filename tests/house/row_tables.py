"""The tables of all columns and the JSON Schema, from the declaration in `pieforge.rows`.

`python tests/house/row_tables.py` writes docs/reference/columns.md (between the two comments that
mark the tables' place) and docs/reference/rows.schema.json; `test_reference.py` compares.
"""

import json
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic.json_schema import models_json_schema

from pieforge.export.features import describe_type
from pieforge.records import SCHEMA_VERSION
from pieforge.rows import FILES

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGE = REFERENCE / "columns.md"
SCHEMA = REFERENCE / "rows.schema.json"
BEGIN = "<!-- tables: begin -->\n"
END = "<!-- tables: end -->\n"


def render_tables() -> str:
    """Return one heading and one table for each file."""
    parts = []
    for name, model in FILES.items():
        rows = ["| column | type | meaning | derived from |", "|---|---|---|---|"]
        rows += [_render_row(key, field) for key, field in model.model_fields.items()]
        parts.append("\n".join([f"## `{name}`", "", *rows, ""]))
    return "\n".join(parts)


def _render_row(name: str, field: FieldInfo) -> str:
    extra: Any = field.json_schema_extra
    how = f"{extra['derivation']}: {extra['source']}"
    return f"| `{name}` | {_name_type(field)} | {field.description} | {how} |"


def _name_type(field: FieldInfo) -> str:
    described = describe_type(field.annotation)
    if "dtype" in described:
        null = " or null" if type(None) in getattr(field.annotation, "__args__", ()) else ""
        return str(described["dtype"]) + null
    if "struct" in described:
        return "record"
    item = described["list"]
    return f"list of {item}s" if isinstance(item, str) else "list of records"


def render_schema() -> str:
    """Return the JSON Schema of a row of each file, under the file's name in `$defs`."""
    _, found = models_json_schema([(model, "serialization") for model in FILES.values()])
    files = {name: {"$ref": f"#/$defs/{model.__name__}"} for name, model in FILES.items()}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Rows of a run folder, schema version {SCHEMA_VERSION}",
        "description": "`properties` has the schema of one row by file.",
        "properties": files,
        "$defs": found["$defs"],
    }
    return json.dumps(schema) + "\n"


if __name__ == "__main__":
    text = PAGE.read_text()
    before, after = text.partition(BEGIN)[0], text.partition(END)[2]
    PAGE.write_text(before + BEGIN + render_tables() + END + after)
    SCHEMA.write_text(render_schema())
