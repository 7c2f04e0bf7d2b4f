"""What the backend behind the console is known to lack, said where a learner would miss it."""

from __future__ import annotations

from lab_helpers.backends.backend import Backend, Capability
from lab_helpers.backends.capability_table import capability_table

_NEEDED: dict[str, tuple[Capability, ...]] = {
    "invoke": (Capability.LOG_LINES, Capability.ERROR_TYPES),
    "logs": (Capability.LOG_LINES, Capability.LOG_CONTROLS),
    "permissions": (Capability.PERMISSIONS,),
    "asynchronous": (Capability.ASYNC_RECORDS,),
    "destinations": (Capability.ASYNC_RECORDS,),
    "aliases": (Capability.WEIGHTED_ALIASES,),
}
"""By what is asked for: a page, or ``invoke``. Most pages work wherever Lambda is."""


def lacking_on(cloud: Backend, page: str, language: str) -> list[str]:
    """The reasons, in the learner's language; none where all that the page shows is true there."""
    known = capability_table().get(cloud.name)
    if known is None:
        return []
    lacked = [one for one in _NEEDED.get(page, ()) if one not in cloud.capabilities]
    return [known.lacks[one].in_language(language) for one in lacked if one in known.lacks]
