"""File names that every learner's machine can hold."""

from __future__ import annotations

import unicodedata

_FORBIDDEN = frozenset('<>:"|?*\\')
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)]
)


def why_not_portable(name: str) -> str:
    """Why one path component cannot live on Linux, macOS and Windows alike; empty where it can.

    The rules are Windows' own:
    https://learn.microsoft.com/windows/win32/fileio/naming-a-file
    """
    forbidden = sorted(c for c in name if c in _FORBIDDEN or ord(c) < 32)
    if forbidden:
        return f"holds {forbidden[0]!r}, which Windows refuses"
    if name != name.rstrip(". "):
        return "ends in a dot or a space, which Windows drops"
    if name.split(".")[0].strip().lower() in _DEVICES:
        return "is the name of a Windows device"
    if name != unicodedata.normalize("NFC", name):
        return "is not in Unicode's composed form (NFC), so macOS may write it differently"
    return ""
