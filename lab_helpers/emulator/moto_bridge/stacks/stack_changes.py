"""How a stack is made, changed and removed as a whole: types, events, and what a failure leaves.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from moto.cloudformation import models, parsing
from moto.cloudformation.exceptions import ValidationError

from lab_helpers.emulator.moto_bridge.failed_calls import CLOUD_NAME
from lab_helpers.emulator.moto_bridge.stacks.failed_stacks import (
    DO_NOTHING,
    chosen,
    leave_as_it_is,
    reason,
)
from lab_helpers.emulator.moto_bridge.stacks.resource import StackResource
from lab_helpers.emulator.moto_bridge.stacks.stack_identity import make_if_allowed

WITHOUT_EFFECT = frozenset({*parsing.NULL_MODELS, "AWS::CDK::Metadata"})

_stack: ContextVar[Any] = ContextVar("stack", default=None)
_init = models.Stack.__init__
_create = models.Stack.create_resources
_update = models.Stack.update
_apply = models.ChangeSet.apply
_execute = models.CloudFormationBackend.execute_change_set
_change_set_init = models.ChangeSet.__init__


def refuse_unknown_types(template: dict[str, Any]) -> None:
    """moto leaves out what it does not know, and says that the stack is complete."""
    types = {str(one.get("Type")) for one in (template.get("Resources") or {}).values()}
    unknown = sorted(types - set(parsing.get_model_map()) - WITHOUT_EFFECT)
    if unknown:
        raise ValidationError(
            message=f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]. "
            f"{CLOUD_NAME} does not make them."
        )


def _stack_init(stack: Any, *arguments: Any, **named: Any) -> None:
    _init(stack, *arguments, **named)
    refuse_unknown_types(stack.template_dict)


def _new_change_set(change_set: Any, *arguments: Any, **named: Any) -> None:
    _change_set_init(change_set, *arguments, **named)
    refuse_unknown_types(change_set.template_dict)


def _made_resource(
    logical_id: str, resource_json: dict[str, Any], resources_map: Any, **named: Any
) -> Any:
    """moto's, told in the stack's events."""
    try:
        resource = make_if_allowed(logical_id, resource_json, resources_map, **named)
    except Exception as error:
        if not isinstance(error, _ToldError):
            _tell(logical_id, resource_json["Type"], "CREATE_FAILED", "", reason(error))
            raise _ToldError(logical_id, reason(error)) from error
        raise
    if resource is not None:
        physical = str(getattr(resource, "physical_resource_id", ""))
        _tell(logical_id, resource_json["Type"], "CREATE_COMPLETE", physical, None)
    return resource


class _ToldError(Exception):
    """A resource could not be made; the stack's events say why."""

    def __init__(self, logical_id: str, why: str) -> None:
        super().__init__(why)
        self.logical_id = logical_id


def _tell(logical_id: str, kind: str, status: str, physical: str, why: str | None) -> None:
    stack = _stack.get()
    if stack is None:
        return
    event = models.Event(
        stack_id=stack.stack_id,
        stack_name=stack.name,
        logical_resource_id=logical_id,
        physical_resource_id=physical,
        resource_type=kind,
        resource_status=status,
        resource_status_reason=why,
        resource_properties=None,
    )
    stack.events.append(event)


def _created(stack: Any) -> None:
    token = _stack.set(stack)
    try:
        _create(stack)
    except Exception as error:
        _roll_back_creation(stack, error)
    finally:
        _stack.reset(token)


def _roll_back_creation(stack: Any, error: Exception) -> None:
    failed = error.logical_id if isinstance(error, _ToldError) else stack.name
    why = f"The following resource(s) failed to create: [{failed}]. "
    if chosen.get() == DO_NOTHING:
        leave_as_it_is(stack, "CREATE_FAILED", why)
        return
    why += f"{chosen.get().capitalize()} requested by user."
    stack._add_stack_event("ROLLBACK_IN_PROGRESS", resource_status_reason=why)
    stack.status = "ROLLBACK_COMPLETE"
    try:
        stack.resource_map.delete()
    except Exception as second:
        stack.status = "ROLLBACK_FAILED"
        stack._add_stack_event("ROLLBACK_FAILED", resource_status_reason=reason(second))
        return
    # moto makes what is asked for and not there: nothing may ask for what was removed.
    stack.resource_map._resource_json_map = {}
    stack.output_map = models.OutputMap(stack.resource_map, {}, stack.stack_id)
    stack._add_stack_event("ROLLBACK_COMPLETE")


