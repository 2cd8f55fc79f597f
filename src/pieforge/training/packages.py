"""The interpreter that has the packages of the extra `train`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from pieforge.config import FinetuneSection
from pieforge.errors import MissingToolError
from pieforge.tools import query_tool

_LIST = (
    "import importlib.metadata as m, json;"
    "print(json.dumps([d.metadata['Name'].lower() for d in m.distributions()]))"
)


def find_python(section: FinetuneSection, packages: Sequence[str]) -> Path:
    """Return the interpreter of `finetune.venv`, or this one, if it has the packages.

    Raises:
        MissingToolError: A package is not installed, or it is no interpreter.
    """
    python = section.venv / "bin" / "python" if section.venv else Path(sys.executable)
    installed = json.loads(query_tool([str(python), "-c", _LIST]))
    missing = [name for name in packages if name not in installed]
    if missing:
        raise MissingToolError(
            f"not installed for {python}: {', '.join(missing)}",
            where="finetune.venv",
            fix="pip install 'pieforge[train]', or name an environment that has them",
        )
    return python
