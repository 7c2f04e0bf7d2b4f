"""Links to deployment packages: AWS hands out pre-signed S3 URLs, this cloud its own.

https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html: "valid for 10 minutes".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from lab_helpers.emulator.control_plane.errors import not_found
from lab_helpers.emulator.control_plane.state import LambdaState

DOWNLOAD_PATH = "/_lambda/code/"
LINK_LASTS_S = 600
_LINK_KEY = secrets.token_bytes(32)
"""Of this process: nobody makes a link who was not given one."""


def code_location(state: LambdaState, sha256: str) -> str:
    """Where a package can be fetched for ten minutes, without a signature of its own."""
    package = base64.b64decode(sha256).hex()
    expires = int(state.clock.now()) + LINK_LASTS_S
    token = f"{package}-{expires}-{_seal(package, str(expires))}"
    return f"{state.endpoint_url.rstrip('/')}{DOWNLOAD_PATH}{token}"


def download(state: LambdaState, token: str) -> bytes:
    """The zip file behind a link.

    Raises:
        LambdaError: 404, no such package, or the link is too old or made up.
    """
    package, _, rest = token.partition("-")
    expires, _, seal = rest.partition("-")
    if not hmac.compare_digest(_seal(package, expires).encode(), seal.encode()):
        raise _no_package()
    if int(expires) < state.clock.now():
        raise _no_package()
    try:
        return state.code_store.zip_bytes(base64.b64encode(bytes.fromhex(package)).decode())
    except (ValueError, OSError) as error:
        raise _no_package() from error


def _seal(package: str, expires: str) -> str:
    return hmac.new(_LINK_KEY, f"{package}-{expires}".encode(), hashlib.sha256).hexdigest()


def _no_package() -> Exception:
    return not_found("There is no package behind this link. Ask GetFunction anew.")
