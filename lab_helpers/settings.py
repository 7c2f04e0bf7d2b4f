"""Where things live and how the environment configures them. Read once, passed on as a value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

DEFAULT_ACCOUNT_ID = "123456789012"
DEFAULT_REGION = "us-east-1"
DEFAULT_PORT = 4599
DEFAULT_TIME_SCALE = 60.0
DEFAULT_CONCURRENCY = 1000


@dataclass(frozen=True)
class Settings:
    """All that the environment decides.

    Attributes:
        home: where clouds register themselves and keep what must outlive a process.
        region: the Region a learner works in.
        time_scale: waits that AWS imposes are this many times shorter (1 = as at AWS).
        language: ``en`` or ``ja``, for everything a learner reads.
        account_concurrency: concurrent executions that the account may have in each Region.
        backend: ``embedded``, ``localstack``, ``aws`` or an endpoint's URL.
        enforce_permissions: whether the embedded cloud refuses what policies do not allow.
    """

    home: Path
    region: str = DEFAULT_REGION
    account_id: str = DEFAULT_ACCOUNT_ID
    time_scale: float = DEFAULT_TIME_SCALE
    language: str = "en"
    backend: str = "embedded"
    account_concurrency: int = DEFAULT_CONCURRENCY
    enforce_permissions: bool = True

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """``LAMBDA_DOJO_HOME``, ``LAMBDA_DOJO_REGION``, ``LAMBDA_DOJO_TIME_SCALE``,
        ``LAMBDA_DOJO_PERMISSIONS`` (``on`` or ``off``), ``LANG_UI`` and ``LAB_BACKEND``, each
        with its default."""
        env = os.environ if environ is None else environ
        home = env.get("LAMBDA_DOJO_HOME") or platformdirs.user_data_dir("lambda-dojo", False)
        return cls(
            home=Path(home),
            region=env.get("LAMBDA_DOJO_REGION", DEFAULT_REGION),
            time_scale=float(env.get("LAMBDA_DOJO_TIME_SCALE", DEFAULT_TIME_SCALE)),
            language="ja" if env.get("LANG_UI", "en").lower().startswith("ja") else "en",
            backend=env.get("LAB_BACKEND", "embedded"),
            account_concurrency=int(env.get("LAMBDA_DOJO_CONCURRENCY", DEFAULT_CONCURRENCY)),
            enforce_permissions=env.get("LAMBDA_DOJO_PERMISSIONS", "on").lower() != "off",
        )
