"""Tags of functions and event source mappings.

https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html
"""

from __future__ import annotations

from collections.abc import Mapping

from lab_helpers.emulator.control_plane.calls import Answer, Call, Operation
from lab_helpers.emulator.control_plane.errors import invalid_parameter, not_found
from lab_helpers.emulator.control_plane.records import Function

MAXIMUM_TAGS = 50


def check_tag_count(tags: Mapping[str, str]) -> None:
    if len(tags) > MAXIMUM_TAGS:
        raise invalid_parameter("Number of tags exceeds resource tag limit.")


def _tagged(call: Call) -> tuple[dict[str, str], Function | None]:
    """The resource's tags, changeable in place, and the function they belong to if it is one."""
    arn: str = call.params["Resource"]
    _, _, _, region, account_id, kind, *rest = arn.split(":")
    here = (region, account_id) == (call.region, call.state.account_id)
    if kind == "function":
        if len(rest) > 1:
            raise invalid_parameter(
                "Tags on function aliases and versions are not supported. Please specify a "
                "function ARN."
            )
        function = call.records.functions.get(rest[0]) if here else None
        if function is None:
            raise not_found(f"Function not found: {arn}")
        return function.tags, function
    if kind == "event-source-mapping":
        mapping = call.records.event_source_mappings.get(rest[0]) if here else None
        if mapping is None:
            raise not_found(f"Event source mapping not found: {arn}")
        return mapping.tags, None
    raise not_found(f"{kind.replace('-', ' ').capitalize()} not found: {arn}")


def tag_resource(call: Call) -> Answer:
    given = call.params["Tags"]
    tags, function = _tagged(call)
    if not given:
        raise invalid_parameter("An error occurred and the request cannot be processed.")
    check_tag_count({**tags, **given})
    if function is not None:
        call.state.refuse_while_changing(function)
    tags.update(given)
    if function is not None:
        call.state.touch(function)
    return Answer(status=204)


def untag_resource(call: Call) -> Answer:
    tags, function = _tagged(call)
    for key in call.params["TagKeys"]:
        tags.pop(key, None)
    if function is not None:
        call.state.touch(function)
    return Answer(status=204)


def list_tags(call: Call) -> Answer:
    tags, _ = _tagged(call)
    return Answer({"Tags": dict(tags)})


OPERATIONS = {
    "TagResource": Operation(tag_resource),
    "UntagResource": Operation(untag_resource),
    "ListTags": Operation(list_tags),
}
