"""Driver that runs inside the sandbox: one interpreter runs a Python validator on many inputs.

It is called with the validator's path and arguments. Standard input holds the inputs, each after
its length in eight bytes, big-endian. It writes one line for each: the exit status that the
validator would have ended with. The file is copied into the sandbox as text, so it imports nothing
of its own project.
"""

import io
import os
import sys
import types

_CRASH_STATUS = 1
"""Exit status of an interpreter that ends with an exception."""
_ARGUMENTS = sys.argv[2:]


def _execute_validator(
    code: types.CodeType, path: str, data: bytes, encoding: str, errors: str
) -> int:
    """Execute the validator like a new program: new globals, streams and arguments."""
    module = types.ModuleType("__main__")
    module.__file__ = path
    sys.modules["__main__"] = module
    sys.argv = [path, *_ARGUMENTS]
    sys.stdin = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors=errors)
    try:
        exec(code, module.__dict__)  # noqa: S102  (a validator; the sandbox contains it)
    except SystemExit as ended:
        given = ended.code
        if given is None:
            return 0
        return given & 0xFF if isinstance(given, int) else _CRASH_STATUS
    except BaseException:  # noqa: BLE001  (an interpreter would end with status 1 on any)
        return _CRASH_STATUS
    return 0


def main() -> None:
    """Judge every input of standard input with the validator named by the first argument."""
    path = sys.argv[1]
    encoding, errors = sys.stdin.encoding, sys.stdin.errors
    inputs = sys.stdin.buffer.read()
    report = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    # A validator that reads the descriptor itself fails here, and is then run again alone.
    os.close(0)
    with open(path, "rb") as file:  # noqa: PTH123  (pathlib costs a tenth of the start)
        code = compile(file.read(), path, "exec")
    at = 0
    while at < len(inputs):
        size = int.from_bytes(inputs[at : at + 8], "big")
        at += 8
        status = _execute_validator(
            code, path, inputs[at : at + size], encoding, errors or "strict"
        )
        os.write(report, b"%d\n" % status)
        at += size
    os._exit(0)  # ends threads and exit handlers that the validator left behind


if __name__ == "__main__":
    main()
