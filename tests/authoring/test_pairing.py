from hypothesis import given, settings
from hypothesis import strategies as st

from lab_helpers.authoring.pairing import Code, Prose, read_lab_text

HEAD = "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n---\n\n"
PAIR = '+++ {"lang": "en"}\n\n# Hello\n\n+++ {"lang": "ja", "from": "en-1"}\n\n# こんにちは\n'
CODE = "```{code-cell} ipython3\n:solution: create_role\n\n%%step create_role\nrole = ...\n```\n"


def test_a_pair_is_one_cell_with_two_languages() -> None:
    assert read_lab_text(HEAD + PAIR).cells == [Prose("# Hello", "# こんにちは", "en-1")]


def test_an_exercise_cell_names_the_step_whose_solution_belongs_in_it() -> None:
    found = read_lab_text(HEAD + PAIR + "\n" + CODE)
    assert found.faults == []
    assert found.cells[1] == Code("%%step create_role\nrole = ...", solution="create_role")


def test_a_mermaid_fence_stays_inside_its_prose_cell() -> None:
    picture = PAIR.replace("# Hello", "# Hello\n\n```mermaid\nflowchart LR\n  A --> B\n```")
    prose = read_lab_text(HEAD + picture).cells[0]
    assert isinstance(prose, Prose)
    assert prose.en.endswith("```mermaid\nflowchart LR\n  A --> B\n```")


def test_a_missing_translation_is_a_fault_wherever_it_is() -> None:
    alone = '+++ {"lang": "en"}\n\n# Alone\n\n'
    assert "no Japanese translation" in read_lab_text(HEAD + alone).faults[0]
    assert "no Japanese translation" in read_lab_text(HEAD + alone + CODE).faults[0]
    assert "no Japanese translation" in read_lab_text(HEAD + alone + PAIR).faults[0]


def test_a_translation_without_its_original_is_a_fault() -> None:
    alone = '+++ {"lang": "ja"}\n\n# ひとり\n'
    assert "without its English" in read_lab_text(HEAD + alone).faults[0]


def test_prose_without_a_language_is_a_fault() -> None:
    assert "lang" in read_lab_text(HEAD + "+++\n\nHello\n").faults[0]


@settings(deadline=None)  # a busy machine is no fault of the parser
@given(st.text(max_size=300))
def test_any_text_is_read_without_raising(text: str) -> None:
    body = text.replace("`", "'").replace("---", "")
    read_lab_text(HEAD + '+++ {"lang": "en"}\n\n' + body)
