"""What AWS meters and charges for, each with the unit that it is counted in."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

Architecture = Literal["x86_64", "arm64"]
"""As CreateFunction's ``Architectures`` has it."""


class Item(StrEnum):
    """One line that a bill can have."""

    REQUEST = "request"
    DURATION_X86_64 = "duration_x86_64"
    DURATION_ARM64 = "duration_arm64"
    EPHEMERAL_STORAGE = "ephemeral_storage"
    PROVISIONED_REQUEST = "provisioned_request"
    PROVISIONED_CONFIGURED_X86_64 = "provisioned_configured_x86_64"
    PROVISIONED_CONFIGURED_ARM64 = "provisioned_configured_arm64"
    PROVISIONED_DURATION_X86_64 = "provisioned_duration_x86_64"
    PROVISIONED_DURATION_ARM64 = "provisioned_duration_arm64"
    SNAPSTART_CACHE = "snapstart_cache"
    SNAPSTART_RESTORED_GB = "snapstart_restored_gb"
    STREAMED_GB = "streamed_gb"
    LOG_INGESTED_GB = "log_ingested_gb"
    LOG_STORED_GB_MONTH = "log_stored_gb_month"
    HTTP_API_CALL = "http_api_call"
    REST_API_CALL = "rest_api_call"
    NAT_GATEWAY_H = "nat_gateway_h"
    NAT_GATEWAY_GB = "nat_gateway_gb"

    @property
    def unit(self) -> str:
        """``requests``, ``GB-s``, ``GB``, ``GB-month``, ``calls`` or ``h``."""
        return _UNITS.get(self, "GB-s")


_UNITS = {
    Item.REQUEST: "requests",
    Item.PROVISIONED_REQUEST: "requests",
    Item.SNAPSTART_RESTORED_GB: "GB",
    Item.STREAMED_GB: "GB",
    Item.LOG_INGESTED_GB: "GB",
    Item.LOG_STORED_GB_MONTH: "GB-month",
    Item.HTTP_API_CALL: "calls",
    Item.REST_API_CALL: "calls",
    Item.NAT_GATEWAY_H: "h",
    Item.NAT_GATEWAY_GB: "GB",
}


def duration_item(architecture: Architecture) -> Item:
    """Duration of on-demand invocations, INIT included."""
    return Item(f"duration_{architecture}")


def provisioned_configured_item(architecture: Architecture) -> Item:
    """Provisioned concurrency, busy or not, for as long as it is enabled."""
    return Item(f"provisioned_configured_{architecture}")


def provisioned_duration_item(architecture: Architecture) -> Item:
    """Duration of invocations that provisioned concurrency served."""
    return Item(f"provisioned_duration_{architecture}")
