"""For pytest, in moto's tests: an empty account before each test, as moto's own server gives.

moto's tests ask for it at a path of moto's server. Here it is the owner's right.
"""

from __future__ import annotations

import os
import urllib.request
from typing import Any

from moto.core.models import ServerModeMockAWS


def _reset(_mock: Any) -> None:
    request = urllib.request.Request(
        f"{os.environ['TEST_SERVER_MODE_ENDPOINT']}/_dojo/reset",
        method="POST",
        headers={"x-dojo-key": os.environ["AWS_SECRET_ACCESS_KEY"]},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(request, timeout=30).close()


ServerModeMockAWS.reset = _reset
