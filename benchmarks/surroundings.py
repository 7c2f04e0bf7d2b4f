"""What measured processes inherit: nothing that leads to AWS or makes a cold start slower."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
_DROPPED_PREFIXES = ("AWS_", "LAMBDA_", "LAB_", "COVERAGE_", "BOTO_")
_DROPPED = frozenset(
    {
        # Modules would be compiled again in every new process: cold figures would measure that.
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONDEVMODE",
        "PYTHONPROFILEIMPORTTIME",
        "PYTHONTRACEMALLOC",
        "PYTHONASYNCIODEBUG",
        "http_proxy",
        "HTTP_PROXY",
        "all_proxy",
        "ALL_PROXY",
    }
)


def clean_environment(home: Path, **more: str) -> dict[str, str]:
    """For a measured process whose files all go below ``home``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_DROPPED_PREFIXES) and name not in _DROPPED
    }
    own = {
        "HOME": str(home),
        "TMPDIR": str(home),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return kept | own | more


def isolate(environ: Mapping[str, str] | None = None) -> None:
    """The same for this process, so that its boto3 clients know only what they are given."""
    for name in list(os.environ if environ is None else environ):
        if name.startswith(_DROPPED_PREFIXES) or name in _DROPPED:
            del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.devnull
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
