"""C17, with the flags of C++17."""

from pieforge.sandbox.languages.builds import create_gnu_language

LANGUAGE = create_gnu_language(
    "C17",
    "-std=c17",
    fences=("c", "c17", "c11", "c99"),
    self_test=(
        "#include <stdio.h>\n"
        "int main(void) { long a, b;\n"
        '  if (scanf("%ld %ld", &a, &b) == 2) printf("%ld\\n", a + b); }\n'
    ),
    is_cpp=False,
)
