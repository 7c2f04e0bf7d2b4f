"""A request as moto's handlers take it, made in one step.

moto's own way goes through werkzeug's builder for tests, which costs a tenth of a call.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    environ_key_for_header,
    should_preserve_original_header_name,
)
from moto.core.request import Request as MotoRequest

_GIVEN = frozenset({"CONTENT_LENGTH", "HTTP_HOST", "HTTP_TRANSFER_ENCODING"})
"""Headers that the other arguments say: the body is whole."""


class ObjectUpload(MotoRequest):  # type: ignore[misc]  # moto is untyped here
    """A PUT carries content, never a form, whatever its type says.

    curl calls every upload a form; werkzeug would read the body away and S3 store nothing.
    """

    want_form_data_parsed = False


def moto_request(
    method: str,
    host: str,
    raw_path: str,
    raw_query: str,
    headers: Iterable[tuple[str, str]],
    body: bytes = b"",
) -> MotoRequest:
    """Args: host: with its port; headers: repeated ones are joined, ``Host`` is left out."""
    name, _, port = host.partition(":")
    raw_uri = f"{raw_path}?{raw_query}" if raw_query else raw_path
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
        "QUERY_STRING": raw_query,
        "REQUEST_URI": raw_uri,
        "RAW_URI": raw_uri,  # keeps an encoded slash in an S3 key
        "SERVER_NAME": name,
        "SERVER_PORT": port or "80",
        "HTTP_HOST": host,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
    }
    preserved: dict[str, str] = {}
    for header, value in headers:
        key = environ_key_for_header(header)
        if key == "CONTENT_TYPE":
            environ[key] = value
        elif key not in _GIVEN:
            environ[key] = f"{environ[key]}, {value}" if key in environ else value
            if should_preserve_original_header_name(header):
                preserved[key] = header
    environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = preserved
    return (ObjectUpload if method == "PUT" else MotoRequest)(environ)
