"""The embedded cloud, started as a learner's terminal starts it."""

from __future__ import annotations

import sys

import lab_helpers
from benchmarks.contender import Contender
from benchmarks.raw_http import Key

OURS = "ours"


def lambda_dojo() -> Contender:
    """``lambda-dojo cloud run`` of this checkout."""
    return Contender(OURS, "Lambda Dojo", lab_helpers.__version__, _command)


def _command(port: int, key: Key) -> list[str]:
    credentials = ["--access-key-id", key.access_key_id]
    credentials += ["--secret-access-key", key.secret_access_key]
    command = [sys.executable, "-m", "lab_helpers", "cloud", "run", "--port", str(port)]
    return [*command, "--json", *credentials]
