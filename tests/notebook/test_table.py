"""Tables show themselves as HTML and as text, with figures on the right and links that work."""

from __future__ import annotations

from xml.etree import ElementTree

from lab_helpers.notebook.table import Table

TABLE = Table(
    "料金",
    ("項目", "USD"),
    (("リクエスト", "0.20"), ("<b>", "12.00"), ("", "12.20")),
    ("See https://aws.amazon.com/lambda/pricing/ & more.",),
    numbers=frozenset({1}),
    total=True,
)


def test_columns_of_text_line_up_where_characters_are_wide() -> None:
    assert repr(TABLE).splitlines()[1:4] == [
        "項目          USD",
        "リクエスト   0.20",
        "<b>         12.00",
    ]


def test_html_escapes_what_it_is_given_and_marks_the_total_and_figures() -> None:
    html = ElementTree.fromstring(f"<div>{TABLE._repr_html_()}</div>")
    cells = list(html.iter("td"))
    assert cells[2].text == "<b>"
    assert cells[5].findtext("strong") == "12.20"
    assert cells[1].attrib == {"style": "text-align:right"}
    assert cells[0].attrib == {}


def test_an_address_becomes_a_link_without_what_follows_it() -> None:
    html = ElementTree.fromstring(f"<div>{TABLE._repr_html_()}</div>")
    (link,) = html.iter("a")
    assert link.attrib["href"] == link.text == "https://aws.amazon.com/lambda/pricing/"
    assert link.tail == " & more."
