"""AWS's policy evaluation logic, case by case as its page tells it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.access.access_request import (
    AccessRequest,
    Principal,
    PrincipalPolicies,
)
from lab_helpers.emulator.access.evaluation import Decision, decide
from lab_helpers.emulator.access.policy_document import Policy, read_policy

LOGIC = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
    "reference_policies_evaluation-logic_policy-eval-denyallow.html"
)
PRINCIPALS = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html"
)
ACCOUNT = "123456789012"
USER = Principal(
    f"arn:aws:iam::{ACCOUNT}:user/ann", ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/ann", "AIDAANN"
)
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/service/exec"
SESSION = Principal(
    f"arn:aws:sts::{ACCOUNT}:assumed-role/exec/fn", ACCOUNT, ROLE_ARN, "AROAEXEC:fn"
)
QUEUE = f"arn:aws:sqs:us-east-1:{ACCOUNT}:orders"
OTHERS_QUEUE = "arn:aws:sqs:us-east-1:999999999999:orders"


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "sqs:SendMessage", "Resource": "*"} | elements


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> Policy:
    return read_policy({"Version": version, "Statement": list(statements)}, "p")


ALLOW = policy(statement())
DENY = policy(statement("Deny"))
NOTHING = policy(statement(Action="s3:*"))


def asked(principal: Principal = USER, resource: str = QUEUE, **more: Any) -> AccessRequest:
    return AccessRequest(principal, "sqs:SendMessage", resource, **more)


def naming(*names: str, effect: str = "Allow") -> Policy:
    return policy(statement(effect, Principal={"AWS": list(names)}))


def reason(decision: Decision) -> str:
    if decision.allowed:
        return "allowed"
    return f"{'deny in' if decision.explicit else 'no'} {decision.decided_by}"


@pytest.mark.fidelity("Without an Allow the answer is no", page=LOGIC)
def test_nothing_is_allowed_by_itself() -> None:
    assert reason(decide(asked(), PrincipalPolicies())) == "no identity-based policy"
    assert reason(decide(asked(), PrincipalPolicies((NOTHING,)))) == "no identity-based policy"


@pytest.mark.fidelity(
    "In one account an identity-based or a resource-based policy is enough", page=LOGIC
)
def test_one_side_is_enough_within_an_account() -> None:
    assert decide(asked(), PrincipalPolicies((NOTHING, ALLOW))).allowed
    assert decide(asked(), PrincipalPolicies(), naming(USER.arn)).allowed


@pytest.mark.fidelity("Between accounts both sides have to allow", page=LOGIC)
def test_both_sides_are_needed_across_accounts() -> None:
    there = asked(resource=OTHERS_QUEUE)
    theirs = naming(f"arn:aws:iam::{ACCOUNT}:root")
    assert reason(decide(there, PrincipalPolicies((ALLOW,)))) == "no resource-based policy"
    assert reason(decide(there, PrincipalPolicies(), theirs)) == "no identity-based policy"
    assert decide(there, PrincipalPolicies((ALLOW,)), theirs).allowed
    assert decide(there, PrincipalPolicies((ALLOW,)), naming(USER.arn)).allowed


@pytest.mark.parametrize(
    ("policies", "resource_policy", "expected"),
    [
        (PrincipalPolicies((ALLOW, DENY)), None, "deny in identity-based policy"),
        (PrincipalPolicies((ALLOW,), boundary=DENY), None, "deny in permissions boundary"),
        (PrincipalPolicies((ALLOW,), session=DENY), None, "deny in session policy"),
        (
            PrincipalPolicies((ALLOW,)),
            naming("*", effect="Deny"),
            "deny in resource-based policy",
        ),
    ],
)
@pytest.mark.fidelity("An explicit deny in any policy overrides every Allow", page=LOGIC)
def test_a_deny_wins(
    policies: PrincipalPolicies, resource_policy: Policy | None, expected: str
) -> None:
    assert reason(decide(asked(SESSION), policies, resource_policy)) == expected


@pytest.mark.fidelity("Boundary and session policy limit what identity policies allow", page=LOGIC)
def test_limits_intersect() -> None:
    assert (
        reason(decide(asked(), PrincipalPolicies((ALLOW,), boundary=NOTHING)))
        == "no permissions boundary"
    )
    assert (
        reason(decide(asked(SESSION), PrincipalPolicies((ALLOW,), session=NOTHING)))
        == "no session policy"
    )
    assert decide(asked(SESSION), PrincipalPolicies((ALLOW,), ALLOW, ALLOW)).allowed
    # a limit allows nothing by itself
    assert not decide(asked(SESSION), PrincipalPolicies((), ALLOW, ALLOW)).allowed


@pytest.mark.fidelity(
    "A boundary's implicit deny does not limit a resource-based policy that names the user or the "
    "session; one that names the role it limits",
    page=PRINCIPALS,
)
def test_who_is_named_decides_what_a_boundary_limits() -> None:
    bounded = PrincipalPolicies((), boundary=NOTHING)
    assert decide(asked(USER), bounded, naming(USER.arn)).allowed
    assert decide(asked(SESSION), bounded, naming(SESSION.arn)).allowed
    by_role = decide(asked(SESSION), bounded, naming(ROLE_ARN))
    assert reason(by_role) == "no permissions boundary"
    assert decide(asked(SESSION), PrincipalPolicies(), naming(ROLE_ARN)).allowed


@pytest.mark.fidelity(
    "Naming the account leaves it to its identity-based policies", page=PRINCIPALS
)
@pytest.mark.parametrize("name", [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"])
def test_an_account_principal_delegates(name: str) -> None:
    assert not decide(asked(), PrincipalPolicies(), naming(name)).allowed
    assert decide(asked(), PrincipalPolicies((ALLOW,)), naming(name)).allowed
    assert not decide(asked(), PrincipalPolicies((ALLOW,)), naming(name, effect="Deny")).allowed


@pytest.mark.fidelity(
    "Trust policies and key policies have to allow, whatever identity policies say", page=LOGIC
)
def test_a_resource_that_must_trust_its_caller() -> None:
    trusting = asked(trusted_by_resource=True)
    assert reason(decide(trusting, PrincipalPolicies((ALLOW,)))) == "no resource-based policy"
    assert decide(trusting, PrincipalPolicies(), naming(USER.arn)).allowed
    root = naming(f"arn:aws:iam::{ACCOUNT}:root")
    assert decide(trusting, PrincipalPolicies((ALLOW,)), root).allowed
    assert reason(decide(trusting, PrincipalPolicies(), root)) == "no identity-based policy"


def test_a_service_needs_the_resources_policy() -> None:
    s3 = Principal.service("s3.amazonaws.com", ACCOUNT)
    service = policy(statement(Principal={"Service": "s3.amazonaws.com"}))
    assert decide(asked(s3), PrincipalPolicies(), service).allowed
    assert reason(decide(asked(s3), PrincipalPolicies())) == "no resource-based policy"
    other = policy(statement(Principal={"Service": "sns.amazonaws.com"}))
    assert not decide(asked(s3), PrincipalPolicies(), other).allowed


def test_unique_ids_and_everyone_name_the_caller() -> None:
    for name in ("*", USER.unique_id):
        assert decide(asked(), PrincipalPolicies(), naming(name)).allowed
    assert decide(asked(), PrincipalPolicies(), policy(statement(Principal="*"))).allowed


def test_not_principal_spares_whom_it_names() -> None:
    sparing = policy(statement("Deny", NotPrincipal={"AWS": USER.arn}))
    assert decide(asked(USER), PrincipalPolicies((ALLOW,)), sparing).allowed
    assert not decide(asked(SESSION), PrincipalPolicies((ALLOW,)), sparing).allowed


@pytest.mark.fidelity(
    "A Deny with NotPrincipal spares whom it names, not all who are in an account it names",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
    difference="That the account must be named beside a user, as AWS advises, is not asked",
)
def test_not_principal_spares_nobody_for_their_account() -> None:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    sparing = policy(statement("Deny", NotPrincipal={"AWS": [USER.arn, root]}))
    assert decide(asked(USER), PrincipalPolicies((ALLOW,)), sparing).allowed
    assert not decide(asked(SESSION), PrincipalPolicies((ALLOW,)), sparing).allowed


@pytest.mark.fidelity(
    "A Deny with NotPrincipal denies everyone who has a permissions boundary",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
)
def test_not_principal_denies_everyone_who_has_a_boundary() -> None:
    sparing = policy(statement("Deny", NotPrincipal={"AWS": USER.arn}))
    bounded = PrincipalPolicies((ALLOW,), boundary=ALLOW)
    assert not decide(asked(USER), bounded, sparing).allowed


@pytest.mark.parametrize(
    ("elements", "matches"),
    [
        ({"Action": "sqs:sendmessage"}, True),
        ({"Action": "sqs:Send*"}, True),
        ({"Action": "sqs:SendMessag?"}, True),
        ({"Action": ["s3:*", "*"]}, True),
        ({"Action": "sqs:SendMessageBatch"}, False),
        ({"Action": None, "NotAction": "iam:*"}, True),
        ({"Action": None, "NotAction": "sqs:*"}, False),
        ({"Resource": QUEUE}, True),
        ({"Resource": QUEUE.upper()}, False),
        ({"Resource": "arn:aws:sqs:*:*:ord*"}, True),
        ({"Resource": "arn:aws:sqs:us-east-1:123456789012:order"}, False),
        ({"Resource": None, "NotResource": "arn:aws:s3:::*"}, True),
        ({"Resource": None, "NotResource": [QUEUE]}, False),
        ({"Resource": "arn:aws:sqs:*:${aws:PrincipalAccount}:*"}, True),
        ({"Resource": "arn:aws:sqs:*:*:${aws:username}"}, False),
        ({"Resource": "arn:aws:sqs:*:*:${aws:PrincipalTag/q, 'orders'}"}, True),
        ({"Resource": "arn:aws:sqs:*:*:${nosuch:key}"}, False),
        ({"Resource": None, "NotResource": "arn:aws:sqs:*:*:${nosuch:key}"}, False),
        ({"Resource": None, "NotResource": "arn:aws:sqs:*:*:${aws:username}"}, True),
    ],
)
@pytest.mark.fidelity(
    "Actions match without case, resources with it; wildcards and policy variables in both",
    page=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html"
    ),
)
def test_action_and_resource(elements: dict[str, Any], matches: bool) -> None:
    made = {name: value for name, value in statement(**elements).items() if value is not None}
    context = {"aws:principalaccount": (ACCOUNT,), "aws:username": ("ann",)}
    found = decide(asked(context=context), PrincipalPolicies((policy(made),)))
    assert found.allowed is matches


def test_old_policies_have_no_variables() -> None:
    named = f"arn:aws:sqs:us-east-1:{ACCOUNT}:${{aws:username}}"
    made = policy(statement(Resource=named), version="2008-10-17")
    context = {"aws:username": ("orders",)}
    assert not decide(asked(context=context), PrincipalPolicies((made,))).allowed


def test_a_variables_value_is_no_pattern() -> None:
    made = policy(statement(Resource=f"arn:aws:sqs:us-east-1:{ACCOUNT}:${{aws:username}}"))
    context = {"aws:username": ("*",)}
    assert not decide(asked(context=context), PrincipalPolicies((made,))).allowed


def test_a_decision_tells_every_look() -> None:
    conditional = statement(
        Sid="OnlyFromHome", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    )
    made = policy(statement(Sid="Buckets", Action="s3:*"), conditional)
    decision = decide(asked(context={"aws:sourceip": ("127.0.0.1",)}), PrincipalPolicies((made,)))
    told = {look.statement: str(look.mismatch) for look in decision.looks}
    assert told == {
        "Buckets": "Action does not match",
        "OnlyFromHome": ("Condition IpAddress wants 10.0.0.0/8: aws:SourceIp is 127.0.0.1"),
    }


POLICIES = st.sampled_from([ALLOW, DENY, NOTHING])
LISTS = st.lists(POLICIES, max_size=3).map(tuple)
RESOURCE_POLICIES = st.sampled_from(
    [
        None,
        *(
            naming(name, effect=effect)
            for name in ("*", ROLE_ARN, ACCOUNT, SESSION.arn)
            for effect in ("Allow", "Deny")
        ),
    ]
)


@given(LISTS, st.none() | POLICIES, st.none() | POLICIES, RESOURCE_POLICIES)
def test_more_denies_and_more_limits_never_allow_more(
    identity: tuple[Policy, ...],
    boundary: Policy | None,
    session: Policy | None,
    resource_policy: Policy | None,
) -> None:
    request = asked(SESSION)
    free = decide(request, PrincipalPolicies(identity), resource_policy)
    limited = decide(request, PrincipalPolicies(identity, boundary, session), resource_policy)
    denied = decide(request, PrincipalPolicies((*identity, DENY), boundary), resource_policy)
    assert free.allowed or not limited.allowed
    assert not denied.allowed
    assert denied.explicit


@given(LISTS, st.none() | POLICIES, RESOURCE_POLICIES)
def test_the_order_of_policies_decides_nothing(
    identity: tuple[Policy, ...], boundary: Policy | None, resource_policy: Policy | None
) -> None:
    request = asked(SESSION)
    one = decide(request, PrincipalPolicies(identity, boundary), resource_policy)
    other = decide(request, PrincipalPolicies(identity[::-1], boundary), resource_policy)
    assert (one.allowed, one.explicit) == (other.allowed, other.explicit)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "Statement",
                        "Effect",
                        "Action",
                        "Resource",
                        "Principal",
                        "Condition",
                        "StringEquals",
                        "Allow",
                        "AWS",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_a_document_says_it_is_read(document: Any) -> None:
    read = read_policy(document if isinstance(document, dict) else {"Statement": document})
    decide(asked(), PrincipalPolicies((read,)), read)
