from pieforge.similarity import compute_fingerprint, compute_similarity, find_nearest, tokenize

PROGRAM = "int main() { int a = 1; // one\n  return a + 2; /* two */ }\n"


def test_comments_and_layout_do_not_change_a_fingerprint() -> None:
    bare = "int main(){\nint a=1;\nreturn a+2;}"
    assert compute_fingerprint(PROGRAM, "cpp17") == compute_fingerprint(bare, "cpp17")


def test_a_constant_changes_a_fingerprint() -> None:
    other = PROGRAM.replace("+ 2", "+ 3")
    assert compute_fingerprint(PROGRAM, "cpp17") != compute_fingerprint(other, "cpp17")


def test_a_comment_sign_inside_a_string_is_no_comment() -> None:
    assert '"// no comment"' in tokenize('puts("// no comment");', "cpp17")
    assert "'# none'" in tokenize("print('# none')  # but this is", "python")
    assert "this" not in tokenize("print('# none')  # but this is", "python")


def test_indentation_counts_in_python_and_not_in_cpp() -> None:
    assert compute_fingerprint("if a:\n    b()\nc()", "python") != compute_fingerprint(
        "if a:\n    b()\n    c()", "python"
    )
    assert compute_fingerprint("if (a)\n  b();", "cpp17") == compute_fingerprint(
        "if (a) b();", "cpp17"
    )


def test_a_program_is_wholly_like_itself_and_less_like_others() -> None:
    assert compute_similarity(PROGRAM, PROGRAM, "cpp17") == 1
    assert 0.5 < compute_similarity(PROGRAM, PROGRAM.replace("2", "3"), "cpp17") < 1
    assert compute_similarity(PROGRAM, "import sys", "cpp17") < 0.2


def test_the_nearest_come_first_and_equals_in_the_order_of_their_keys() -> None:
    known = {"far": "import sys", "b": PROGRAM, "a": PROGRAM}
    found = find_nearest(PROGRAM, "cpp17", known, 2)
    assert [key for key, _ in found] == ["a", "b"]
