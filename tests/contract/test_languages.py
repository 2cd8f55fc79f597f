"""The contract of languages, tested for every discovered one."""

from pathlib import Path

import pytest

from pieforge.errors import MissingToolError
from pieforge.inputs.fuzzing.instrumentation import compile_instrumented, run_instrumented
from pieforge.measurement.simulators import discover_simulators
from pieforge.records import Verdict
from pieforge.sandbox.languages import Language, discover_languages, get_language, map_suffixes
from pieforge.sandbox.sandbox import Limits, Sandbox, SandboxSettings

pytestmark = pytest.mark.slow

_FIXED_ADDRESS = 2
_MACHINES = {"riscv64": 243, "aarch64": 183}
"""Fields of an ELF header: e_type and e_machine (System V ABI)."""


@pytest.fixture(params=sorted(discover_languages()))
def language(request: pytest.FixtureRequest) -> Language:
    found = get_language(request.param)
    try:
        found.find_tool()
    except MissingToolError as error:
        pytest.skip(error.what)
    return found


async def test_its_self_test_passes_and_repeats(language: Language, sandbox: Sandbox) -> None:
    compiled = await sandbox.compile(language, language.self_test.source)
    assert compiled.executable is not None, compiled.diagnostics
    results = await sandbox.run(compiled.executable, [language.self_test.stdin] * 3)
    assert {result.verdict for result in results} == {Verdict.AC}
    assert {result.stdout for result in results} == {language.self_test.stdout}


async def test_its_empty_program_does_nothing(language: Language, sandbox: Sandbox) -> None:
    compiled = await sandbox.compile(language, language.empty_program)
    assert compiled.executable is not None, compiled.diagnostics
    [result] = await sandbox.run(compiled.executable, [b""])
    assert (result.verdict, result.stdout, result.stderr) == (Verdict.AC, b"", b"")


async def test_nonsense_is_a_compile_error_with_a_message(
    language: Language, sandbox: Sandbox
) -> None:
    result = await sandbox.compile(language, "this is (no program")
    assert (result.verdict, result.executable) == (Verdict.CE, None)
    assert result.diagnostics.strip()


async def test_its_runs_repeat_under_another_layout(language: Language, sandbox: Sandbox) -> None:
    compiled = await sandbox.compile(language, language.self_test.source)
    assert compiled.executable is not None
    limits = Limits(randomize_layout=True)
    [result] = await sandbox.run(compiled.executable, [language.self_test.stdin], limits)
    assert (result.verdict, result.stdout) == (Verdict.AC, language.self_test.stdout)


async def test_each_of_its_builds_passes_the_self_test(
    language: Language, sandbox: Sandbox
) -> None:
    for build in language.builds:
        made = language.apply_build(build)
        assert get_language(f"{language.key}+{build.name}") is get_language(made.key)
        try:
            compiled = await sandbox.compile(made, language.self_test.source)
        except MissingToolError:
            continue  # optional
        assert compiled.executable is not None, compiled.diagnostics
        results = await sandbox.run(compiled.executable, [language.self_test.stdin] * 2)
        assert {result.verdict for result in results} == {Verdict.AC}
        assert {result.stdout for result in results} == {language.self_test.stdout}


async def test_each_of_its_crosses_makes_a_static_program_of_that_processor(
    language: Language, sandbox: Sandbox
) -> None:
    missing = []
    for build in language.cross_builds:
        made = language.apply_cross_build(build.name)
        assert get_language(f"{language.key}+{build.name}") is get_language(made.key)
        try:
            compiled = await sandbox.compile(made, language.self_test.source)
        except MissingToolError as error:
            missing.append(error.what)  # only a simulator of that processor needs it
            continue
        assert compiled.executable is not None, compiled.diagnostics
        header = compiled.executable.artifact.read_bytes()[:20]
        assert header[:4] == b"\x7fELF"
        assert int.from_bytes(header[16:18], "little") == _FIXED_ADDRESS
        assert int.from_bytes(header[18:20], "little") == _MACHINES[build.name]
    if missing:
        pytest.skip("; ".join(missing))


async def test_its_compiler_names_itself(language: Language, sandbox: Sandbox) -> None:
    assert any(figure.isdigit() for figure in sandbox.get_compiler_version(language))


def test_its_declaration_is_complete(language: Language) -> None:
    assert language.key in discover_languages()
    assert language.suffix.startswith(".")
    assert language.fences
    assert language.simulators <= set(discover_simulators())
    assert language.simulators | dict(language.refusals).keys() == set(discover_simulators())
    assert language.fallback_simulator in {"", *language.simulators}


def test_a_fence_or_a_suffix_means_one_language_except_for_variants() -> None:
    plain = [language for language in discover_languages().values() if not language.variant]
    fences = [fence for language in plain for fence in language.fences]
    assert len(fences) == len(set(fences))
    suffixes = [language.suffix for language in plain]
    assert len(suffixes) == len(set(suffixes))
    assert {language.suffix for language in discover_languages().values()} == set(suffixes)


def test_a_suffix_means_a_variant_only_where_the_plain_language_is_not_configured() -> None:
    assert map_suffixes(discover_languages())[".cpp"] is get_language("cpp17")
    assert map_suffixes(discover_languages())[".rs"] is get_language("rust")
    assert map_suffixes({"cpp20": get_language("cpp20")})[".cpp"] is get_language("cpp20")


async def test_the_same_source_gives_the_same_bytes(
    language: Language, sandbox: Sandbox, tmp_path: Path
) -> None:
    first = await sandbox.compile(language, language.self_test.source)
    async with Sandbox.open(SandboxSettings(cache=tmp_path)) as other:
        second = await other.compile(language, language.self_test.source)
    assert first.executable is not None
    assert second.executable is not None
    assert first.executable.artifact.read_bytes() == second.executable.artifact.read_bytes()


async def test_its_instrumented_build_has_the_same_output_and_reports_coverage(
    language: Language, sandbox: Sandbox
) -> None:
    traced = await compile_instrumented(sandbox, language, language.self_test.source)
    assert (traced is not None) == bool(language.coverage_command)
    if traced is None:
        return
    [trace] = await run_instrumented(sandbox, traced, [language.self_test.stdin], Limits())
    assert (trace.result.verdict, trace.result.stdout) == (Verdict.AC, language.self_test.stdout)
    assert trace.edges
