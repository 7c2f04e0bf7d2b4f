"""A chart belongs to the page that it stands in: its colours, its letters, its words, nothing else.

matplotlib is what draws; what it draws is looked at by people (docs/ has the pictures).
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from lab_helpers.notebook.chart import LINES, Chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(title: str = "料金 & <time>") -> str:
    chart = Chart(300, 150)
    chart.head(title)
    chart.curve(0, "100 万回の料金", "メモリ", ["128", "256"], [(2.0, "$2.00"), (1.0, "$1.00")])
    return chart.svg(title, "128: $2.00", kind="a-kind")


def test_the_same_chart_is_the_same_text_and_says_nothing_of_the_day() -> None:
    assert drawn() == drawn()
    assert "metadata" not in drawn()


def test_its_words_are_text_in_the_page_s_font_whatever_their_letters() -> None:
    texts = [text.text for text in ElementTree.fromstring(drawn()).iter(f"{SVG}text")]
    assert {"料金 & <time>", "100 万回の料金", "メモリ", "$2.00", "128"} <= set(texts)
    assert "DejaVu" not in drawn()
    assert "var(--jp-ui-font-family, sans-serif)" in drawn()


def test_its_colours_are_the_theme_s_with_a_fallback_for_an_image() -> None:
    assert f"var(--jp-brand-color1, {LINES[0]})" in drawn()
    assert f"stroke: {LINES[0]}" not in drawn()


def test_it_reaches_no_other_picture_of_the_page() -> None:
    """A style sheet would speak of all, and two elements must not have one id."""
    root = ElementTree.fromstring(drawn())
    assert root.find(f".//{SVG}style") is None
    other = ElementTree.fromstring(drawn("other"))
    named, used = ({e.get("id") for e in each.iter() if e.get("id")} for each in (root, other))
    shapes = {e.get("id") for e in root.iter() if e.tag in (f"{SVG}path", f"{SVG}clipPath")}
    assert named & used <= shapes  # the same shape under the same name


def test_it_is_told_to_who_cannot_see_it_and_each_mark_tells_its_figure() -> None:
    root = ElementTree.fromstring(drawn())
    assert root.attrib["role"] == "img"
    assert root.attrib["class"] == "a-kind"
    assert root.findtext(f"{SVG}desc") == "128: $2.00"
    titles = [title.text for title in root.findall(f".//{SVG}use/{SVG}title")]
    assert titles == ["128: $2.00", "256: $1.00"]


def test_matplotlib_is_loaded_when_a_chart_is_drawn_and_not_before() -> None:
    asked = (
        "import sys, lab_helpers.notebook.open_lab, lab_helpers.notebook.tuning_chart, "
        "lab_helpers.notebook.console.widget, lab_helpers.notebook.bill.widget; "
        "print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
