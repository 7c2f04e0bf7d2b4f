"""Policies are asked for again once something may have changed them, and not before."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lab_helpers.emulator.access.access_request import Principal, PrincipalPolicies
from lab_helpers.emulator.access.principals import Caller, KeyOwner
from lab_helpers.emulator.moto_bridge.iam.remembered_policies import (
    POLICY_CHANGES,
    REMEMBERED_CALLERS,
    RememberedPolicies,
)


class Asked:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def principal(self, caller: Caller | KeyOwner) -> Principal:
        self.times += 1
        return Principal(caller.arn, "123456789012")

    def of_caller(self, caller: Caller | KeyOwner, access_key_id: str) -> PrincipalPolicies:
        self.times += 1
        return PrincipalPolicies()

    def tags(self, caller: Caller | KeyOwner) -> Mapping[str, str]:
        self.times += 1
        return {}


def user(name: str) -> KeyOwner:
    return KeyOwner(f"arn:aws:iam::123456789012:user/{name}", "AIDA", "secret")


def ask(policies: RememberedPolicies, name: str = "learner") -> None:
    policies.principal(user(name))
    policies.of_caller(user(name), "AKIA")
    policies.tags(user(name))


def test_the_same_caller_is_looked_up_once() -> None:
    asked = Asked()
    policies = RememberedPolicies(asked)
    ask(policies)
    ask(policies)
    assert asked.times == 3
    ask(policies, "other")
    assert asked.times == 6


@pytest.mark.parametrize(
    ("module", "operation"),
    [("iam", "PutRolePolicy"), ("sqs", "SetQueueAttributes"), ("cloudformation", ""), ("", "")],
)
def test_after_a_change_the_caller_is_looked_up_again(module: str, operation: str) -> None:
    asked = Asked()
    policies = RememberedPolicies(asked)
    ask(policies)
    POLICY_CHANGES.note(module, operation)
    ask(policies)
    assert asked.times == 6


@pytest.mark.parametrize(
    ("module", "operation"), [("s3", "PutObject"), ("sqs", "SendMessage"), ("dynamodb", "PutItem")]
)
def test_an_object_or_a_message_changes_nobodys_policies(module: str, operation: str) -> None:
    asked = Asked()
    policies = RememberedPolicies(asked)
    ask(policies)
    POLICY_CHANGES.note(module, operation)
    ask(policies)
    assert asked.times == 3


def test_two_sessions_of_one_role_are_two_callers() -> None:
    asked = Asked()
    policies = RememberedPolicies(asked)
    policies.of_caller(user("role"), "ASIA1")
    policies.of_caller(user("role"), "ASIA2")
    assert asked.times == 2


def test_memory_is_bounded() -> None:
    asked = Asked()
    policies = RememberedPolicies(asked)
    for number in range(2 * REMEMBERED_CALLERS + 1):
        policies.tags(user(str(number)))
    assert len(policies._tags) <= REMEMBERED_CALLERS
