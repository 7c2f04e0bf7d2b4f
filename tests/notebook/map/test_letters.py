"""Names stay within their boxes, and no two that differ at an end look the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.notebook.map.letters import in_two_lines, shortened, width_px

NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=90)


@given(NAMES, st.integers(40, 300), st.booleans())
def test_what_is_written_has_room(name: str, room_px: int, bold: bool) -> None:
    lines = in_two_lines(name, room_px, 13, bold=bold)
    assert 1 <= len(lines) <= 2
    for line in [*lines, shortened(name, room_px, 13, bold=bold)]:
        assert width_px(line, 13, bold=bold) <= room_px


def test_a_short_name_is_one_line_and_a_long_one_is_broken_after_a_hyphen() -> None:
    assert in_two_lines("orders", 180, 13) == ["orders"]
    long = "dojo-generate-thumbnail-of-images"
    assert in_two_lines(long, 180, 13, bold=True) == ["dojo-generate-thumbnail-", "of-images"]
    too_long = "dojo-generate-" + "thumbnail" * 3  # broken there, its end would not be seen
    assert not in_two_lines(too_long, 180, 13, bold=True)[0].endswith("-")
    assert len(in_two_lines("x" * 40, 180, 13)) == 2


def test_beginning_and_end_of_what_is_too_long_are_kept() -> None:
    short = shortened("arn:aws:lambda:us-east-1:123456789012:function:orders-dlq", 180, 11)
    assert short.startswith("arn:aws")
    assert short.endswith("orders-dlq")
    assert "…" in short


@pytest.mark.parametrize(("wide", "narrow"), [("WWWW", "iiii"), ("関数関数", "ffff")])
def test_letters_are_not_all_as_wide_as_each_other(wide: str, narrow: str) -> None:
    assert width_px(wide, 13) > 2 * width_px(narrow, 13)
