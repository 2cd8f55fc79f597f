"""Compile and run the validators of a problem package, in the sandbox."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from pieforge.errors import PackageError
from pieforge.records import PackageProgram
from pieforge.sandbox.languages import Language, discover_languages, map_suffixes
from pieforge.sandbox.sandbox import Executable, Limits, RunResult, Sandbox


def find_language(program: PackageProgram) -> Language:
    """Return the language of a program.

    Raises:
        PackageError: There is none for its suffix.
    """
    known = map_suffixes(discover_languages())
    language = known.get(Path(program.main).suffix)
    if language is None:
        raise PackageError(
            f"validator {program.main} is in no known language",
            where=program.main,
            fix=f"use one of: {', '.join(sorted(known))}",
        )
    return language


async def compile_program(sandbox: Sandbox, program: PackageProgram) -> Executable:
    """Return what a program compiles to.

    Raises:
        PackageError: It does not compile, in its language or a variant of it.
        SandboxError: The sandbox failed twice.
    """
    language = find_language(program)
    others = {name: text for name, text in program.files.items() if name != program.main}
    built = await sandbox.compile(language, program.files[program.main], others)
    for variant in discover_languages().values():
        if built.executable is None and variant.variant and variant.suffix == language.suffix:
            again = await sandbox.compile(variant, program.files[program.main], others)
            built = again if again.executable is not None else built
    if built.executable is None:
        raise PackageError(
            f"validator {program.main} does not compile: {built.diagnostics[:200]}",
            where=program.main,
            fix="correct it; headers such as validation.h have to be in the package, next to it",
        )
    return built.executable


async def run_program(
    sandbox: Sandbox,
    program: PackageProgram,
    arguments: Sequence[str],
    stdin: bytes,
    limits: Limits,
    *,
    data: Mapping[str, bytes] = MappingProxyType({}),
    writable: str = "",
) -> RunResult:
    """Run a program once.

    Args:
        sandbox: Where.
        program: The program.
        arguments: Its arguments.
        stdin: Its standard input.
        limits: Of the run.
        data: Further files by path, read-only in the working folder.
        writable: Name of a folder there that it can write to; none if empty.

    Raises:
        PackageError: It is in no known language or does not compile.
        SandboxError: The sandbox failed twice.
    """
    if find_language(program).key == "python":
        files = {name: text.encode() for name, text in program.files.items()}
        command = (program.main, *arguments)
        return await sandbox.run_script({**files, **data}, command, stdin, limits, writable)
    executable = await compile_program(sandbox, program)
    return await sandbox.run_package_program(
        executable, arguments, stdin, limits, files=data, writable=writable
    )
