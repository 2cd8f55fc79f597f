"""C and C++ by gcc, and their builds: for other processors, and those whose outputs must match.

- `sanitized`: gcc without optimisation, and with the address and undefined-behaviour sanitizers
  and libstdc++'s assertions. Five checks of pointers are left out that nearly double the code,
  since the address sanitizer watches the accesses themselves. Local variables and allocated
  memory begin with a pattern instead of whatever lies there, so that what depends on it shows.
- `clang`: another compiler at -O3, which draws other conclusions from what is undefined.

A sanitizer's library cannot be linked statically together with the C library, so these programs
need the host's /usr; its shadow memory is 16 TiB of addresses, of which little is used.
"""

from pieforge.sandbox.languages import (
    OUTPUT,
    STACK_SHIFT,
    SYSTEM_FOLDERS,
    Language,
    LanguageBuild,
    SelfTest,
    split_command,
)

_TUNABLES = (
    "glibc.malloc.perturb=165",
    "glibc.cpu.hwcaps=-AVX2,-AVX512VL,-AVX512BW,-SSE4_1,-SSE4_2,-SSSE3,-BMI2,-MOVBE",
)
_PERTURBATIONS = ((("GLIBC_TUNABLES", ":".join(_TUNABLES)), STACK_SHIFT),)
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


def create_gnu_language(
    title: str,
    standard: str,
    fences: tuple[str, ...],
    self_test: str,
    *,
    is_cpp: bool = True,
    variant: bool = False,
) -> Language:
    """Return one standard of C or C++, optimized as PIE does and linked statically.

    Args:
        title: Name for people.
        standard: The compiler's option that names it.
        fences: See `Language`.
        self_test: Source of the smallest proof.
        is_cpp: Whether it is one of C++.
        variant: See `Language`.
    """
    driver, suffix = ("g++", ".cpp") if is_cpp else ("gcc", ".c")
    output = f"-o {OUTPUT} main{suffix}{'' if is_cpp else ' -lm'}"
    plain = f"{standard} -static -fmax-errors=20 -fdiagnostics-color=never"
    command = split_command(f"{{tool}} -O3 {plain} {output}")
    return Language(
        title=title,
        suffix=suffix,
        variant=variant,
        fences=fences,
        tool=driver,
        package=driver,
        compile=command,
        coverage_command=split_command(
            f"{{tool}} -O1 {standard} -static -fsanitize-coverage=trace-pc,trace-cmp -w {output}"
        ),
        header_kind="c++-header" if is_cpp else "c-header",
        cross_builds=tuple(
            LanguageBuild(processor, command, f"{driver}-{target}", (f"{target}-{driver}",))
            for processor, target in CROSS_TARGETS.items()
        ),
        builds=_create_builds(standard, output, driver),
        perturbations=_PERTURBATIONS,
        empty_program="int main() {}\n" if is_cpp else "int main(void) { return 0; }\n",
        self_test=SelfTest(self_test),
    )


def _create_builds(standard: str, output: str, driver: str) -> tuple[LanguageBuild, ...]:
    """Return the builds that must do the same, for one standard; `output` ends the commands."""
    sanitized = LanguageBuild(
        name="sanitized",
        package="libasan8 libubsan1",
        compile=split_command(
            f"{{tool}} -O0 -g1 {standard} -D_GLIBCXX_ASSERTIONS"
            " -fsanitize=address,undefined,float-cast-overflow"
            " -fno-sanitize=null,alignment,object-size,vptr,pointer-overflow"
            " -fno-sanitize-recover=all -ftrivial-auto-var-init=pattern"
            f" -fmax-errors=20 -fdiagnostics-color=never {output}"
        ),
        environment=(("ASAN_OPTIONS", ":".join(_ASAN_OPTIONS)),),
        folders=SYSTEM_FOLDERS,
        shadow_bytes=_SHADOW_BYTES,
        is_sanitizer=True,
        slowdown=10,
    )
    clang = "clang++" if driver == "g++" else "clang"
    return sanitized, LanguageBuild(
        name="clang",
        package="clang",
        tools=(clang, *(f"{clang}-{version}" for version in _CLANG_VERSIONS)),
        # The mode is named because clang++ is a link, which is resolved; time stamps are off
        # because precompiled headers lie in another sandbox when they are used.
        compile=split_command(
            f"{{tool}} --driver-mode={driver} -O3 {standard} -static -fno-color-diagnostics"
            f" -Xclang -fno-pch-timestamp {output}"
        ),
    )
