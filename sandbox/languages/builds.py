"""C and C++ by gcc, and their builds: for other processors, and those whose outputs must match.

- `sanitized`: gcc without optimization, with the address and undefined-behavior sanitizers and
  libstdc++'s assertions. Five checks of pointers are disabled: they nearly double the code, and
  the address sanitizer checks the accesses themselves. Local variables and allocated memory
  start with a pattern instead of arbitrary content, so that a program that reads uninitialized
  memory gives another output.
- `clang`: another compiler at -O3, which exploits undefined behavior in other ways.

A sanitizer's library cannot be linked statically together with the C library, so these programs
need the host's /usr. Its shadow memory reserves 16 TiB of address space and uses little of it.
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
"""malloc.perturb fills allocated memory with 0x5a and freed memory with 0xa5. The hwcaps make the C
library use the routines of an older processor, whose results differ where only the sign is
defined, as that of memcmp."""

_COUNTED_FUNCTIONS = (
    "memcpy",
    "memmove",
    "memset",
    "memcmp",
    "memchr",
    "strlen",
    "strcmp",
    "strncmp",
)
_WRAP = " ".join(f"-Wl,--wrap={name}" for name in _COUNTED_FUNCTIONS)
"""The library's functions on bytes, which inputs/stress/counting.c counts."""

_CLANG_VERSIONS = range(22, 13, -1)
"""Versions of clang to look for, newest first: Debian's packages clang-<version> install no plain
`clang`."""
_SHADOW_BYTES = 1 << 45
"""Twice the 16 TiB of shadow memory."""
_ASAN_OPTIONS = (
    "detect_leaks=0",
    # The default of 4 KiB leaves the rest of a large allocation zero; the fill byte is 0xbe.
    "max_malloc_fill_size=268435456",
    "max_free_fill_size=4096",
    "quarantine_size_mb=16",
    "check_initialization_order=1",
    "strict_init_order=1",
    "allocator_may_return_null=1",  # as the ordinary allocator does
    "print_legend=0",
)


CROSS_TARGETS = {"riscv64": "riscv64-linux-gnu", "aarch64": "aarch64-linux-gnu"}
"""gcc's name of the target for each processor that Debian has a cross-compiler for."""


def create_gnu_language(
    title: str,
    standard: str,
    fences: tuple[str, ...],
    self_test: str,
    *,
    is_cpp: bool = True,
    variant: bool = False,
) -> Language:
    """Return the language of one standard of C or C++, with PIE's -O3, linked statically.

    Args:
        title: Name for people.
        standard: The compiler's option for the standard.
        fences: See `Language`.
        self_test: Source of the self-test.
        is_cpp: Whether it is a standard of C++.
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
        counting_command=split_command(
            f"{{tool}} -O1 {standard} -static -fsanitize-coverage=trace-pc -w {_WRAP} {output}"
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
    """Return the builds whose outputs must match, for one standard.

    Args:
        standard: The compiler's option for the standard.
        output: Last words of every command: the output, the source and libraries.
        driver: `g++` or `gcc`.
    """
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
        # --driver-mode: clang++ is a link to clang, and `find_tool` resolves it. No time stamps:
        # a precompiled header is used in another sandbox, where its source file is newer.
        compile=split_command(
            f"{{tool}} --driver-mode={driver} -O3 {standard} -static -fno-color-diagnostics"
            f" -Xclang -fno-pch-timestamp {output}"
        ),
    )
