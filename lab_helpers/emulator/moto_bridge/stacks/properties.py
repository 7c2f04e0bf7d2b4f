"""A resource's properties as a service's API takes them.

CloudFormation lets a template write numbers and booleans as text, and refuses what a resource does
not have: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
"""

from __future__ import annotations

from typing import Any

from lab_helpers.emulator.moto_bridge.stacks.api_calls import input_shape

TAGS = "Tags"


class PropertiesError(Exception):
    """A resource has a property that its type does not know."""


def refuse_unknown(logical_id: str, properties: dict[str, Any], known: frozenset[str]) -> None:
    """Raises PropertiesError, worded as CloudFormation does."""
    unknown = sorted(set(properties) - known)
    if unknown:
        raise PropertiesError(
            f"Properties validation failed for resource {logical_id} with message: "
            + ", ".join(f"#: extraneous key [{name}] is not permitted" for name in unknown)
        )


def as_parameters(service: str, operation: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Those of ``properties`` that the operation has, converted to its types."""
    members = input_shape(service, operation).members
    return {
        name: converted(value, members[name])
        for name, value in properties.items()
        if name in members and value is not None
    }


def converted(value: Any, shape: Any) -> Any:
    """``value`` as the shape wants it; tags become a map where a map is wanted."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        return {
            name: converted(one, shape.members[name])
            for name, one in value.items()
            if name in shape.members and one is not None
        }
    if kind == "map" and isinstance(value, list):
        value = {one["Key"]: one["Value"] for one in value}
    if kind == "map" and isinstance(value, dict):
        return {str(name): converted(one, shape.value) for name, one in value.items()}
    if kind == "list" and isinstance(value, list):
        return [converted(one, shape.member) for one in value if one is not None]
    return _scalar(value, kind)


def _scalar(value: Any, kind: str) -> Any:
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    if kind in ("integer", "long") and not isinstance(value, bool):
        return int(value)
    if kind in ("float", "double"):
        return float(value)
    if kind == "string" and not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value
