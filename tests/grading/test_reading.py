"""Logs, policies, notifications, pictures and packages are read as AWS writes them."""

from __future__ import annotations

import io
import json
import urllib.parse
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lab_helpers.errors import DojoError
from lab_helpers.grading.deployment_package import (
    Package,
    defined_names,
    fetch_package,
    package_folder,
    string_constants,
)
from lab_helpers.grading.expectations import CannotLook
from lab_helpers.grading.log_reading import log_group_of, runs_of_stream
from lab_helpers.grading.notification_reading import (
    filters,
    lets_through,
    missing_created_events,
    notifies,
)
from lab_helpers.grading.png import make_png, png_size
from lab_helpers.grading.policy_reading import (
    condition_values,
    covers_action,
    matches,
    service_principals,
    statements,
)

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"


# --- logs


def runs(*messages: str) -> list[tuple[str, bool, str]]:
    found = runs_of_stream("s", iter(list(enumerate(messages))))
    return [(run.request_id, run.finished, run.error) for run in found]


def test_a_stream_is_one_invocation_after_the_other() -> None:
    assert runs(
        "INIT_START Runtime Version: python:3.13.v1\n",
        "START RequestId: a Version: $LATEST\n",
        "hello\n",
        "END RequestId: a\n",
        "REPORT RequestId: a\tDuration: 1.00 ms\tInit Duration: 90.00 ms\t\n",
        "START RequestId: b Version: $LATEST\n",
        "[ERROR] KeyError: 'name'\nTraceback (most recent call last):\n",
        "END RequestId: b\n",
        "REPORT RequestId: b\tDuration: 1.00 ms\t\n",
        "START RequestId: c Version: $LATEST\n",
    ) == [("a", True, ""), ("b", True, "KeyError: 'name'"), ("c", False, "")]


def test_what_init_writes_counts_to_the_run_that_follows() -> None:
    broken = (
        "[ERROR] Runtime.ImportModuleError: Unable to import module 'm': No module named 'PIL'\n"
    )
    (run,) = runs_of_stream(
        "s",
        iter([(1, broken), (2, "START RequestId: a Version: 1\n"), (3, "REPORT RequestId: a\t")]),
    )
    assert run.error.startswith("Runtime.ImportModuleError")
    assert "PIL" in run.text


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("REPORT RequestId: a\tDuration: 3000.00 ms\t Status: timeout", "Task timed out"),
        (
            "REPORT RequestId: a\tDuration: 3.00 ms\t Status: error Error Type: Runtime.ExitError",
            "Error Type: Runtime.ExitError",
        ),
    ],
)
def test_the_report_line_tells_what_stopped_a_run(line: str, error: str) -> None:
    assert runs("START RequestId: a Version: $LATEST\n", line) == [("a", True, error)]


def test_an_error_that_the_function_only_logs_is_no_failure() -> None:
    logged = "[ERROR]\t2026-11-22T01:02:03.456Z\ta\tdisk is full\n"
    report = "REPORT RequestId: a\tDuration: 1.00 ms\t\n"
    assert runs("START RequestId: a Version: $LATEST\n", logged, report) == [("a", True, "")]


def test_only_a_cold_run_has_an_init_duration() -> None:
    (run,) = runs_of_stream("s", iter([(0, "START RequestId: a Version: 1")]))
    run.report = "REPORT RequestId: a\tInit Duration: 9 ms\t"
    assert run.cold


@given(st.lists(st.text()))
def test_any_log_is_read_without_an_error(messages: list[str]) -> None:
    runs(*messages)


def test_a_function_may_have_a_log_group_of_its_own() -> None:
    own = {"Configuration": {"LoggingConfig": {"LogGroup": "mine"}}}
    assert log_group_of(own, "f") == "mine"
    assert log_group_of({"Configuration": {}}, "f") == log_group_of(None, "f") == "/aws/lambda/f"


# --- policies and notifications