def _updated(stack: Any, template: str, *arguments: Any, **named: Any) -> None:
    refuse_unknown_types(models.Stack.parse_template(template))
    before = stack.template, stack.template_dict, stack.parameters
    token = _stack.set(stack)
    try:
        _update(stack, template, *arguments, **named)
    except Exception as error:
        _update_failed(stack, before, error)
    finally:
        _stack.reset(token)


def _update_failed(stack: Any, before: tuple[Any, Any, Any], error: Exception) -> None:
    if chosen.get() == DO_NOTHING:
        leave_as_it_is(stack, "UPDATE_FAILED", reason(error))
        return
    stack.template, stack.template_dict, stack.parameters = before
    _roll_back_update(stack, error)


def _roll_back_update(stack: Any, error: Exception) -> None:
    """Back to the template of before, which ``stack`` has again."""
    stack._add_stack_event("UPDATE_ROLLBACK_IN_PROGRESS", resource_status_reason=reason(error))
    try:
        stack.resource_map.update(stack.template_dict, stack.parameters)
        stack.output_map = stack._create_output_map()
        stack.status = "UPDATE_ROLLBACK_COMPLETE"
    except Exception as second:
        stack.status = "UPDATE_ROLLBACK_FAILED"
        stack._add_stack_event(stack.status, resource_status_reason=reason(second))
        return
    stack._add_stack_event(stack.status)


def _applied(change_set: Any) -> None:
    """moto's, and the outputs of the new template."""
    _apply(change_set)
    stack = change_set.stack
    stack.template, stack.template_dict = change_set.template, change_set.template_dict
    stack.parameters = change_set.parameters
    stack.description = change_set.template_dict.get("Description")
    stack.output_map = stack._create_output_map()


def _executed(backend: Any, change_set_name: str, stack_name: str | None = None) -> None:
    change_set = backend.describe_change_set(change_set_name)
    stack = backend.stacks[change_set.stack_id]
    token = _stack.set(stack)
    before = stack.template, stack.template_dict, stack.parameters
    try:
        _execute(backend, change_set_name, stack_name)
    except Exception as error:
        change_set.execution_status = "EXECUTE_FAILED"
        if change_set.change_set_type == "CREATE":
            stack.template_dict = change_set.template_dict
            _roll_back_creation(stack, error)
        else:
            _update_failed(stack, before, error)
    finally:
        _stack.reset(token)


def _removed(resources: Any) -> None:
    """In the opposite order of their creation, so that what uses another goes first."""
    left = [
        name
        for name in reversed(list(resources._parsed_resources))
        if name in resources._resource_json_map
        and resources._resource_json_map[name].get("DeletionPolicy") != "Retain"
    ]
    while left:
        errors, still = [], []
        for name in left:
            resource = resources._parsed_resources[name]
            try:
                if resource is not None:
                    resources._delete_resource(resource, resources._resource_json_map[name])
                resources._parsed_resources.pop(name)
            except Exception as error:
                errors.append(error)
                still.append(name)
        if len(still) == len(left):
            raise errors[0]
        left = still


def install(kinds: tuple[type[StackResource], ...]) -> None:
    """Have stacks made of ``kinds`` where moto has its own, and end as CloudFormation's do."""
    parsing.get_model_map().update({kind.type_name: kind for kind in kinds})
    parsing.get_name_type_map().update(
        {kind.type_name: kind.cloudformation_name_type() for kind in kinds}
    )
    parsing.parse_and_create_resource = _made_resource
    parsing.ResourceMap.delete = _removed
    models.Stack.__init__ = _stack_init
    models.Stack.create_resources = _created
    models.Stack.update = _updated
    models.ChangeSet.__init__ = _new_change_set
    models.ChangeSet.apply = _applied
    models.CloudFormationBackend.execute_change_set = _executed
