"""Links to deployment packages: AWS hands out pre-signed S3 URLs, this cloud its own."""

from __future__ import annotations

import base64
import binascii

from lab_helpers.emulator.control_plane.errors import not_found
from lab_helpers.emulator.control_plane.state import LambdaState

DOWNLOAD_PATH = "/_lambda/code/"


def code_location(state: LambdaState, sha256: str) -> str:
    """Where a package can be fetched; the path's last part names it by its SHA-256."""
    token = base64.b64decode(sha256).hex()
    return f"{state.endpoint_url.rstrip('/')}{DOWNLOAD_PATH}{token}"


def download(state: LambdaState, token: str) -> bytes:
    """The zip file behind a link.

    Raises:
        LambdaError: 404, no such package.
    """
    try:
        sha256 = base64.b64encode(binascii.unhexlify(token)).decode()
        return state.code_store.zip_bytes(sha256)
    except (ValueError, OSError) as error:
        raise not_found("There is no package behind this link. Ask GetFunction anew.") from error
