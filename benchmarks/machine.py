"""On what it was measured: machine, versions, commit, and what else the machine was doing."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.contender import Contender
from benchmarks.surroundings import PROJECT

PACKAGES = ("boto3", "botocore", "moto", "httptools")


@dataclass(frozen=True)
class Conditions:
    """Attributes: load, the run queue's length over the last minute, where the system tells it."""

    processor: str
    cores: int
    memory_gib: float
    system: str
    python: str
    versions: dict[str, str]
    commit: str
    changed_files: bool
    load: float | None


def conditions(contenders: Sequence[Contender]) -> Conditions:
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    versions |= {contender.label: contender.version for contender in contenders}
    return Conditions(
        processor=_processor(),
        cores=psutil.cpu_count() or 1,
        memory_gib=round(psutil.virtual_memory().total / 1024**3, 1),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=f"{platform.python_implementation()} {platform.python_version()}",
        versions=versions,
        commit=_git("rev-parse", "--short=12", "HEAD") or "unknown",
        changed_files=bool(_git("status", "--porcelain", "--", "lab_helpers")),
        load=load(),
    )


def load() -> float | None:
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def warnings(conditions: Conditions) -> list[str]:
    """What makes this run's figures hard to believe."""
    return [text for text in (_load_warning(conditions), _bytecode_warning()) if text]


def _load_warning(conditions: Conditions) -> str | None:
    """A machine that is at work already measures the others' work as well."""
    if conditions.load is None or conditions.load <= conditions.cores / 4:
        return None
    return (
        f"Warning: the load average was {conditions.load} on {conditions.cores} cores before the "
        "first sample. Absolute times are too high, and ratios uncertain; measure again at rest."
    )


def _bytecode_warning() -> str | None:
    """Cold starts that import boto3 compile it each time where its installer did not."""
    spec = importlib.util.find_spec("botocore.client")
    cached = Path(spec.cached) if spec is not None and spec.cached else None
    if cached is None or cached.exists():
        return None
    return (
        "Warning: boto3 is not byte-compiled here; figures that import it are too high. "
        f"Now: {sys.executable} -m compileall -q {cached.parent.parent}"
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _git(*arguments: str) -> str:
    """Empty where this is no checkout or there is no git."""
    try:
        asked = subprocess.run(
            ["git", *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""
