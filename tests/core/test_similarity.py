from pieforge.similarity import compute_fingerprint, compute_similarity, find_nearest, list_words
from pieforge.syntax.tokens import SourceText

PROGRAM = "int main() { int a = 1; // one\n  return a + 2; /* two */ }\n"
SOURCE = SourceText("cpp17", PROGRAM)


def test_comments_and_layout_do_not_change_a_fingerprint() -> None:
    bare = "int main(){\nint a=1;\nreturn a+2;}"
    assert compute_fingerprint(PROGRAM, "cpp17") == compute_fingerprint(bare, "cpp17")


def test_a_constant_changes_a_fingerprint() -> None:
    other = PROGRAM.replace("+ 2", "+ 3")
    assert compute_fingerprint(PROGRAM, "cpp17") != compute_fingerprint(other, "cpp17")


def test_a_comment_sign_inside_a_string_is_no_comment() -> None:
    assert '"// no comment"' in list_words('puts("// no comment");', "cpp17")
    assert "'# none'" in list_words("print('# none')  # but this is", "python")
    assert "this" not in list_words("print('# none')  # but this is", "python")


def test_indentation_counts_in_python_and_not_in_cpp() -> None:
    assert compute_fingerprint("if a:\n    b()\nc()", "python") != compute_fingerprint(
        "if a:\n    b()\n    c()", "python"
    )
    assert compute_fingerprint("if (a)\n  b();", "cpp17") == compute_fingerprint(
        "if (a) b();", "cpp17"
    )


def test_similarity_is_1_to_itself_and_lower_to_others() -> None:
    assert compute_similarity(SOURCE, SOURCE) == 1
    assert 0.5 < compute_similarity(SOURCE, SourceText("cpp17", PROGRAM.replace("2", "3"))) < 1
    assert compute_similarity(SOURCE, SourceText("python", "import sys")) < 0.2


def test_the_nearest_come_first_and_equals_in_the_order_of_their_keys() -> None:
    known = {"far": "import sys", "b": PROGRAM, "a": PROGRAM}
    found = find_nearest(PROGRAM, "cpp17", known, 2)
    assert [key for key, _ in found] == ["a", "b"]


def test_brackets_over_several_lines_are_layout_in_python() -> None:
    one = compute_fingerprint("a = [1, 2]\nb = 3\n", "python")
    assert compute_fingerprint("a = [1,\n    2]  # two\nb = 3\n", "python") == one
    assert compute_fingerprint("a = \\\n[1, 2]\nb = 3\n", "python") == one


def test_a_text_with_a_lone_surrogate_has_a_fingerprint() -> None:
    assert compute_fingerprint("a\ud800", "cpp17") != compute_fingerprint("a", "cpp17")
    assert compute_fingerprint(r'"\ud83d"', "java")
