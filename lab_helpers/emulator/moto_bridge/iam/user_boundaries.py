"""Permissions boundaries of users, which moto's IAM does not know; those of roles it does.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPermissionsBoundary.html
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import EmptyResult
from moto.core.serialize import never_return, return_if_not_empty
from moto.iam.exceptions import NotFoundException
from moto.iam.models import User
from moto.iam.responses import IamResponse

_create_user = IamResponse.create_user


def install() -> None:
    """Teach moto's IAM the two operations, CreateUser's member and GetUser's answer."""
    User.permissions_boundary_arn = None
    User.permissions_boundary = property(_as_answered)
    IamResponse.create_user = _create_with_boundary
    IamResponse.put_user_permissions_boundary = _put
    IamResponse.delete_user_permissions_boundary = _delete
    IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER |= {
        "CreateUserResponse.User.PermissionsBoundary": return_if_not_empty,
        "GetUserResponse.User.PermissionsBoundary": return_if_not_empty,
        "ListUsersResponse.Users.User.PermissionsBoundary": never_return,
    }


def _as_answered(user: Any) -> dict[str, str] | None:
    if not user.permissions_boundary_arn:
        return None
    return {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": user.permissions_boundary_arn,
    }


def _create_with_boundary(response: Any) -> Any:
    boundary = _boundary(response)
    answer = _create_user(response)
    response.backend.get_user(response._get_param("UserName")).permissions_boundary_arn = boundary
    return answer


def _put(response: Any) -> EmptyResult:
    user = response.backend.get_user(response._get_param("UserName"))
    user.permissions_boundary_arn = _boundary(response)
    return EmptyResult()


def _delete(response: Any) -> EmptyResult:
    user = response.backend.get_user(response._get_param("UserName"))
    if not user.permissions_boundary_arn:
        raise NotFoundException(f"The user with name {user.name} has no permissions boundary.")
    user.permissions_boundary_arn = None
    return EmptyResult()


def _boundary(response: Any) -> str | None:
    """The managed policy that a request names; None where it names none."""
    arn: str | None = response._get_param("PermissionsBoundary")
    if arn and arn not in response.backend.managed_policies:
        raise NotFoundException(f"Scope ARN: {arn} does not exist or is not attachable.")
    return arn or None
