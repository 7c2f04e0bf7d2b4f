"""Every operation that this control plane provides, by its name in the API."""

from __future__ import annotations

from collections.abc import Mapping

from lab_helpers.emulator.control_plane import functions, permissions, versions
from lab_helpers.emulator.control_plane.calls import Operation

INVOCATIONS = frozenset({"Invoke", "InvokeAsync", "InvokeWithResponseStream"})
"""The data plane's: the invocation room answers them."""

OPERATIONS: Mapping[str, Operation] = {
    **functions.OPERATIONS,
    **versions.OPERATIONS,
    **permissions.OPERATIONS,
}
