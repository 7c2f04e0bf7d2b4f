"""A role's own policies, attached and inline, are read as one list of statements."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from typing import Any, cast

from lab_helpers.grading.role_policies import LOG_ACTIONS, actions_not_allowed, role_statements

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
PUT_LOGS = {"Effect": "Allow", "Action": ["logs:PutLogEvents"], "Resource": "*"}


class Iam:
    """An IAM client with one role: an attached policy of one statement, an inline one of another.

    Documents come as IAM returns them: the one as a dict, the other URL-encoded.
    """

    def get_paginator(self, operation: str) -> Any:
        pages: dict[str, dict[str, Any]] = {
            "list_attached_role_policies": {"AttachedPolicies": [{"PolicyArn": "arn:p"}]},
            "list_role_policies": {"PolicyNames": ["own"]},
        }

        class Paginator:
            def paginate(self, *, RoleName: str) -> Iterator[dict[str, Any]]:
                assert RoleName == "role"
                yield pages[operation]

        return Paginator()

    def get_policy(self, *, PolicyArn: str) -> dict[str, Any]:
        return {"Policy": {"DefaultVersionId": "v2"}}

    def get_policy_version(self, *, PolicyArn: str, VersionId: str) -> dict[str, Any]:
        assert (PolicyArn, VersionId) == ("arn:p", "v2")
        return {"PolicyVersion": {"Document": {"Statement": [READ]}}}

    def get_role_policy(self, *, RoleName: str, PolicyName: str) -> dict[str, Any]:
        return {"PolicyDocument": urllib.parse.quote(json.dumps({"Statement": PUT_LOGS}))}


def test_statements_of_attached_and_inline_policies_are_found() -> None:
    assert role_statements(cast(Any, Iam()), "role") == [READ, PUT_LOGS]


def test_what_is_missing_for_a_log_is_named() -> None:
    missing = actions_not_allowed([READ, PUT_LOGS], LOG_ACTIONS)
    assert missing == ["logs:CreateLogGroup", "logs:CreateLogStream"]


def test_wildcards_allow_and_denials_do_not() -> None:
    everything = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    assert actions_not_allowed([everything], LOG_ACTIONS) == []
    assert actions_not_allowed([{**everything, "Effect": "Deny"}], LOG_ACTIONS) == [*LOG_ACTIONS]
