"""moto without what makes it a test library: the mocks take a seventh of its import.

``moto.core.models`` holds the decorators that put moto in the place of boto3, and imports boto3,
responses and unittest for them. Here moto is called by path and mocks nothing. A stand-in has the
names that moto's own packages take at once; for any other it becomes the module itself.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import Any

MODULE = "moto.core.models"
DEFAULT_ACCOUNT_ID = "123456789012"
_TAKEN_AT_ONCE = (
    "MockAWS",
    "ProxyModeMockAWS",
    "ServerModeMockAWS",
    "patch_client",
    "patch_resource",
)


class _StandIn(ModuleType):
    def __init__(self) -> None:
        super().__init__(MODULE)
        self.DEFAULT_ACCOUNT_ID = DEFAULT_ACCOUNT_ID
        for name in _TAKEN_AT_ONCE:
            setattr(self, name, object)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        package, _, _ = MODULE.rpartition(".")
        spec = PathFinder.find_spec(MODULE, sys.modules[package].__path__)
        if spec is None or spec.loader is None:
            raise ImportError(f"moto has no {MODULE}", name=MODULE)
        whole = sys.modules[MODULE] = module_from_spec(spec)
        spec.loader.exec_module(whole)
        vars(self).update(vars(whole))
        return getattr(whole, name)


def stand_in() -> None:
    """Does nothing where moto has been imported already."""
    if MODULE not in sys.modules:
        sys.modules[MODULE] = _StandIn()
