"""Tags of functions and event source mappings."""

from __future__ import annotations

from collections.abc import Mapping

from lab_helpers.emulator.control_plane.errors import invalid_parameter

MAXIMUM_TAGS = 50


def check_tag_count(tags: Mapping[str, str]) -> None:
    if len(tags) > MAXIMUM_TAGS:
        raise invalid_parameter("Number of tags exceeds resource tag limit.")
