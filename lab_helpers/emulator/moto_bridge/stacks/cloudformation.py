"""Have moto's CloudFormation make what runs here; loaded with moto's part, at its first use."""

from __future__ import annotations

from lab_helpers.emulator.moto_bridge.stacks import (
    bucket_properties,
    failed_stacks,
    stack_changes,
    stack_identity,
    templates,
)
from lab_helpers.emulator.moto_bridge.stacks.lambda_function import StackFunction
from lab_helpers.emulator.moto_bridge.stacks.lambda_resources import LAMBDA_RESOURCES
from lab_helpers.emulator.moto_bridge.stacks.policy_resources import POLICY_RESOURCES
from lab_helpers.emulator.moto_bridge.stacks.role_resources import ROLE_RESOURCES

templates.install()
bucket_properties.install()
failed_stacks.install()
stack_identity.install()
stack_changes.install((StackFunction, *LAMBDA_RESOURCES, *POLICY_RESOURCES, *ROLE_RESOURCES))
