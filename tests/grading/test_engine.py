"""Whatever a check raises becomes an outcome, and only the learner's mistakes say "incorrect"."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from lab_helpers.grading.expectations import CannotLook, Unmet, expect_equal
from lab_helpers.grading.outcome import Outcome
from tests.grading.stand_ins import evidence, holds, judge, raises


def client_error(code: str, status: int) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": "…"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "GetFunction")


def test_a_step_passes_when_all_its_conditions_hold() -> None:
    report = judge([holds, holds]).judge_step(evidence(), "first")
    assert report.outcome is Outcome.PASSED
    assert (report.conditions_met, report.conditions_total) == (2, 2)
    assert report.diagnosis is None
    assert report.message.found.en == "`f-123456789012` is there."
    assert report.message.looked_at.en == "looks at `f-123456789012`; looks again."
    assert report.message.next.ja == "次は「次」です。"


def test_the_first_unmet_condition_is_told_and_the_rest_is_not_looked_at() -> None:
    seen: list[str] = []

    def never(_: Any) -> None:
        seen.append("never")

    def first_fails(_: Any) -> None:
        expect_equal("a", "b", "wrong")

    report = judge([first_fails, never]).judge_step(evidence(), "first")
    assert report.outcome is Outcome.INCORRECT
    assert report.diagnosis == "wrong"
    assert (report.conditions_met, report.conditions_total) == (0, 2)
    assert report.message.found.en == "Found a."
    assert report.message.expected.ja == "b"
    assert report.message.next.en == "Mend `f-123456789012`."
    assert seen == []


def test_the_outcome_is_the_one_that_the_table_gives_the_diagnosis() -> None:
    report = judge([raises(Unmet("nothing_yet"))]).judge_step(evidence(), "first")
    assert report.outcome is Outcome.NOT_ATTEMPTED


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="http://127.0.0.1:9"),
        NoCredentialsError(),
        client_error("ServiceUnavailable", 503),
        client_error("TooManyRequestsException", 429),
        client_error("UnrecognizedClientException", 403),
        client_error("AccessDenied", 403),
        client_error("NotImplemented", 501),
        CannotLook("the code cannot be read back"),
    ],
)
def test_a_cloud_that_does_not_answer_is_unavailable(error: Exception) -> None:
    report = judge([raises(error)]).judge_step(evidence(), "first")
    assert report.outcome is Outcome.UNAVAILABLE
    assert report.diagnosis == "backend_unavailable"


def test_a_real_connection_refused_is_unavailable() -> None:
    def asks(ev: Any) -> None:
        ev.lambda_client.get_function(FunctionName="f")

    report = judge([asks]).judge_step(evidence(), "first")
    assert report.outcome is Outcome.UNAVAILABLE
    assert "127.0.0.1:9" in report.message.found.en


@pytest.mark.parametrize(
    "error",
    [
        KeyError("Configuration"),
        AssertionError(),
        client_error("ValidationException", 400),
        ValueError("{not a placeholder}"),
    ],
)
def test_anything_unexpected_is_a_bug_of_the_check_with_its_traceback(error: Exception) -> None:
    report = judge([holds, raises(error)]).judge_step(evidence(), "first")
    assert report.outcome is Outcome.CHECK_BUG
    assert report.diagnosis == "check_broken"
    assert "stand_ins.py" in report.details
    assert type(error).__name__ in report.message.found.ja


@pytest.mark.parametrize("error", [Unmet("no_such_code"), Unmet("wrong", found="only half")])
def test_a_message_that_cannot_be_told_is_a_bug_of_the_check(error: Unmet) -> None:
    report = judge([raises(error)]).judge_step(evidence(), "first")
    assert report.outcome is Outcome.CHECK_BUG
    assert error.diagnosis in report.message.found.en


def test_a_step_without_a_check_is_a_bug_and_never_passes() -> None:
    report = judge([]).judge_step(evidence(), "first")
    assert report.outcome is Outcome.CHECK_BUG


def test_a_lab_passes_only_when_every_step_does() -> None:
    report = judge([holds], [raises(Unmet("nothing_yet"))]).judge(evidence(), ["first", "second"])
    assert not report.passed
    assert report.first_open is not None
    assert report.first_open.step == "second"
    assert judge([holds], [holds]).judge(evidence(), ["first", "second"]).passed


def test_the_last_step_has_no_next_one() -> None:
    report = judge([holds], [holds]).judge_step(evidence(), "second")
    assert report.message.next.en == "That was the last step of this lab."
