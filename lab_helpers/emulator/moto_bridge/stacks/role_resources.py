"""AWS::IAM::Role and AWS::IAM::Policy: moto leaves out what a role's policies are attached by.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
"""

from __future__ import annotations

from typing import Any

from lab_helpers.emulator.moto_bridge.stacks.lambda_function import shortened
from lab_helpers.emulator.moto_bridge.stacks.policy_resources import as_text
from lab_helpers.emulator.moto_bridge.stacks.resource import StackResource

_HOLDERS = (("Roles", "Role"), ("Users", "User"), ("Groups", "Group"))


class StackRole(StackResource):
    type_name = "AWS::IAM::Role"
    known = frozenset(
        {
            *("AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "Path", "Policies"),
            *("MaxSessionDuration", "PermissionsBoundary", "RoleName", "Tags"),
        }
    )
    has = frozenset({"Arn", "RoleId"})
    replaced_by = frozenset({"Path", "RoleName"})

    @staticmethod
    def cloudformation_name_type() -> str:
        return "RoleName"

    def make(self) -> None:
        trust = as_text(self.properties["AssumeRolePolicyDocument"])
        name = self.properties.get("RoleName") or shortened(self.name)
        asked = self.parameters("iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=trust)
        made = self.api.call("iam", "CreateRole", **asked)["Role"]
        self.physical_resource_id = str(made["RoleName"])
        self.attributes = {"Arn": made["Arn"], "RoleId": made["RoleId"]}
        self._give({})

    def change(self, before: dict[str, Any]) -> None:
        trust = "AssumeRolePolicyDocument"
        if self.properties[trust] != before.get(trust):
            self._call("UpdateAssumeRolePolicy", PolicyDocument=as_text(self.properties[trust]))
        described = self.parameters("iam", "UpdateRole", RoleName=self.physical_resource_id)
        self.api.call("iam", "UpdateRole", **described)
        self._give(before)

    def remove(self) -> None:
        self._take(set(_arns(self.properties)), set(_inline(self.properties)))
        self._call("DeleteRole")

    def _give(self, before: dict[str, Any]) -> None:
        """Attach and write what the template has, take away what it had."""
        for arn in _arns(self.properties):
            self._call("AttachRolePolicy", PolicyArn=arn)
        for name, document in _inline(self.properties).items():
            self._call("PutRolePolicy", PolicyName=name, PolicyDocument=as_text(document))
        gone = set(_inline(before)) - set(_inline(self.properties))
        self._take(set(_arns(before)) - set(_arns(self.properties)), gone)

    def _take(self, arns: set[str], names: set[str]) -> None:
        for arn in sorted(arns):
            self._call("DetachRolePolicy", PolicyArn=arn)
        for name in sorted(names):
            self._call("DeleteRolePolicy", PolicyName=name)

    def _call(self, operation: str, **parameters: Any) -> None:
        self.api.call("iam", operation, RoleName=self.physical_resource_id, **parameters)


class StackPolicy(StackResource):
    """An inline policy of whom it names."""

    type_name = "AWS::IAM::Policy"
    known = frozenset({"Groups", "PolicyDocument", "PolicyName", "Roles", "Users"})
    replaced_by = frozenset({"Groups", "PolicyName", "Roles", "Users"})

    def make(self) -> None:
        document = as_text(self.properties["PolicyDocument"])
        self._call("Put{}Policy", PolicyDocument=document)

    def change(self, before: dict[str, Any]) -> None:
        self.make()

    def remove(self) -> None:
        self._call("Delete{}Policy")

    def _call(self, operation: str, **parameters: Any) -> None:
        policy = self.properties["PolicyName"]
        for listed, kind in _HOLDERS:
            for name in self.properties.get(listed, ()):
                whose = {f"{kind}Name": name, "PolicyName": policy}
                self.api.call("iam", operation.format(kind), **whose, **parameters)


def _arns(properties: dict[str, Any]) -> list[str]:
    return list(properties.get("ManagedPolicyArns", ()))


def _inline(properties: dict[str, Any]) -> dict[str, Any]:
    return {one["PolicyName"]: one["PolicyDocument"] for one in properties.get("Policies", ())}


ROLE_RESOURCES: tuple[type[StackResource], ...] = (StackRole, StackPolicy)
