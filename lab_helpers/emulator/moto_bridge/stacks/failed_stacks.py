"""What becomes of a stack that could not be made or changed: OnFailure and DisableRollback.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from moto.cloudformation import models, parsing, responses
from moto.cloudformation.exceptions import ValidationError

from lab_helpers.emulator.moto_bridge.stacks.api_calls import ApiRefusalError

ROLLBACK, DO_NOTHING, DELETE = "ROLLBACK", "DO_NOTHING", "DELETE"

chosen: ContextVar[str] = ContextVar("on_failure", default=ROLLBACK)
"""Of the request that is carried out."""

_before: ContextVar[dict[str, Any]] = ContextVar("before")
"""Logical id → what the template said of it before the update that is carried out."""
_changed: ContextVar[set[str]] = ContextVar("changed")
"""Logical ids of what that update has changed so far."""

_update_resources = parsing.ResourceMap.update
_update_resource = parsing.parse_and_update_resource
_delete_stack = models.CloudFormationBackend.delete_stack
_create_stack = responses.CloudFormationResponse.create_stack
_update_stack = responses.CloudFormationResponse.update_stack
_create_change_set = responses.CloudFormationResponse.create_change_set
_execute_change_set = responses.CloudFormationResponse.execute_change_set


def read_choice(on_failure: str | None, disable_rollback: bool | None) -> str:
    """What to do with a stack that fails; ROLLBACK where nobody says.

    Raises:
        ValidationError: both say something (AWS's text for it is not documented), or it is unknown.
    """
    if on_failure and disable_rollback is not None:
        raise ValidationError(
            message="You can specify either DisableRollback or OnFailure, but not both."
        )
    if on_failure and on_failure not in (ROLLBACK, DO_NOTHING, DELETE):
        raise ValidationError(
            message=f"1 validation error detected: Value '{on_failure}' at 'onFailure' failed to "
            "satisfy constraint: Member must satisfy enum value set: [ROLLBACK, DELETE, DO_NOTHING]"
        )
    return on_failure or (DO_NOTHING if disable_rollback else ROLLBACK)


def leave_as_it_is(stack: Any, status: str, why: str) -> None:
    """What was made stays, to be looked at, changed once more, or deleted."""
    made, changed, before = (
        stack.resource_map._parsed_resources,
        _changed.get(set()),
        _before.get({}),
    )
    # moto makes what is asked for and not there: only what was made may be asked for. And it
    # compares with what it was told last: what was not changed yet is as it was told before.
    stack.resource_map._resource_json_map = {
        name: one if name in changed else before.get(name, one)
        for name, one in stack.resource_map._resource_json_map.items()
        if made.get(name) is not None
    }
    stack.output_map = models.OutputMap(stack.resource_map, {}, stack.stack_id)
    stack.status = status
    stack._add_stack_event(status, resource_status_reason=why)


def _resources_updated(resources: Any, *arguments: Any, **named: Any) -> None:
    _before.set(dict(resources._resource_json_map))
    _changed.set(set())
    _update_resources(resources, *arguments, **named)


def _resource_updated(logical_id: str, *arguments: Any, **named: Any) -> Any:
    resource = _update_resource(logical_id, *arguments, **named)
    _changed.get().add(logical_id)
    return resource


def _created(response: Any) -> Any:
    choice = read_choice(response._get_param("OnFailure"), _flag(response))
    answer = _with(choice, lambda: _create_stack(response))
    _forget_failed(response, response._get_param("StackName"), choice)
    return answer


def _updated(response: Any) -> Any:
    choice = read_choice(None, _flag(response))
    return _with(choice, lambda: _update_stack(response))


def _change_set_created(response: Any) -> Any:
    answer = _create_change_set(response)
    backend = response.cloudformation_backend
    made = backend.describe_change_set(response._get_param("ChangeSetName"))
    made.dojo_on_failure = response._get_param("OnStackFailure")
    return answer


def _change_set_executed(response: Any) -> Any:
    name = response._get_param("ChangeSetName")
    change_set = response.cloudformation_backend.describe_change_set(name)
    wanted = getattr(change_set, "dojo_on_failure", None)
    choice = read_choice(wanted, None if wanted else _flag(response))
    answer = _with(choice, lambda: _execute_change_set(response))
    if change_set.change_set_type == "CREATE":
        _forget_failed(response, change_set.stack_id, choice)
    return answer


def _deleted(backend: Any, name_or_id: str) -> None:
    """moto's; where something cannot be removed the stack stays, and can be deleted again."""
    stack = backend.stacks.get(name_or_id)
    if stack is None:
        _delete_stack(backend, name_or_id)  # which finds it by its name, and comes here again
        return
    exports = {one.name: one for one in stack.exports}
    try:
        _delete_stack(backend, name_or_id)
    except Exception as error:
        stack.status = "DELETE_FAILED"
        stack._add_stack_event("DELETE_FAILED", resource_status_reason=reason(error))
        backend.stacks[stack.stack_id] = stack
        backend.exports.update(exports)


def reason(error: BaseException) -> str:
    """Why a resource failed, as a stack's events say."""
    if isinstance(error, ApiRefusalError):
        return error.reason()
    return str(getattr(error, "message", "") or error)


def _with(choice: str, work: Any) -> Any:
    token = chosen.set(choice)
    _before.set({})  # requests that are repeated after a restart share one context
    _changed.set(set())
    try:
        return work()
    finally:
        chosen.reset(token)


def _forget_failed(response: Any, stack_name: str, choice: str) -> None:
    """``DELETE``: what was rolled back is a deleted stack, found by its id alone."""
    if choice != DELETE:
        return
    backend = response.cloudformation_backend
    stack = backend.get_stack(stack_name)
    if stack.status == "ROLLBACK_COMPLETE":
        backend.delete_stack(stack.stack_id)


def _flag(response: Any) -> bool | None:
    """DisableRollback; None where it is not in the request."""
    given = response._get_param("DisableRollback")
    return None if given is None else str(given).lower() == "true"


def install() -> None:
    parsing.ResourceMap.update = _resources_updated
    parsing.parse_and_update_resource = _resource_updated
    models.CloudFormationBackend.delete_stack = _deleted
    responses.CloudFormationResponse.create_stack = _created
    responses.CloudFormationResponse.update_stack = _updated
    responses.CloudFormationResponse.create_change_set = _change_set_created
    responses.CloudFormationResponse.execute_change_set = _change_set_executed
