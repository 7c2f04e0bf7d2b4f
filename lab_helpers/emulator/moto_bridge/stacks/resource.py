"""What moto asks of a stack's resource, answered by calls of a service's API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from moto.core.common_models import CloudFormationModel

from lab_helpers.emulator.moto_bridge.stacks.api_calls import ApiRefusalError, StackApi
from lab_helpers.emulator.moto_bridge.stacks.properties import as_parameters, refuse_unknown

_GONE = frozenset({"ResourceNotFoundException", "NotFound", "NoSuchBucketPolicy"})

_apis: list[Callable[[str], StackApi]] = []
"""Region → the API, of the cloud that this process runs."""


def use_api(api_of: Callable[[str], StackApi]) -> None:
    _apis[:] = [api_of]


def api_for(region: str) -> StackApi:
    return _apis[0](region)


class StackResource(CloudFormationModel):  # type: ignore[misc]  # moto is untyped here
    """One resource of a stack. Subclasses say how it is made, changed and removed.

    Attributes:
        physical_resource_id: what ``Ref`` gives.
        attributes: what ``Fn::GetAtt`` gives, by name.
        properties: as the template had them when the resource was made or changed.
        tried: those of a change that failed, perhaps half-way.
    """

    type_name: ClassVar[str]
    known: ClassVar[frozenset[str]]
    has: ClassVar[frozenset[str]] = frozenset()
    """Names of ``Fn::GetAtt``."""
    replaced_by: ClassVar[frozenset[str]] = frozenset()
    """A change of one of these properties makes a new resource in place of the old."""

    def __init__(self, name: str, region: str, properties: dict[str, Any]) -> None:
        self.name = name
        self.region = region
        self.properties = properties
        self.tried: dict[str, Any] | None = None
        self.physical_resource_id = name
        self.attributes: dict[str, Any] = {}

    @property
    def api(self) -> StackApi:
        return api_for(self.region)

    def parameters(self, service: str, operation: str, **more: Any) -> dict[str, Any]:
        return as_parameters(service, operation, self.properties | more)

    def make(self) -> None:
        """Make it, and set ``physical_resource_id`` and ``attributes``."""
        raise NotImplementedError

    def change(self, before: dict[str, Any]) -> None:
        """Bring it in step with ``properties``, which were ``before``."""
        raise NotImplementedError

    def remove(self) -> None:
        raise NotImplementedError

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in cls.has

    def get_cfn_attribute(self, attribute_name: str) -> Any:
        return self.attributes[attribute_name]

    def is_created(self) -> bool:
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
        **kwargs: Any,
    ) -> StackResource:
        properties = given(cloudformation_json)
        refuse_unknown(str(kwargs.get("LogicalId", resource_name)), properties, cls.known)
        resource = cls(resource_name, region_name, properties)
        resource.make()
        return resource

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: StackResource,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> StackResource:
        properties, before = given(cloudformation_json), original_resource.properties
        logical_id = str(getattr(original_resource, "logical_resource_id", new_resource_name))
        refuse_unknown(logical_id, properties, cls.known)
        if properties == before:  # but perhaps half of a change that failed is to be undone
            before = original_resource.tried or before
        changed = _different(properties, before)
        if changed & cls.replaced_by:
            replacement = cls(new_resource_name, region_name, properties)
            replacement.make()
            original_resource.delete(account_id, region_name)
            return replacement
        if changed:
            original_resource.change_to(properties, before)
        return original_resource

    def change_to(self, properties: dict[str, Any], before: dict[str, Any]) -> None:
        kept, self.properties, self.tried = self.properties, properties, properties
        try:
            self.change(before)
        except Exception:
            self.properties = kept
            raise
        self.tried = None

    def delete(self, account_id: str, region: str) -> None:
        try:
            self.remove()
        except ApiRefusalError as error:
            if error.code not in _GONE:
                raise

    @classmethod
    def delete_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> None:
        """moto comes here where ``delete`` failed for a reason of Python's; nothing is hidden."""
        raise RuntimeError(f"{cls.type_name} {resource_name} could not be removed")


def _different(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {name for name in {*one, *other} if one.get(name) != other.get(name)}


def given(cloudformation_json: dict[str, Any]) -> dict[str, Any]:
    """A resource's properties, without what AWS::NoValue stands for."""
    properties = cloudformation_json.get("Properties") or {}
    return {name: without_nothing(one) for name, one in properties.items() if one is not None}


def without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nothing(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [without_nothing(one) for one in value if one is not None]
    return value
