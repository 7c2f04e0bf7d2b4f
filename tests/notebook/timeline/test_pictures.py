"""What is drawn: well-formed SVG that says in words what it shows."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest

from lab_helpers.notebook.timeline.folding import history_of
from lab_helpers.notebook.timeline.lanes import FunctionSettings, lanes_of, splits_of
from lab_helpers.notebook.timeline.lanes_picture import lanes_picture
from lab_helpers.notebook.timeline.life import lives_of
from lab_helpers.notebook.timeline.life_picture import life_picture
from lab_helpers.notebook.timeline.table import lives_table, runs_table
from lab_helpers.notebook.timeline.words import duration
from tests.notebook.timeline.journal_entries import Story, failed_event

SVG = "{http://www.w3.org/2000/svg}"


def lanes(story: Story, settings: FunctionSettings | None = None, **options: object) -> str:
    history, known = history_of(story.records), settings or FunctionSettings()
    language = str(options.get("language", "en"))
    return lanes_picture(
        lanes_of(history, known),
        splits_of(history, known),
        language,
        now_s=story.now_s,
        zoom=float(str(options.get("zoom", 1))),
    )


def items(svg: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.fromstring(svg).iter(f"{SVG}g") if "data-row" in one.attrib]


def words(svg: str) -> str:
    return " | ".join(ElementTree.fromstring(svg).itertext())


def title(item: ElementTree.Element) -> str:
    return item.findtext(f"{SVG}title") or ""


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_life_has_an_item_for_every_station(language: str) -> None:
    lives = lives_of(history_of(failed_event().records), "put")
    found = items(life_picture(lives, language))
    assert len(found) == len(lives[0].pieces)
    assert [item.attrib["data-row"] for item in found] == [str(n) for n in range(len(found))]
    assert sum(bool(item.attrib["data-key"]) for item in found) == 3


def test_a_life_s_picture_names_phases_waits_costs_and_its_own_scale() -> None:
    told = words(life_picture(lives_of(history_of(failed_event().records), "put"), "en"))
    for expected in (
        "Not to scale",
        "INIT 150 ms",
        "INVOKE 10 ms",
        "billed ms: 160",
        "waits 60 s at AWS, 1 s here",
        "attempt 3: function error (ValueError)",
        "RetriesExhausted",
        "dead-letter queue dead",
    ):
        assert expected in told


def test_an_unfinished_life_says_so() -> None:
    lives = lives_of(history_of(failed_event().records[:8]), "put")
    assert "not over yet" in words(life_picture(lives, "en"))


def test_a_run_can_be_asked_for_by_its_key_and_a_throttle_cannot() -> None:
    story = Story().run("r", init_ms=100).throttled("t")
    run, throttle = sorted(items(lanes(story)), key=title)
    run, throttle = (run, throttle) if run.attrib["data-key"] else (throttle, run)
    assert run.attrib["data-key"] == "1"
    assert "RequestId: r" in title(run)
    assert throttle.attrib["data-key"] == ""
    assert "ReservedFunction" in title(throttle)


def test_cold_starts_and_failures_are_told_by_more_than_colour() -> None:
    svg = lanes(Story().run("r", init_ms=100, status="error", error_type="KeyError"))
    assert "✗" in words(svg)
    assert "new environment" in words(svg)
    assert 'class="init"' in svg


def test_reserved_concurrency_is_a_line_where_it_is_known() -> None:
    story = Story().started("a", stream="s/[$LATEST]1").started("b", stream="s/[$LATEST]2").at(1001)
    svg = lanes(story, FunctionSettings(reserved={"f": 2}))
    assert "reserved concurrency: 2" in words(svg)
    assert "at most 2" in words(svg)
    assert "reserved concurrency" not in words(lanes(story))


def test_a_split_is_told_in_numbers() -> None:
    story = Story()
    for number, version in enumerate("1112"):
        story.run(str(number), "f:live", version=version, stream=f"d/[{version}]x")
    settings = FunctionSettings(weights={("f", "live"): {"1": 0.9, "2": 0.1}})
    told = words(lanes(story, settings))
    assert "version 2: seen 1 of 4 (25.0 %), expected 10.0 %" in told


def test_zoom_makes_time_wider_and_nothing_else() -> None:
    story = Story().run("a", init_ms=100).run("b")
    near, far = ElementTree.fromstring(lanes(story, zoom=4)), ElementTree.fromstring(lanes(story))
    assert float(near.attrib["width"]) > 3 * float(far.attrib["width"])
    assert near.attrib["height"] == far.attrib["height"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_names_cannot_break_out_of_the_picture(language: str) -> None:
    story = Story().run("r", status="error", error_type="</title><script>alert(1)</script>")
    story.throttled('"><script>')
    assert "<script>" not in lanes(story, language=language)
    picture = life_picture(lives_of(history_of(story.records), "r"), language)
    assert "<script>" not in picture
    ElementTree.fromstring(picture)


def test_a_thousand_invocations_are_drawn_in_a_fraction_of_a_second() -> None:
    story = Story()
    for number in range(1000):
        story.run(f"r{number}", init_ms=100 if number < 5 else None, stream=f"d/[1]{number % 5}")
    began = time.process_time()
    svg = lanes(story)
    assert time.process_time() - began < 1.0
    assert len(items(svg)) == 1000


@pytest.mark.parametrize(("language", "lasted"), [("en", "2 min 5 s"), ("ja", "2 分 5 秒")])
def test_how_long_pauses_lasted_is_written_where_there_is_room(language: str, lasted: str) -> None:
    story = Story()
    for number in range(7):  # a long one takes all room but that of the pauses
        story.at(1000 + 125 * number).run(f"r{number}", ms=1 if number else 10_000)
    svg = lanes(story, language=language)
    texts = [text for text in ElementTree.fromstring(svg).iter(f"{SVG}text") if text.text == lasted]
    places = sorted(float(text.attrib["x"]) for text in texts)
    assert 2 <= len(places) < 5
    # A letter is some 6 pixels wide, a Japanese one 12.
    assert all(right - left > 45 for left, right in pairwise(places))
    assert svg.count("</title><text") == 6  # each tells it when it is pointed at


@pytest.mark.parametrize(
    ("seconds", "english", "japanese"),
    [
        (0.012, "12 ms", "12 ms"),
        (0.9996, "1 s", "1 秒"),
        (1.25, "1.2 s", "1.2 秒"),
        (60, "60 s", "60 秒"),
        (119.7, "2 min", "2 分"),
        (185, "3 min 5 s", "3 分 5 秒"),
        (7200, "2 h", "2 時間"),
        (7500, "2 h 5 min", "2 時間 5 分"),
    ],
)
def test_lengths_of_time_are_told_in_the_learner_s_language(
    seconds: float, english: str, japanese: str
) -> None:
    assert (duration(seconds, "en"), duration(seconds, "ja")) == (english, japanese)


def test_tables_have_the_same_facts() -> None:
    history = history_of(failed_event().throttled("t").records)
    table = lives_table(lives_of(history, "put"), "en")
    assert table.rows[3][2] == "⋯ waits 60 s at AWS, 1 s here (function error)"
    assert table.rows[4][:2] == ("+1.2 s", "+60 s")
    runs = runs_table(history, [], "en")
    assert [row[4] for row in runs.rows] == [
        "✗ function error (ValueError) (attempt 1)",
        "✗ function error (ValueError) (attempt 2)",
        "✗ function error (ValueError) (attempt 3)",
        "⊘ throttled: ReservedFunctionConcurrentInvocationLimitExceeded",
    ]
    assert runs.rows[0][5:7] == ("yes", "160")
    assert "160" in repr(runs)
    ElementTree.fromstring(f"<div>{runs._repr_html_()}</div>")
