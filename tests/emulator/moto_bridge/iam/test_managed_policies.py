"""AWS's managed policies are there for whoever asks, and none is made before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import cloudpickle
import pytest
from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from moto.moto_api._internal import mock_random

from lab_helpers.emulator.moto_bridge.iam import identities  # noqa: F401  # installs them
from lab_helpers.emulator.moto_bridge.iam.managed_policies import ManagedPolicies
from lab_helpers.emulator.moto_bridge.iam.policy_texts import policy_texts
from lab_helpers.emulator.moto_bridge.services import forget_everything

ACCOUNT = "123456789012"
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
DOCUMENT = json.dumps({"Version": "2012-10-17", "Statement": STATEMENT})


@pytest.fixture
def iam() -> Iterator[Any]:
    forget_everything()
    yield iam_backends[ACCOUNT]["aws"]
    forget_everything()


def _made(policies: Any) -> list[str]:
    return list(dict.keys(policies))


def test_one_is_made_when_its_arn_is_looked_up(iam: Any) -> None:
    assert _made(iam.managed_policies) == []
    policy = iam.get_policy(BASIC)
    assert _made(iam.managed_policies) == [BASIC]
    texts = json.loads(policy_texts())["AWSLambdaBasicExecutionRole"]
    assert json.loads(policy.versions[0].document) == texts["Document"]
    assert (policy.path, policy.default_version_id) == ("/service-role/", texts["DefaultVersionId"])
    assert iam.get_policy(BASIC) is policy


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/NoSuchPolicy",
        "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",  # its path is missing
        f"arn:aws:iam::{ACCOUNT}:policy/AdministratorAccess",
    ],
)
def test_there_is_none_under_another_arn(iam: Any, arn: str) -> None:
    assert arn not in iam.managed_policies
    assert iam.managed_policies.get(arn) is None
    with pytest.raises(NotFoundException):
        iam.get_policy(arn)


def test_attaching_and_detaching_look_one_up(iam: Any) -> None:
    iam.create_user("aws", "maria")
    iam.attach_user_policy(BASIC, "maria")
    assert _made(iam.managed_policies) == [BASIC]
    assert iam.get_policy(BASIC).attachment_count == 1
    iam.detach_user_policy(BASIC, "maria")
    assert iam.get_policy(BASIC).attachment_count == 0
    with pytest.raises(NotFoundException):
        iam.attach_user_policy("arn:aws:iam::aws:policy/NoSuchPolicy", "maria")
    with pytest.raises(NotFoundException):
        iam.detach_user_policy(BASIC, "maria")


def test_listing_shows_all_of_them_then_the_accounts_own(iam: Any) -> None:
    own = iam.create_policy("", "/", DOCUMENT, "mine", [])
    first = iam.get_policy(BASIC)
    names = [policy.name for policy in iam.managed_policies.values()]
    assert names == [*json.loads(policy_texts()), "mine"]
    assert iam.managed_policies[BASIC] is first
    assert iam.managed_policies[own.arn] is own
    assert len(iam.aws_managed_policies) == len(names) - 1


def test_making_one_draws_no_random_number(iam: Any) -> None:
    mock_random.seed(1)
    expected = mock_random.random()
    mock_random.seed(1)
    iam.get_policy(BASIC)
    assert mock_random.random() == expected
    again = ManagedPolicies(ACCOUNT, "aws")
    assert again[BASIC].id == iam.get_policy(BASIC).id


def test_a_snapshot_holds_those_that_were_made(iam: Any) -> None:
    iam.create_policy("", "/", DOCUMENT, "mine", [])
    iam.get_policy(BASIC)
    content = cloudpickle.dumps(iam.managed_policies)
    assert len(content) < 10_000
    back = cloudpickle.loads(content)
    assert sorted(_made(back)) == sorted(_made(iam.managed_policies))
    assert "arn:aws:iam::aws:policy/AdministratorAccess" in back


def test_one_is_attached_by_names_too_as_a_stack_does(iam: Any) -> None:
    iam.create_group("g")
    iam.attach_group_policy(policy_arn=BASIC, group_name="g")
    assert [*iam.get_group("g").managed_policies] == [BASIC]
    iam.detach_group_policy(BASIC, group_name="g")
    assert not iam.get_group("g").managed_policies
