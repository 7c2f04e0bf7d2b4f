"""The text of a call is Python that makes the same call."""

from __future__ import annotations

import ast
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lab_helpers.notebook.console.boto3_text import MadeCall, Verbatim, python_json

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(("FunctionName", "Payload", "A", "VeryLongNameOfAParameterOfACall"))


class Client:
    """Takes any call and remembers what it was given."""

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}

    def client(self, _service: str) -> Client:
        return self

    def invoke(self, **given: Any) -> None:
        self.given = given


@settings(deadline=None)
@given(st.dictionaries(NAMES, VALUES, min_size=1))
def test_running_the_text_gives_the_same_parameters(parameters: dict[str, Any]) -> None:
    text = MadeCall("lambda", "invoke", parameters).text
    lab = Client()
    exec(text, {"lab": lab})
    assert lab.given == parameters


@settings(deadline=None)
@given(VALUES)
def test_a_payload_is_written_as_python(value: Any) -> None:
    import json

    text = python_json(json.dumps(value))
    assert json.loads(eval(str(text), {"json": json})) == value


def test_short_calls_are_one_line_and_long_ones_are_broken() -> None:
    assert MadeCall("sqs", "list_queues", {}).text.endswith("sqs.list_queues()")
    long = MadeCall("lambda", "create_alias", {"FunctionName": "f" * 60, "Name": "n" * 40}).text
    assert long.endswith("\n)")
    assert all(len(line) <= 100 for line in long.splitlines())


def test_what_must_not_be_shown_stands_as_a_name() -> None:
    parameters = {"ZipFile": Verbatim("package.getvalue()")}
    text = MadeCall("lambda", "update_function_code", parameters, before="import io").text
    assert text.startswith("import io\nlambda_client = ")
    assert "ZipFile=package.getvalue()" in text
    ast.parse(text)


def test_looks_are_told_from_changes() -> None:
    for operation in ("get_policy", "list_aliases", "describe_log_streams", "filter_log_events"):
        assert not MadeCall("lambda", operation, {}).changes
    for operation in ("invoke", "update_alias", "put_rule", "subscribe", "add_permission"):
        assert MadeCall("lambda", operation, {}).changes
    assert not MadeCall("lambda", "function_updated_v2", {}, waiter=True).changes
