"""Where test inputs come from, one source a file."""

from dataclasses import dataclass

from pieforge.records import digest


@dataclass(frozen=True)
class NamedInput:
    """One input and what it is called in reports."""

    name: str
    data: bytes


def get_stratum(name: str) -> str:
    """Return where an input comes from: what stands in its name before the first slash."""
    return name.partition("/")[0]


def hash_inputs(inputs: "tuple[NamedInput, ...] | list[NamedInput]") -> str:
    """Return the identity of a list of inputs: their bytes, in order, whatever their names."""
    return digest(*(item.data for item in inputs))
