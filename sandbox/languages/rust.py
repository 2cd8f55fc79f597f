"""Rust 2021: optimised as far as C++ is, linked statically, the same bytes every time."""

from pieforge.sandbox.languages import Language, SelfTest

LANGUAGE = Language(
    title="Rust",
    suffix=".rs",
    fences=("rust", "rs"),
    tool="rustc",
    package="rustc",
    compile=(
        "{tool}",
        "--edition=2021",
        "--crate-type=bin",  # whatever the source says
        "-Copt-level=3",
        "-Ccodegen-units=1",  # parts made in parallel would be another program
        "-Ctarget-feature=+crt-static",
        "-Cdebuginfo=0",
        "-Clinker=/usr/bin/gcc",  # the default, cc, is a link through /etc
        "--color=never",
        "-o",
        "/tmp/out",  # noqa: S108 - inside the sandbox
        "main.rs",
    ),
    build_links=(("/proc/self/exe", "{tool}"),),  # it looks itself up; there is no /proc
    run=("/prog",),
    empty_program="fn main() {}\n",
    self_test=SelfTest(
        source=(
            "use std::io::Read;\n"
            "fn main() {\n"
            "    let mut text = String::new();\n"
            "    std::io::stdin().read_to_string(&mut text).unwrap();\n"
            "    let sum: i64 = text.split_whitespace().map(|w| w.parse::<i64>().unwrap()).sum();\n"
            '    println!("{}", sum);\n'
            "}\n"
        ),
        stdin=b"20 22\n",
        stdout=b"42\n",
    ),
)
