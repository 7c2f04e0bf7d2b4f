"""Event source mappings: which function reads from which source, and how.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventsourcemapping.html
Reading itself is the pollers' work; they follow these records.
"""

from __future__ import annotations

from typing import Any

from lab_helpers.arns import partition_of
from lab_helpers.emulator.control_plane.calls import (
    Answer,
    Call,
    Operation,
    page_body,
    paginate,
)
from lab_helpers.emulator.control_plane.errors import (
    LambdaError,
    conflict,
    invalid_parameter,
    not_found,
)
from lab_helpers.emulator.control_plane.event_source_settings import (
    DYNAMODB,
    KINESIS,
    SELF_MANAGED_KAFKA,
    SQS,
    SourceKind,
    check_kafka,
    check_starting_position,
    checked_settings,
    source_kind,
)
from lab_helpers.emulator.control_plane.function_references import resolve_reference
from lab_helpers.emulator.control_plane.records import (
    EventSourceMapping,
    Function,
    FunctionVersion,
)
from lab_helpers.emulator.control_plane.role_permissions import (
    check_may_read_queue,
    check_may_read_stream,
)
from lab_helpers.emulator.control_plane.state import LambdaState
from lab_helpers.emulator.control_plane.tags import check_tag_count


def settle_mapping(state: LambdaState, mapping: EventSourceMapping) -> None:
    """End a transition whose time has come; takes a deleted mapping out of the records.

    Whoever is shown the new state may count on it: listeners hear of it before the answer leaves.
    """
    if mapping.next_state and state.clock.now() >= mapping.ready_at:
        mapping.state, mapping.next_state = mapping.next_state, ""
        if mapping.state == "Deleted":
            state.region(mapping.region).event_source_mappings.pop(mapping.uuid, None)
        _tell(state, mapping)


def _begin(call: Call, mapping: EventSourceMapping, state: str, next_state: str) -> None:
    mapping.state, mapping.next_state = state, next_state
    mapping.ready_at = call.state.clock.now() + call.state.state_delay_s
    _tell(call.state, mapping)


def _tell(state: LambdaState, mapping: EventSourceMapping) -> None:
    for listener in state.mapping_listeners:
        listener(mapping)


def _function(call: Call) -> tuple[Function, str | None, FunctionVersion]:
    name, qualifier = call.reference()
    try:
        function = call.state.function(call.region, name)
        return function, qualifier, call.state.version(function, qualifier)
    except LambdaError as error:
        raise invalid_parameter("Function does not exist") from error


def create_event_source_mapping(call: Call) -> Answer:
    params = call.params
    kind = source_kind(params)
    source_arn = params.get("EventSourceArn")
    function, qualifier, version = _function(call)
    check_kafka(kind, params)
    settings = checked_settings(kind, source_arn, {}, params, call.state.is_filter_pattern)
    check_starting_position(kind, params)
    _check_source(call, kind, version)
    function_arn = call.state.arn(call.region, function.name, qualifier)
    _refuse_second(call, kind, function, function_arn)
    check_tag_count(params.get("Tags", {}))
    uuid = call.state.new_id()
    partition = partition_of(call.region)
    mapping = EventSourceMapping(
        uuid=uuid,
        arn=f"arn:{partition}:lambda:{call.region}:{call.state.account_id}"
        f":event-source-mapping:{uuid}",
        region=call.region,
        function_arn=function_arn,
        event_source_arn=source_arn,
        state="Creating",
        created_at=call.state.clock.now(),
        last_modified=call.state.clock.now(),
        settings=settings,
        tags=dict(params.get("Tags", {})),
        last_processing_result="No records processed" if kind.is_stream else None,
        state_transition_reason="User action" if kind.is_stream else "USER_INITIATED",
    )
    call.records.event_source_mappings[uuid] = mapping
    _begin(call, mapping, "Creating", _rest_state(params.get("Enabled", True)))
    return Answer(_body(mapping))


def _rest_state(enabled: bool) -> str:
    return "Enabled" if enabled else "Disabled"


def _check_source(call: Call, kind: SourceKind, version: FunctionVersion) -> None:
    lookup, arn = call.state.event_sources, call.params.get("EventSourceArn")
    if lookup is None or arn is None:
        return
    if kind is SQS:
        check_may_read_queue(call.state, version.role, arn)
        visibility_s = lookup.queue_visibility_timeout_s(arn)
        if visibility_s is None:
            raise invalid_parameter(
                "Error occurred while ReceiveMessage. SQS Error Code: "
                "AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue "
                "does not exist."
            )
        if visibility_s < version.timeout_s:
            raise invalid_parameter(
                f"Queue visibility timeout: {visibility_s} seconds is less than "
                f"Function timeout: {version.timeout_s} seconds"
            )
    elif kind in (KINESIS, DYNAMODB):
        check_may_read_stream(call.state, version.role, arn)
        if not lookup.stream_exists(arn):
            raise invalid_parameter(f"Stream not found: {arn}")