def test_policies_come_as_dicts_as_text_and_url_encoded() -> None:
    document = {"Statement": {"Effect": "Allow"}}
    text = json.dumps(document)
    for form in (document, text, urllib.parse.quote(text)):
        assert statements(form) == [{"Effect": "Allow"}]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("logs:*", "logs:PutLogEvents", True),
        ("*", "anything", True),
        ("logs:Put?ogEvents", "logs:PutLogEvents", True),
        ("logs:[A-Z]*", "logs:PutLogEvents", False),
        ("logs:Put", "logs:PutLogEvents", False),
    ],
)
def test_wildcards_are_those_of_iam(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


@given(st.text(), st.text())
def test_any_pattern_can_be_compared(pattern: str, text: str) -> None:
    matches(pattern, text)
    assert matches("*", text)


def test_statements_are_read_as_lambda_renders_them() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": "123456789012"},
            "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::b"},
        },
    }
    assert service_principals(statement) == ["s3.amazonaws.com"]
    assert covers_action(statement, "lambda:invokefunction")
    assert condition_values(statement, "aws:SourceArn") == ["arn:aws:s3:::b"]
    assert condition_values({}, "aws:SourceArn") == []
    assert service_principals({"Principal": "*"}) == ["*"]


def test_a_rule_for_an_alias_notifies_the_function_and_a_longer_name_does_not() -> None:
    assert notifies({"LambdaFunctionArn": f"{ARN}:live"}, ARN)
    assert notifies({"LambdaFunctionArn": ARN}, ARN)
    assert not notifies({"LambdaFunctionArn": f"{ARN}2"}, ARN)


def test_created_events_are_covered_by_the_star_or_by_all_of_them() -> None:
    one = [{"Events": ["s3:ObjectCreated:Put"]}]
    assert "s3:ObjectCreated:CompleteMultipartUpload" in missing_created_events(list(one))
    assert missing_created_events([{"Events": ["s3:ObjectCreated:*"]}]) == []


def test_filters_are_compared_as_they_are() -> None:
    rule = {"Filter": {"Key": {"FilterRules": [{"Name": "Suffix", "Value": ".png"}]}}}
    assert filters(rule) == {"suffix": ".png"}
    assert lets_through(rule, "a.png")
    assert not lets_through(rule, "a.PNG")
    assert lets_through({}, "anything")


# --- pictures


def test_the_probes_picture_is_a_png_that_pillow_reads() -> None:
    content = make_png(640, 400, "seed")
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        assert (image.format, image.size) == ("PNG", (640, 400))
    assert png_size(content) == (640, 400)
    assert make_png(4, 4, "a") != make_png(4, 4, "b")


@given(st.binary())
def test_anything_else_is_no_png(content: bytes) -> None:
    assert png_size(content) is None or content.startswith(b"\x89PNG")


# --- packages


def zip_of(**files: str) -> Package:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in files.items():
            package.writestr(name.replace("__", "/") + ".py", text)
    return Package(buffer.getvalue())


def test_a_folder_is_packaged_from_its_top_and_always_the_same(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "a.py").write_text("A = 1")
    (tmp_path / "lambda_function.py").write_text("x")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("left out")
    first = package_folder(tmp_path)
    (tmp_path / "lambda_function.py").touch()
    assert package_folder(tmp_path) == first
    assert Package(first).files == ["lambda_function.py", "pkg/a.py"]


def test_an_empty_folder_cannot_be_packaged(tmp_path: Path) -> None:
    with pytest.raises(DojoError, match="nothing to package"):
        package_folder(tmp_path)


def test_a_module_is_found_at_the_top_and_in_packages() -> None:
    package = zip_of(app="A", lib__mod="B")
    assert package.source("app") == "A"
    assert package.source("lib.mod") == package.source("lib/mod") == "B"
    assert package.source("mod") is None


def test_words_in_comments_do_not_count() -> None:
    assert zip_of(app='x = event["name"]').mentions("name")
    assert not zip_of(app='# "name"\nname = 1').mentions("name")


def test_names_of_a_module_are_functions_assignments_and_imports() -> None:
    source = "from a import b as c\ndef f(): ...\ng = f\nclass K: ..."
    assert {"c", "f", "g", "K"} <= (defined_names(source) or set())
    assert defined_names("def (") is None


@given(st.text())
def test_any_source_is_read_without_an_error(source: str) -> None:
    defined_names(source)
    string_constants(source)


def test_code_that_cannot_be_fetched_is_no_ones_mistake() -> None:
    with pytest.raises(CannotLook):
        fetch_package("http://127.0.0.1:9/code.zip")
