"""Rust 2021: opt-level 3, linked statically, with the same bytes every time."""

from pieforge.sandbox.languages import OUTPUT, Language, SelfTest, split_command

LANGUAGE = Language(
    title="Rust",
    suffix=".rs",
    fences=("rust", "rs"),
    tool="rustc",
    package="rustc",
    # --crate-type overrides an attribute in the source. One codegen unit, because the split into
    # several affects the program. The linker by path, because the default is a link through
    # /etc/alternatives.
    compile=split_command(
        "{tool} --edition=2021 --crate-type=bin -Copt-level=3 -Ccodegen-units=1"
        " -Ctarget-feature=+crt-static -Cdebuginfo=0 -Clinker=/usr/bin/gcc --color=never"
        f" -o {OUTPUT} main.rs"
    ),
    build_links=(("/proc/self/exe", "{tool}"),),  # rustc reads its own path; there is no /proc
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