def _refuse_second(call: Call, kind: SourceKind, function: Function, function_arn: str) -> None:
    params = call.params
    for mapping in list(call.records.event_source_mappings.values()):
        settle_mapping(call.state, mapping)
        if mapping.function_arn != function_arn or mapping.state in ("Deleted", "Deleting"):
            continue
        update = f"Please update or delete the existing mapping with UUID {mapping.uuid}"
        same_arn = mapping.event_source_arn == params.get("EventSourceArn")
        if kind is SELF_MANAGED_KAFKA:
            if _kafka(mapping.settings) == _kafka(params):
                servers, topics = _kafka(params)
                raise conflict(
                    f'An event source mapping with event source ("{servers}"), function '
                    f'("{function_arn}"), topics ("{topics}") already exists. {update}'
                )
        elif kind is SQS and same_arn:
            raise conflict(
                f'An event source mapping with SQS arn (" {params["EventSourceArn"]} ") and '
                f'function (" {function.name} ") already exists. {update}'
            )
        elif kind in (KINESIS, DYNAMODB) and same_arn:
            raise conflict(
                f'The event source arn (" {params["EventSourceArn"]} ") and function '
                f'(" {function.name} ") provided mapping already exists. {update}'
            )


def _kafka(settings: Any) -> tuple[str, str]:
    endpoints = settings.get("SelfManagedEventSource", {}).get("Endpoints", {})
    servers = endpoints.get("KAFKA_BOOTSTRAP_SERVERS", [])
    return ",".join(servers), ",".join(settings.get("Topics", []))


def _body(mapping: EventSourceMapping) -> dict[str, Any]:
    body: dict[str, Any] = {
        "UUID": mapping.uuid,
        "EventSourceMappingArn": mapping.arn,
        "FunctionArn": mapping.function_arn,
        "LastModified": mapping.last_modified,
        "State": mapping.state,
        "StateTransitionReason": mapping.state_transition_reason,
        **mapping.settings,
    }
    if mapping.event_source_arn is not None:
        body["EventSourceArn"] = mapping.event_source_arn
    if mapping.last_processing_result is not None:
        body["LastProcessingResult"] = mapping.last_processing_result
    return body


def _existing(call: Call) -> EventSourceMapping:
    mapping = call.records.event_source_mappings.get(call.params["UUID"])
    if mapping is not None:
        settle_mapping(call.state, mapping)
    if mapping is None or mapping.state == "Deleted":
        raise not_found("The resource you requested does not exist.")
    return mapping


def get_event_source_mapping(call: Call) -> Answer:
    return Answer(_body(_existing(call)))


def _refuse_in_transition(mapping: EventSourceMapping, verb: str) -> None:
    if mapping.next_state:
        raise LambdaError(
            "ResourceInUseException",
            f"Cannot {verb} the event source mapping because it is in use.",
        )


def update_event_source_mapping(call: Call) -> Answer:
    mapping, params = _existing(call), call.params
    _refuse_in_transition(mapping, "update")
    kind = source_kind({"EventSourceArn": mapping.event_source_arn or "", **mapping.settings})
    if "FunctionName" in params:
        function, qualifier, _ = _function(call)
        mapping.function_arn = call.state.arn(call.region, function.name, qualifier)
    mapping.settings = checked_settings(
        kind, mapping.event_source_arn, mapping.settings, params, call.state.is_filter_pattern
    )
    mapping.last_modified = call.state.clock.now()
    enabled, state = mapping.state == "Enabled", "Updating"
    wanted = params.get("Enabled", enabled)
    if wanted != enabled:
        state = "Enabling" if wanted else "Disabling"
    _begin(call, mapping, state, _rest_state(wanted))
    return Answer(_body(mapping))


def delete_event_source_mapping(call: Call) -> Answer:
    mapping = _existing(call)
    _refuse_in_transition(mapping, "delete")
    _begin(call, mapping, "Deleting", "Deleted")
    return Answer(_body(mapping))


def list_event_source_mappings(call: Call) -> Answer:
    params, function_arn = call.params, None
    if "FunctionName" in params:
        name, qualifier = resolve_reference(
            params["FunctionName"], None, call.region, call.state.account_id
        )
        call.state.function(call.region, name)
        function_arn = call.state.arn(call.region, name, qualifier)
    items = []
    for uuid, mapping in sorted(call.records.event_source_mappings.items()):
        settle_mapping(call.state, mapping)
        if (
            mapping.state != "Deleted"
            and function_arn in (None, mapping.function_arn)
            and params.get("EventSourceArn") in (None, mapping.event_source_arn)
        ):
            items.append((uuid, _body(mapping)))
    page, marker = paginate(items, params, at_most=100)
    return Answer(page_body("EventSourceMappings", page, marker))


OPERATIONS = {
    "CreateEventSourceMapping": Operation(create_event_source_mapping),
    "GetEventSourceMapping": Operation(get_event_source_mapping),
    "UpdateEventSourceMapping": Operation(update_event_source_mapping),
    "DeleteEventSourceMapping": Operation(delete_event_source_mapping),
    "ListEventSourceMappings": Operation(list_event_source_mappings),
}
