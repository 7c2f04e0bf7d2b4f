import pytest

from lab_helpers.authoring.pairing import read_lab_text
from lab_helpers.authoring.staleness import english_hash, stale_cells, stamp
from lab_helpers.errors import DojoError

HEAD = "---\njupytext:\n  text_representation:\n    extension: .md\n    format_name: myst\n---\n\n"
TEXT = HEAD + (
    '+++ {"lang": "en"}\n\nHello\n\n+++ {"lang": "ja"}\n\nこんにちは\n\n'
    "```{code-cell} ipython3\n# en: one\n# ja: 一\nx = 1\n```\n\n"
    '+++ {"lang": "en"}\n\nBye\n\n+++ {"lang": "ja"}\n\nさようなら\n'
)


def test_a_pair_that_was_never_stamped_is_stale() -> None:
    assert len(stale_cells(read_lab_text(TEXT))) == 3


def test_stamping_makes_every_pair_fresh_and_is_idempotent() -> None:
    stamped = stamp(TEXT)
    assert stale_cells(read_lab_text(stamped)) == []
    assert stamp(stamped) == stamped


def test_editing_the_english_makes_only_that_pair_stale() -> None:
    edited = stamp(TEXT).replace("Bye", "See you")
    (only,) = stale_cells(read_lab_text(edited))
    assert "See you" in only


def test_editing_an_english_comment_in_code_makes_the_cell_stale() -> None:
    edited = stamp(TEXT).replace("# en: one", "# en: two")
    assert len(stale_cells(read_lab_text(edited))) == 1


def test_trailing_white_space_does_not_make_a_pair_stale() -> None:
    assert english_hash("a  \nb\n") == english_hash("a\nb")
    assert english_hash("a\nb") != english_hash("a b")


def test_a_missing_pair_cannot_be_stamped() -> None:
    with pytest.raises(DojoError, match="cannot be stamped"):
        stamp(HEAD + '+++ {"lang": "en"}\n\nAlone\n')
