from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.push_events.target_input import (
    MISSING,
    InputPathError,
    filled_template,
    target_input,
    value_at,
)

EVENT: dict[str, Any] = {
    "id": "1",
    "source": "shop",
    "detail-type": "Order",
    "detail": {"items": [{"sku": "a"}, {"sku": "b"}], "n": 2, "say": 'a "quote"', "no": None},
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", EVENT),
        ("$.detail.n", 2),
        ("$.detail-type", "Order"),
        ("$.detail.items[1].sku", "b"),
        ("$.detail['items'][0]", {"sku": "a"}),
        ("$.detail.items[9]", MISSING),
        ("$.detail.unknown.deeper", MISSING),
    ],
)
def test_paths(path: str, expected: object) -> None:
    assert value_at(path, EVENT) is expected or value_at(path, EVENT) == expected


@pytest.mark.parametrize("path", ["detail", "$detail", "$..a", "$.a[", "$.a[x]"])
def test_bad_paths_are_refused(path: str) -> None:
    with pytest.raises(InputPathError):
        value_at(path, EVENT)


def test_input_is_sent_as_it_is() -> None:
    assert target_input({"Input": '{"a" :1}'}, EVENT, {}) == '{"a" :1}'


def test_input_path_sends_a_part() -> None:
    assert json.loads(target_input({"InputPath": "$.detail.items"}, EVENT, {})) == [
        {"sku": "a"},
        {"sku": "b"},
    ]


def test_nothing_asked_for_sends_the_event() -> None:
    assert json.loads(target_input({}, EVENT, {})) == EVENT


def transformed(template: str, **paths: str) -> Any:
    target = {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}
    return json.loads(target_input(target, EVENT, {"rule-name": "r"}))


def test_a_template_mixes_texts_and_values() -> None:
    assert transformed(
        '{"text": "order of <n> from <source>", "n": <n>, "items": <items>, "who": <source>}',
        n="$.detail.n",
        source="$.source",
        items="$.detail.items",
    ) == {
        "text": "order of 2 from shop",
        "n": 2,
        "items": [{"sku": "a"}, {"sku": "b"}],
        "who": "shop",
    }


def test_quotes_in_values_do_not_break_the_template() -> None:
    assert transformed('{"say": "<say>!"}', say="$.detail.say") == {"say": 'a "quote"!'}


def test_a_missing_value_is_empty() -> None:
    assert transformed('{"a": "<a>", "b": <b>}', a="$.x", b="$.y") == {"a": "", "b": ""}


def test_a_plain_sentence_becomes_a_string() -> None:
    assert transformed('"<n> items in <aws.events.rule-name>"', n="$.detail.n") == "2 items in r"
    assert transformed("<n> items", n="$.detail.n") == "2 items"


def test_the_whole_event_can_be_put_in() -> None:
    assert transformed('{"original": <aws.events.event.json>}') == {"original": EVENT}


@given(st.text(), st.dictionaries(st.text(max_size=3), st.text()))
def test_whatever_the_template_json_comes_out(template: str, values: dict[str, str]) -> None:
    json.loads(filled_template(template, values))
