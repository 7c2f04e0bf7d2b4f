"""Every operation that this control plane provides, by its name in the API."""

from __future__ import annotations

from collections.abc import Mapping

from lab_helpers.emulator.control_plane import (
    aliases,
    code_signing,
    concurrency,
    event_invoke_configs,
    event_source_mappings,
    function_urls,
    functions,
    layer_permissions,
    layers,
    permissions,
    recursion_config,
    resource_policies,
    runtime_management,
    tags,
    versions,
)
from lab_helpers.emulator.control_plane.calls import Operation

INVOCATIONS = frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"})
"""The data plane's: the invocation room answers them."""

OPERATIONS: Mapping[str, Operation] = {
    **functions.OPERATIONS,
    **versions.OPERATIONS,
    **aliases.OPERATIONS,
    **permissions.OPERATIONS,
    **resource_policies.OPERATIONS,
    **layers.OPERATIONS,
    **layer_permissions.OPERATIONS,
    **concurrency.OPERATIONS,
    **event_invoke_configs.OPERATIONS,
    **event_source_mappings.OPERATIONS,
    **function_urls.OPERATIONS,
    **tags.OPERATIONS,
    **recursion_config.OPERATIONS,
    **runtime_management.OPERATIONS,
    **code_signing.OPERATIONS,
}
