"""What a request calls this machine by: a page that another site's DNS led here says that site."""

from __future__ import annotations

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


def host_name(host: str) -> str:
    """The Host header without its port, in lower case."""
    return (host if host.endswith("]") else host.rsplit(":", 1)[0]).lower()


def is_loopback_name(name: str) -> bool:
    return name in LOOPBACK_NAMES or name.endswith(".localhost")
