"""Problem packages, one for each pair, as judges read them: version legacy."""

from pieforge.export.kinds import ExportKind
from pieforge.export.kinds.icpc import create_writer

EXPORT = ExportKind(
    title="problem packages, one for each pair, in version legacy, and their list",
    reader="Kattis, DOMjudge and others; `pieforge problems import --from icpc`",
    checked_by="pieforge's reader of packages",
    write=create_writer(legacy=True),
)
