"""The documents of AWS's managed policies, which moto keeps in a module of 5 MB.

An empty module stands in for it from the first import of this package, before any of moto's
services asks for it; whoever needs a document reads the file.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType

MODULE = "moto.iam.aws_managed_policies"


def stand_in() -> None:
    """Does nothing where moto has read the texts already."""
    if MODULE not in sys.modules:
        empty = ModuleType(MODULE)
        empty.aws_managed_policies_data = "{}"  # type: ignore[attr-defined]
        sys.modules[MODULE] = empty


def policy_texts() -> str:
    """A JSON object, name → policy, as moto writes it; read anew each time, seldom as that is."""
    package, _, _ = MODULE.rpartition(".")
    spec = PathFinder.find_spec(MODULE, sys.modules[package].__path__)
    if spec is None or spec.loader is None:
        raise ImportError(f"moto has no {MODULE}", name=MODULE)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.aws_managed_policies_data)
