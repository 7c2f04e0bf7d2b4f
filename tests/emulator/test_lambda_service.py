"""Which one record an operation of Lambda's has changed, so that only it is written down."""

from __future__ import annotations

import json

import pytest

from lab_helpers.emulator.control_plane.service_model import route
from lab_helpers.emulator.durability.lambda_records import FUNCTION, LAYER, MAPPING
from lab_helpers.emulator.lambda_service import changed_record

FUNCTIONS, MAPPINGS = "/2015-03-31/functions", "/2015-03-31/event-source-mappings"
ARN = "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012"


@pytest.mark.parametrize(
    ("method", "path", "answer", "expected"),
    [
        ("POST", FUNCTIONS, {"FunctionName": "fn"}, (FUNCTION, "fn")),
        ("PUT", f"{FUNCTIONS}/{ARN}%3Afunction%3Afn%3A1/code", {}, (FUNCTION, "fn")),
        ("DELETE", f"{FUNCTIONS}/fn", {}, (FUNCTION, "fn")),
        ("POST", f"{FUNCTIONS}/fn/aliases", {}, (FUNCTION, "fn")),
        ("POST", MAPPINGS, {"UUID": "u"}, (MAPPING, "u")),
        ("DELETE", f"{MAPPINGS}/u", {}, (MAPPING, "u")),
        ("POST", "/2018-10-31/layers/l/versions", {}, (LAYER, "l")),
        ("DELETE", f"/2018-10-31/layers/{ARN}%3Alayer%3Al/versions/1", {}, (LAYER, "l")),
        ("POST", f"/2017-03-31/tags/{ARN}%3Afunction%3Afn", {}, ("", "")),
    ],
)
def test_it_is_told_by_the_path_or_the_answer(
    method: str, path: str, answer: dict[str, str], expected: tuple[str, str]
) -> None:
    routed = route(method, path)
    assert routed is not None
    assert changed_record(routed, json.dumps(answer).encode()) == expected
