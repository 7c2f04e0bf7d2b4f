"""Stacks of one cloud: what they are made with, and when moto's CloudFormation is put right.

moto's CloudFormation imports all of moto, several seconds' work: nothing of it is loaded before
somebody asks for a stack.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import moto.backends

from lab_helpers.emulator.moto_bridge.stacks import resource
from lab_helpers.emulator.moto_bridge.stacks.api_calls import StackApi

_PARTS = "lab_helpers.emulator.moto_bridge.stacks.cloudformation"
_get_backend = moto.backends.get_backend


def _backend(name: str) -> Any:
    found = _get_backend(name)
    if name == "cloudformation":
        importlib.import_module(_PARTS)
    return found


def install(api_of: Callable[[str], StackApi]) -> None:
    """Args: api_of: Region → what stacks of that Region are made with."""
    resource.use_api(api_of)
    moto.backends.get_backend = _backend
