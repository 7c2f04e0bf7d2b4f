"""Cross-origin resource sharing, as a function URL's ``Cors`` says.

https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.emulator.http import Request, Response


def preflight(cors: Mapping[str, Any] | None, request: Request) -> Response | None:
    """The answer to a browser that asks first; None where the function is to answer."""
    asked = request.headers.get("access-control-request-method")
    if not cors or request.method != "OPTIONS" or not asked:
        return None
    response = Response(200)
    allow(cors, request, response)
    return response


def allow(cors: Mapping[str, Any] | None, request: Request, response: Response) -> None:
    """Puts the headers into ``response``; those of the URL's settings win over the function's."""
    origin = request.headers.get("origin")
    if not cors or not origin:
        return
    allowed = cors.get("AllowOrigins", ())
    if origin not in allowed and "*" not in allowed:
        return
    shown = "*" if "*" in allowed and not cors.get("AllowCredentials") else origin
    response.headers.set("Access-Control-Allow-Origin", shown)
    if cors.get("AllowCredentials"):
        response.headers.set("Access-Control-Allow-Credentials", "true")
    if exposed := cors.get("ExposeHeaders"):
        response.headers.set("Access-Control-Expose-Headers", ",".join(exposed))
    if request.method == "OPTIONS":
        for key, name in (("AllowMethods", "Methods"), ("AllowHeaders", "Headers")):
            if cors.get(key):
                response.headers.set(f"Access-Control-Allow-{name}", ",".join(cors[key]))
        if "MaxAge" in cors:
            response.headers.set("Access-Control-Max-Age", str(cors["MaxAge"]))
