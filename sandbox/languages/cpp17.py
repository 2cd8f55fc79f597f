"""C++17, with PIE's flags (section 3.2 of arXiv 2302.07867), linked statically."""

from pieforge.sandbox.languages.builds import create_gnu_language

LANGUAGE = create_gnu_language(
    "C++17",
    "-std=c++17",
    fences=("cpp", "c++", "cxx", "cc", "cpp17", "c++17"),
    self_test=(
        "#include <iostream>\n"
        "int main() { long a, b; std::cin >> a >> b; std::cout << a + b << '\\n'; }\n"
    ),
)
