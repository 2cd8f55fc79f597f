"""Builds of C and C++ programs: for other processors, and those that must agree.

- `sanitized`: gcc without optimisation, and with the address and undefined-behaviour sanitizers
  and libstdc++'s assertions. Five checks of pointers are left out that nearly double the code,
  since the address sanitizer watches the accesses themselves. Local variables and allocated
  memory begin with a pattern instead of whatever lies there, so that what depends on it shows.
- `clang`: another compiler at -O3, which draws other conclusions from what is undefined.

A sanitizer's library cannot be linked statically together with the C library, so these programs
need the host's /usr; its shadow memory is 16 TiB of addresses, of which little is used.
"""

from pieforge.sandbox.languages import STACK_SHIFT, SYSTEM_FOLDERS, LanguageBuild

_TUNABLES = (
    "glibc.malloc.perturb=165",
    "glibc.cpu.hwcaps=-AVX2,-AVX512VL,-AVX512BW,-SSE4_1,-SSE4_2,-SSSE3,-BMI2,-MOVBE",
)
GNU_PERTURBATIONS = ((("GLIBC_TUNABLES", ":".join(_TUNABLES)), STACK_SHIFT),)
"""Allocated memory is filled with 0x5a, freed memory with 0xa5; and the C library takes the
routines of a plainer processor, which return other numbers where only the sign is defined."""

_CLANG_VERSIONS = range(22, 13, -1)
"""Of clang; Debian's packages of one version have no driver without it."""
_SHADOW_BYTES = 1 << 45
_ASAN_OPTIONS = (
    "detect_leaks=0",
    "max_malloc_fill_size=268435456",  # malloc_fill_byte is 0xbe
    "max_free_fill_size=4096",
    "quarantine_size_mb=16",
    "check_initialization_order=1",
    "strict_init_order=1",
    "allocator_may_return_null=1",  # as the ordinary allocator does
    "print_legend=0",
)


CROSS_TARGETS = {"riscv64": "riscv64-linux-gnu", "aarch64": "aarch64-linux-gnu"}
"""Processors that Debian has cross-compilers for, by gcc's name of the target."""


def create_gnu_cross_builds(command: tuple[str, ...], *, driver: str) -> tuple[LanguageBuild, ...]:
    """Return the builds for other processors: a language's own command with another compiler.

    Args:
        command: The language's own.
        driver: gcc's driver for it, which is also what Debian's packages are called by.
    """
    return tuple(
        LanguageBuild(
            name=processor,
            compile=command,
            package=f"{driver}-{target}",
            tools=(f"{target}-{driver}",),
        )
        for processor, target in CROSS_TARGETS.items()
    )


def create_gnu_builds(
    standard: str, source: str, *, driver: str, libraries: tuple[str, ...] = ()
) -> tuple[LanguageBuild, ...]:
    """Return the builds for one standard of C or C++.

    Args:
        standard: The option that names it.
        source: Name of the source file.
        driver: Name of clang's driver for the language.
        libraries: Options of the linker.
    """
    end = ("-o", "/tmp/out", source, *libraries)  # noqa: S108 - inside the sandbox
    sanitized = LanguageBuild(
        name="sanitized",
        package="libasan8 libubsan1",
        compile=(
            "{tool}",
            "-O0",
            "-g1",
            standard,
            "-D_GLIBCXX_ASSERTIONS",
            "-fsanitize=address,undefined,float-cast-overflow",
            "-fno-sanitize=null,alignment,object-size,vptr,pointer-overflow",
            "-fno-sanitize-recover=all",
            "-ftrivial-auto-var-init=pattern",
            "-fmax-errors=20",
            "-fdiagnostics-color=never",
            *end,
        ),
        environment=(("ASAN_OPTIONS", ":".join(_ASAN_OPTIONS)),),
        folders=SYSTEM_FOLDERS,
        shadow_bytes=_SHADOW_BYTES,
        is_sanitizer=True,
        slowdown=10,
    )
    clang = LanguageBuild(
        name="clang",
        package="clang",
        tools=(driver, *(f"{driver}-{version}" for version in _CLANG_VERSIONS)),
        compile=(
            "{tool}",
            f"--driver-mode={'g++' if driver.endswith('++') else 'gcc'}",  # clang++ is a link
            "-O3",
            standard,
            "-static",
            "-fno-color-diagnostics",
            "-Xclang",
            "-fno-pch-timestamp",  # headers lie in another sandbox when they are used
            *end,
        ),
    )
    return sanitized, clang
