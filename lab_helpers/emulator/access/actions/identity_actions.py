"""IAM and STS.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
"""

from __future__ import annotations

from lab_helpers.emulator.access.actions.asked import ApiRequest, Asked, present

NEEDS_NO_PERMISSION = frozenset({"GetCallerIdentity", "GetSessionToken"})
"""STS answers them whatever policies say."""

_KINDS = (
    # the first part that an operation's name contains says whom it is about
    ("ForUser", "user"),
    ("ForRole", "role"),
    ("ForPolicy", ""),
    ("InstanceProfile", "instance-profile"),
    ("PolicyVersion", ""),
    ("Role", "role"),
    ("Group", "group"),
    ("User", "user"),
    ("AccessKey", "user"),
    ("LoginProfile", "user"),
)
_MEMBERS = {
    "role": "RoleName",
    "group": "GroupName",
    "instance-profile": "InstanceProfileName",
    "user": "UserName",
}
_LISTS = frozenset(
    {
        "ListUsers",
        "ListRoles",
        "ListGroups",
        "ListPolicies",
        "ListInstanceProfiles",
        "GetAccountAuthorizationDetails",
        "GetAccountSummary",
        "SimulateCustomPolicy",
    }
)
_LOOK_AT_THE_BOUNDARY = frozenset(
    f"{verb}{kind}{what}"
    for kind in ("Role", "User")
    for verb, what in (
        ("Attach", "Policy"),
        ("Detach", "Policy"),
        ("Put", "Policy"),
        ("Delete", "Policy"),
        ("Delete", "PermissionsBoundary"),
    )
)
"""They can be allowed for users or roles that have a certain boundary."""
_MEANS_THE_CALLER = frozenset(
    {"GetUser", "ListAccessKeys", "CreateAccessKey", "DeleteAccessKey", "UpdateAccessKey"}
)
"""Without a UserName."""


def iam_actions(call: ApiRequest) -> tuple[Asked, ...]:
    action = f"iam:{call.operation}"
    if call.operation in _LISTS:
        return (Asked(action),)
    context = present(
        {
            "iam:policyarn": call.text("PolicyArn"),
            "iam:permissionsboundary": call.text("PermissionsBoundary") or _present_boundary(call),
        }
    )
    return (Asked(action, _resource(call), context=context),)


def _present_boundary(call: ApiRequest) -> str:
    if call.operation not in _LOOK_AT_THE_BOUNDARY:
        return ""
    kind = "role" if "Role" in call.operation else "user"
    return call.names.boundary_arn(kind, call.text(_MEMBERS[kind])) or ""


def _resource(call: ApiRequest) -> str:
    if call.operation == "SimulatePrincipalPolicy":
        return call.text("PolicySourceArn") or "*"
    kind = next((kind for part, kind in _KINDS if part in call.operation), "")
    member = _MEMBERS.get(kind, "")
    name = call.text(member) if member else ""
    if name:
        path = (call.text("Path") or "/") if call.operation.startswith("Create") else "/"
        known = call.names.iam_arn(kind, name)
        return known or call.arn(f"{kind}{path}{name}", "iam", regional=False)
    if call.operation == "CreatePolicy":
        path = call.text("Path") or "/"
        return call.arn(f"policy{path}{call.text('PolicyName')}", "iam", regional=False)
    if call.operation in _MEANS_THE_CALLER:
        return call.caller.identity_arn
    return call.text("PolicyArn") or "*"


def sts_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """The role's trust policy has to trust who assumes it."""
    if call.operation in NEEDS_NO_PERMISSION:
        return ()
    if not call.operation.startswith("AssumeRole"):
        return (Asked(f"sts:{call.operation}"),)
    context = present(
        {
            "sts:externalid": call.text("ExternalId"),
            "sts:rolesessionname": call.text("RoleSessionName"),
        }
    )
    role = call.text("RoleArn")
    return (Asked(f"sts:{call.operation}", role or "*", context=context, trusted_by_resource=True),)
