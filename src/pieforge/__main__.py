"""The entry point of `pieforge` and `python -m pieforge`: the one place where a command ends.

Everything that ends a command early becomes a message and an exit status here. It imports the
command line within the `try`, which catches Ctrl-C and errors of the imports, too.
"""

import os
import platform
import re
import sys
import tempfile
import traceback
from contextlib import suppress
from datetime import UTC, datetime

from pieforge import __version__
from pieforge.errors import ExitStatus, PieforgeError
from pieforge.files import explain_os_error
from pieforge.interruption import handle_signals, report_interruption
from pieforge.logs import escape_controls, hide, redact

_SECRET_NAME = re.compile("key|token|secret|passw|credential", re.IGNORECASE)


def main() -> None:
    """Run the command that the command line names, and exit with its status."""
    status = _run()
    if status in (ExitStatus.INTERRUPTED, ExitStatus.TERMINATED):
        os._exit(status)  # waits for no thread
    try:
        sys.stdout.flush()
    except OSError:  # reported already; Python would try again at exit, and change the status
        _drop_output()
    sys.exit(status)


def _open_standard_files() -> None:
    """Open /dev/null in the place of closed standard files, which the ledger would else become."""
    while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(opened, True)  # noqa: FBT003
    os.close(opened)
    # Python has none where the file was closed.
    sys.stdout = sys.stdout or open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", closefd=False)  # noqa: SIM115


def _run() -> int:
    try:
        _open_standard_files()
        handle_signals()
        from pieforge.cli import run_command_line

        try:
            status = run_command_line()
        except SystemExit as end:
            # click and rich turn a closed pipe into status 1.
            if isinstance(end.__context__, BrokenPipeError):
                raise end.__context__ from None
            status = int(end.code or 0)
        sys.stdout.flush()
    except PieforgeError as error:
        return _report(error)
    except KeyboardInterrupt:
        return report_interruption()
    except BrokenPipeError:
        return _drop_output()
    except OSError as error:
        return _report(explain_os_error(error)) if error.filename else _report_defect(error)
    except Exception as error:  # noqa: BLE001
        return _report_defect(error)
    return status


def _drop_output() -> ExitStatus:
    """End as other programs do when the reader of their output has gone, as in `| head`."""
    null = os.open(os.devnull, os.O_WRONLY)
    for file in (1, 2):  # Python writes what is left in buffers at exit
        os.dup2(null, file)
    return ExitStatus.OUTPUT_CLOSED


def _report(error: PieforgeError) -> ExitStatus:
    with suppress(OSError):
        print(escape_controls(redact(f"pieforge: {error}")), file=sys.stderr, flush=True)  # noqa: T201
    return error.status


def _report_defect(error: Exception) -> ExitStatus:
    """Write a file about an error that no part of pieforge expected, and say so."""
    for name, value in os.environ.items():
        if _SECRET_NAME.search(name):
            hide(value)
    report = (
        f"pieforge {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"{datetime.now(UTC).isoformat(timespec='seconds')}\n"
        f"command: {sys.argv}\n\n{''.join(traceback.format_exception(error))}"
    )
    where = f"the report could not be written:\n{report}"
    with (
        suppress(OSError),
        tempfile.NamedTemporaryFile(
            "w", prefix="pieforge-report-", suffix=".txt", delete=False, errors="backslashreplace"
        ) as file,
    ):
        file.write(redact(report))
        where = file.name
    _report(
        PieforgeError(
            f"a defect of pieforge ended the command: {type(error).__name__}: {error}",
            where=where,
            fix="report it with that file, which holds the traceback; finished work is kept",
        )
    )
    return ExitStatus.DEFECT


if __name__ == "__main__":
    main()
