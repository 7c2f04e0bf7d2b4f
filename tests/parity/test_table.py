"""docs/fidelity.md compares all that is compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parity_table import REMAKE, SAME, ParityTable, cell, on_page, read

PAGE = Path(__file__).parents[2] / "docs" / "fidelity.md"


def test_every_compared_behaviour_is_on_the_page(request: pytest.FixtureRequest) -> None:
    known = on_page(PAGE).cells
    for item in request.session.items:
        mark = item.get_closest_marker("parity")
        assert mark is None or known.get(mark.args[0]), f"{mark.args[0]!r} is missing: {REMAKE}"


def test_nothing_on_the_page_says_that_we_differ() -> None:
    """Where we did, the test would have failed, and the page not been made."""
    differing = {name for name, row in on_page(PAGE).cells.items() if row["embedded"] != SAME}
    assert differing == set(), REMAKE


def found(cloud: str, how: str, version: str = "1") -> dict[str, object]:
    return {
        "behaviour": "A name is taken once",
        "page": "https://example.com/",
        "place": ("f", 1, 0),
        "cloud": cloud,
        "version": version,
        "found": how,
    }


def test_a_cloud_that_was_not_there_keeps_its_column() -> None:
    first, second = ParityTable(), ParityTable()
    first.add(found("embedded", "", ""))
    first.add(found("ministack", "a | b", "1.5"))
    second.add(found("embedded", "", ""))
    text = second.render(first.render(""))
    known = read(text)
    assert text.startswith(
        "| behaviour | Lambda Dojo: 1 of 1 | MiniStack 1.5: 0 of 1 | LocalStack |"
    )
    assert known.titles["ministack"] == "MiniStack 1.5"
    assert known.cells["A name is taken once"] == {
        "embedded": SAME,
        "ministack": r"differs: a \| b",
        "localstack": "not tried",
    }


def test_names_that_change_with_each_run_are_not_shown() -> None:
    assert cell("Function not found: f-0123456789ab") == "differs: Function not found: …"
    assert cell("says: 2026-11-22T20:13:56Z x") == "differs: says: … x"


@pytest.mark.parametrize(
    ("on_the_page", "now", "drifts"),
    [("", "", False), ("a", "b", False), ("", "b", True), ("a", "", True)],
)
def test_what_a_peer_does_is_held_to_the_page(on_the_page: str, now: str, drifts: bool) -> None:
    table = ParityTable()
    table.add(found("ministack", on_the_page, "1.5"))
    known = read(table.render(""))
    assert bool(known.drifted(found("ministack", now, "1.5"))) is drifts
    assert known.drifted(found("ministack", now, "1.6")) == "", "another version"
    assert known.drifted(found("localstack", now)) == "", "not on the page"
