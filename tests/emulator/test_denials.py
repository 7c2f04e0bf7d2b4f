"""Denials keep their reasons, and their size, whatever policies are attached."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from lab_helpers.emulator.access.access_request import (
    AccessRequest,
    Principal,
    PrincipalPolicies,
)
from lab_helpers.emulator.access.decision_record import MOST_STATEMENTS, decision_record
from lab_helpers.emulator.access.evaluation import decide
from lab_helpers.emulator.access.policy_document import Policy, read_policy
from lab_helpers.emulator.denials import API, REPEATED_AFTER_S, SERVICE, Denials
from lab_helpers.emulator.journal import Journal
from tests.fakes import FakeClock

ANN = "arn:aws:iam::123456789012:user/ann"
REQUEST = AccessRequest(
    Principal(ANN, "123456789012", ANN, "AIDAANN"),
    "s3:GetObject",
    "arn:aws:s3:::reports/q1",
    context={"aws:sourceip": ("127.0.0.1",), "aws:username": ("ann",)},
)


def policy(*statements: dict[str, Any]) -> Policy:
    return read_policy({"Version": "2012-10-17", "Statement": list(statements)}, "ann/inline")


def statement(**elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"} | elements


REFUSED = decide(REQUEST, PrincipalPolicies())


def test_a_record_says_what_each_statement_lacked() -> None:
    made = policy(
        statement(Sid="Lists", Action=["s3:ListBucket", "s3:List*"]),
        statement(Sid="Other", Resource="arn:aws:s3:::other/*"),
        statement(Sid="Home", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
    )
    record = decision_record(decide(REQUEST, PrincipalPolicies((made,), policy())))
    details = {one["statement"]: one["details"] for one in record["statements"]}
    assert details["Lists"]["wanted"] == ["s3:ListBucket", "s3:List*"]
    assert details["Other"]["element"] == "Resource"
    assert details["Other"]["found"] == ["arn:aws:s3:::reports/q1"]
    assert (details["Home"]["operator"], details["Home"]["key"]) == ("IpAddress", "aws:SourceIp")
    # of the request's keys only those that a statement looked at
    assert record["context"] == {"aws:SourceIp": ["127.0.0.1"]}
    assert [one["policy_type"] for one in record["policies"]] == [
        "identity-based policy",
        "permissions boundary",
    ]
    json.dumps(record)


@pytest.mark.slow
def test_of_many_statements_the_nearest_are_kept() -> None:
    far = [statement(Action=f"sqs:Action{number}") for number in range(3 * MOST_STATEMENTS)]
    near = statement(Sid="Near", Resource="arn:aws:s3:::other/*")
    many = statement(Sid="Many", Action=[f"sns:{'x' * 9999}{number}" for number in range(999)])
    record = decision_record(decide(REQUEST, PrincipalPolicies((policy(*far, many, near),))))
    assert len(record["statements"]) == MOST_STATEMENTS
    assert record["statements"][-1]["statement"] == "Near"
    assert record["statements_left_out"] == 2 * MOST_STATEMENTS + 2
    assert len(json.dumps(record)) < 100_000


def test_the_newest_denial_comes_first_and_can_be_asked_for() -> None:
    denials = Denials(Journal(FakeClock()))
    denials.tell(API, "one", REFUSED)
    denials.tell(API, "two", REFUSED, cause_id="invocation")
    assert [entry.request_id for entry in denials.newest_first()] == ["two", "one"]
    assert [entry.request_id for entry in denials.newest_first("one")] == ["one"]
    assert [entry.request_id for entry in denials.newest_first("invocation")] == ["two"]
    denials.forget()
    assert not list(denials.newest_first())


def test_old_denials_lose_their_statements_and_keep_their_facts() -> None:
    journal = Journal(FakeClock())
    denials = Denials(journal, retained=2)
    decision = decide(REQUEST, PrincipalPolicies((policy(statement(Action="sqs:*")),)))
    for number in range(3):
        denials.tell(API, str(number), decision)
    oldest, *others = [entry.data["decision"] for entry in journal.entries(kind=API)]
    assert (oldest["statements"], oldest["statements_left_out"]) == ([], 1)
    assert oldest["action"] == "s3:GetObject"
    assert all(len(one["statements"]) == 1 for one in others)


def test_what_a_poller_is_refused_again_and_again_is_told_once_a_minute() -> None:
    clock = FakeClock()
    denials = Denials(Journal(clock))
    for _ in range(5):
        denials.tell_once(SERVICE, "", REFUSED)
    assert len(list(denials.newest_first())) == 1
    denials.tell_once(SERVICE, "a-request", REFUSED)
    assert len(list(denials.newest_first("a-request"))) == 1
    asyncio.run(clock.advance(REPEATED_AFTER_S + 1))
    denials.tell_once(SERVICE, "", REFUSED)
    assert len(list(denials.newest_first())) == 3
