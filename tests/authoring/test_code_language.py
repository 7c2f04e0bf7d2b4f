from hypothesis import given, settings
from hypothesis import strategies as st

from lab_helpers.authoring.code_language import english_lines, in_language, pairing_faults

SOURCE = """\
    # en: Who may assume this role?
    # ja: だれがこのロールを引き受けますか。
role = iam.create_role()
print("done")  # en
print("完了")  # ja
"""


def test_each_language_keeps_its_own_comments_and_lines_without_the_mark() -> None:
    assert in_language(SOURCE, "en") == (
        '    # Who may assume this role?\nrole = iam.create_role()\nprint("done")'
    )
    assert in_language(SOURCE, "ja") == (
        '    # だれがこのロールを引き受けますか。\nrole = iam.create_role()\nprint("完了")'
    )


def test_english_lines_are_what_a_translation_is_made_from() -> None:
    assert english_lines(SOURCE).splitlines() == [
        "    # en: Who may assume this role?",
        'print("done")  # en',
    ]


def test_paired_lines_have_no_fault() -> None:
    assert pairing_faults(SOURCE) == []


def test_an_english_line_without_its_japanese_one_is_a_fault() -> None:
    assert pairing_faults("# en: hello\nx = 1") != []
    assert pairing_faults("# en: hello") != []


def test_a_japanese_line_without_its_english_one_is_a_fault() -> None:
    assert pairing_faults("x = 1\n# ja: こんにちは") != []


@settings(deadline=None)  # a busy machine is no fault of the parser
@given(st.text())
def test_code_without_marks_is_the_same_in_both_languages(text: str) -> None:
    if "en" not in text and "ja" not in text:
        assert in_language(text, "en") == in_language(text, "ja") == "\n".join(text.splitlines())
