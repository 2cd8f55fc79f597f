"""Rust 2021: optimised as far as C++ is, linked statically, the same bytes every time."""

from pieforge.sandbox.languages import OUTPUT, Language, SelfTest, split_command

LANGUAGE = Language(
    title="Rust",
    suffix=".rs",
    fences=("rust", "rs"),
    tool="rustc",
    package="rustc",
    # The crate's type whatever the source says; one unit, because parts that are made in parallel
    # would be another program; the linker by name, because the default is a link through /etc.
    compile=split_command(
        "{tool} --edition=2021 --crate-type=bin -Copt-level=3 -Ccodegen-units=1"
        " -Ctarget-feature=+crt-static -Cdebuginfo=0 -Clinker=/usr/bin/gcc --color=never"
        f" -o {OUTPUT} main.rs"
    ),
    build_links=(("/proc/self/exe", "{tool}"),),  # it looks itself up; there is no /proc
    empty_program="fn main() {}\n",
    self_test=SelfTest(
        "use std::io::Read;\n"
        "fn main() {\n"
        "    let mut text = String::new();\n"
        "    std::io::stdin().read_to_string(&mut text).unwrap();\n"
        "    let sum: i64 = text.split_whitespace().map(|w| w.parse::<i64>().unwrap()).sum();\n"
        '    println!("{}", sum);\n'
        "}\n"
    ),
)
