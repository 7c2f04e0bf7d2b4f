"""What each backend can do, read from ``capabilities.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lab_helpers.backends.backend import Capability
from lab_helpers.catalog import Text


@dataclass(frozen=True)
class Abilities:
    """Of one backend. ``lacks`` says why, for each capability that is not in ``can``."""

    can: frozenset[Capability]
    lacks: Mapping[Capability, Text]


@cache
def capability_table() -> Mapping[str, Abilities]:
    """Backend's name → what it can do."""
    text = resources.files("lab_helpers.backends").joinpath("capabilities.toml").read_text("utf-8")
    return {
        name: Abilities(
            can=frozenset(map(Capability, entry["can"])),
            lacks={Capability(key): Text(**why) for key, why in entry.get("lacks", {}).items()},
        )
        for name, entry in tomllib.loads(text).items()
    }


def capabilities_of(name: str) -> frozenset[Capability]:
    """Of the backend called ``name``. Raises KeyError where the table has none of that name."""
    return capability_table()[name].can
