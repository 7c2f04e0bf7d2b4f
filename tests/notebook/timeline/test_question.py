"""What a learner may pass to ``lab.timeline``."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.notebook.timeline.question import Question, read_question

ID = "ada0c97b-3524-4584-8abd-2d8230711369"
RESPONSE: dict[str, Any] = {"ResponseMetadata": {"RequestId": ID}, "StatusCode": 202}


@pytest.mark.parametrize(
    ("what", "question"),
    [
        (None, Question()),
        (ID, Question(request_id=ID)),
        (f" {ID}\n", Question(request_id=ID)),
        (RESPONSE, Question(request_id=ID)),
        (ClientError(RESPONSE, "Invoke"), Question(request_id=ID)),  # type: ignore[arg-type]
        ("greet", Question(function="greet")),
        ("greet:live", Question(function="greet", qualifier="live")),
        ("arn:aws:lambda:us-east-1:123456789012:function:greet:2", Question("", "greet", "2")),
        ("123456789012:function:greet", Question("", "greet")),
    ],
)
def test_what_is_understood(what: object, question: Question) -> None:
    assert read_question(what) == question


@pytest.mark.parametrize("what", [7, "", "a b", {}, {"ResponseMetadata": {}}, "a:b:c", object()])
def test_what_is_not(what: object) -> None:
    assert read_question(what) is None


@given(st.text())
def test_no_text_does_harm(what: str) -> None:
    found = read_question(what)
    assert found is None or found.request_id or found.function
