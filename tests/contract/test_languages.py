"""What holds for every language that is found."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pieforge.errors import MissingToolError
from pieforge.inputs.fuzzing.instrumentation import instrumented, traces
from pieforge.measurement.simulators import simulators
from pieforge.records import Verdict
from pieforge.sandbox.languages import Language, by_suffix, language, languages
from pieforge.sandbox.sandbox import Limits, Sandbox, SandboxSettings

_FIXED_ADDRESS = 2
_MACHINES = {"riscv64": 243, "aarch64": 183}
"""What the header of a program says (System V ABI, ELF header: e_type and e_machine)."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> SandboxSettings:
    return SandboxSettings(cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture
async def sandbox(settings: SandboxSettings) -> AsyncIterator[Sandbox]:
    async with Sandbox.open(settings) as opened:
        yield opened


@pytest.fixture(params=sorted(languages()))
def spoken(request: pytest.FixtureRequest) -> Language:
    found = language(request.param)
    try:
        found.tool_path()
    except MissingToolError as error:
        pytest.skip(error.what)
    return found


async def test_its_self_test_passes_and_repeats(spoken: Language, sandbox: Sandbox) -> None:
    compiled = await sandbox.compile(spoken, spoken.self_test.source)
    assert compiled.executable is not None, compiled.diagnostics
    results = await sandbox.run(compiled.executable, [spoken.self_test.stdin] * 3)
    assert {result.verdict for result in results} == {Verdict.AC}
    assert {result.stdout for result in results} == {spoken.self_test.stdout}


async def test_its_empty_program_does_nothing(spoken: Language, sandbox: Sandbox) -> None:
    compiled = await sandbox.compile(spoken, spoken.empty)
    assert compiled.executable is not None, compiled.diagnostics
    [result] = await sandbox.run(compiled.executable, [b""])
    assert (result.verdict, result.stdout, result.stderr) == (Verdict.AC, b"", b"")


async def test_nonsense_is_a_compile_error_with_a_message(
    spoken: Language, sandbox: Sandbox
) -> None:
    result = await sandbox.compile(spoken, "this is (no program")
    assert (result.verdict, result.executable) == (Verdict.CE, None)
    assert result.diagnostics.strip()


async def test_its_runs_repeat_under_another_layout(spoken: Language, sandbox: Sandbox) -> None:
    compiled = await sandbox.compile(spoken, spoken.self_test.source)
    assert compiled.executable is not None
    limits = Limits(randomise_layout=True)
    [result] = await sandbox.run(compiled.executable, [spoken.self_test.stdin], limits)
    assert (result.verdict, result.stdout) == (Verdict.AC, spoken.self_test.stdout)


async def test_each_of_its_builds_passes_the_self_test(spoken: Language, sandbox: Sandbox) -> None:
    for build in spoken.builds:
        made = spoken.built(build)
        assert language(f"{spoken.key}+{build.name}") is language(made.key)
        try:
            compiled = await sandbox.compile(made, spoken.self_test.source)
        except MissingToolError:
            continue  # it may do without
        assert compiled.executable is not None, compiled.diagnostics
        results = await sandbox.run(compiled.executable, [spoken.self_test.stdin] * 2)
        assert {result.verdict for result in results} == {Verdict.AC}
        assert {result.stdout for result in results} == {spoken.self_test.stdout}


async def test_each_of_its_crosses_makes_a_static_program_of_that_processor(
    spoken: Language, sandbox: Sandbox
) -> None:
    missing = []
    for build in spoken.crosses:
        made = spoken.crossed(build.name)
        assert language(f"{spoken.key}+{build.name}") is language(made.key)
        try:
            compiled = await sandbox.compile(made, spoken.self_test.source)
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


async def test_its_compiler_names_itself(spoken: Language, sandbox: Sandbox) -> None:
    assert any(figure.isdigit() for figure in sandbox.compiler_version(spoken))


def test_its_declaration_is_complete(spoken: Language) -> None:
    assert spoken.key in languages()
    assert spoken.suffix.startswith(".")
    assert spoken.fences
    assert spoken.simulators <= set(simulators())
    assert spoken.simulators | dict(spoken.refusals).keys() == set(simulators())
    assert spoken.stand_in in {"", *spoken.simulators}


def test_what_a_fence_or_a_suffix_means_is_one_language_variants_aside() -> None:
    plain = [spoken for spoken in languages().values() if not spoken.variant]
    fences = [fence for spoken in plain for fence in spoken.fences]
    assert len(fences) == len(set(fences))
    suffixes = [spoken.suffix for spoken in plain]
    assert len(suffixes) == len(set(suffixes))
    assert {spoken.suffix for spoken in languages().values()} == set(suffixes)


def test_a_suffix_means_a_variant_only_where_the_plain_language_is_not_spoken() -> None:
    assert by_suffix(languages())[".cpp"] is language("cpp17")
    assert by_suffix(languages())[".rs"] is language("rust")
    assert by_suffix({"cpp20": language("cpp20")})[".cpp"] is language("cpp20")


async def test_the_same_source_gives_the_same_bytes(
    spoken: Language, sandbox: Sandbox, tmp_path: Path
) -> None:
    first = await sandbox.compile(spoken, spoken.self_test.source)
    async with Sandbox.open(SandboxSettings(cache=tmp_path)) as other:
        second = await other.compile(spoken, spoken.self_test.source)
    assert first.executable is not None
    assert second.executable is not None
    assert first.executable.artifact.read_bytes() == second.executable.artifact.read_bytes()


async def test_its_instrumented_build_does_the_same_and_shows_its_way(
    spoken: Language, sandbox: Sandbox
) -> None:
    traced = await instrumented(sandbox, spoken, spoken.self_test.source)
    assert (traced is not None) == bool(spoken.coverage)
    if traced is None:
        return
    [trace] = await traces(sandbox, traced, [spoken.self_test.stdin], Limits())
    assert (trace.result.verdict, trace.result.stdout) == (Verdict.AC, spoken.self_test.stdout)
    assert trace.edges
