"""C++20, with the flags of C++17; a `.cpp` file is C++17 unless a run uses C++20 alone."""

from pieforge.sandbox.languages.builds import create_gnu_language

LANGUAGE = create_gnu_language(
    "C++20",
    "-std=c++20",
    fences=("cpp", "c++", "cxx", "cc", "cpp20", "c++20"),
    self_test=(
        "#include <compare>\n#include <iostream>\n#include <span>\n"
        "int main() { long a[2]; for (long &x : std::span(a)) std::cin >> x;\n"
        "  if ((a[0] <=> a[1]) < 0) std::cout << a[0] + a[1] << '\\n'; }\n"
    ),
    variant=True,
)
