"""The tracing header that travels with an event, and how often the event has passed a function.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
``Root=1-…;Parent=…;Sampled=0;Lineage=2:01bc76f7:1``: Lineage counts the invocations of the whole
chain, then, per function, how often the chain has come back to it. AWS's SDKs copy the header
from ``_X_AMZN_TRACE_ID`` into every call of a function. AWS keeps its own reading of Lineage to
itself: here a chain over several functions lists them with commas.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import unquote

_ROOT = re.compile(r"1-[0-9a-f]{8}-[0-9a-f]{24}")
_PARENT = re.compile(r"[0-9a-f]{16}")
_LOOP = re.compile(r"([0-9a-f]{8}):([0-9]{1,5})")
_MAXIMUM_FUNCTIONS = 64


@dataclass(frozen=True)
class TraceHeader:
    """One ``X-Amzn-Trace-Id``.

    Attributes:
        requests: invocations in this chain so far.
        loops: hash of a function → how often the chain came back to it.
    """

    root: str
    parent: str
    sampled: str = "0"
    requests: int = 0
    loops: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def new(cls) -> TraceHeader:
        """Of a chain that begins here; not sampled (PassThrough)."""
        return cls(f"1-{int(time.time()):08x}-{os.urandom(12).hex()}", _new_parent())

    @classmethod
    def parse(cls, text: str) -> TraceHeader:
        """A header that cannot be read begins a new chain, as at AWS."""
        if not text:
            return cls.new()
        parts = dict(
            part.strip().partition("=")[::2] for part in unquote(text).split(";") if "=" in part
        )
        root = parts.get("Root", "")
        if not _ROOT.fullmatch(root):
            return cls.new()
        parent = parts.get("Parent", "")
        requests, loops = _lineage(parts.get("Lineage", ""))
        return cls(
            root,
            parent if _PARENT.fullmatch(parent) else _new_parent(),
            "1" if parts.get("Sampled") == "1" else "0",
            requests,
            loops,
        )

    def passes(self, function_arn: str) -> int:
        """How often this chain has invoked the function."""
        loops = self.loops.get(_hash(function_arn))
        return 0 if loops is None else loops + 1

    def entering(self, function_arn: str, *, traced: bool = False) -> TraceHeader:
        """The header that the function gets, and passes on.

        Args:
            traced: by active tracing; AWS samples one request a second and five percent of the
                others, here all are.
        """
        function = _hash(function_arn)
        loops = dict(self.loops)
        loops[function] = loops.get(function, -1) + 1
        return replace(
            self,
            parent=_new_parent(),
            sampled="1" if traced else self.sampled,
            requests=self.requests + 1,
            loops=loops,
        )

    def __str__(self) -> str:
        text = f"Root={self.root};Parent={self.parent};Sampled={self.sampled}"
        if not self.loops:
            return text
        loops = ",".join(f"{function}:{count}" for function, count in self.loops.items())
        return f"{text};Lineage={self.requests}:{loops}"


def _lineage(text: str) -> tuple[int, Mapping[str, int]]:
    requests, _, loops = text.partition(":")
    found = [_LOOP.fullmatch(loop) for loop in loops.split(",")[:_MAXIMUM_FUNCTIONS]]
    if not re.fullmatch("[0-9]{1,5}", requests) or not all(found):
        return 0, MappingProxyType({})
    return int(requests), {match[1]: int(match[2]) for match in found if match}


@lru_cache(maxsize=1024)
def _hash(function_arn: str) -> str:
    return hashlib.sha256(function_arn.encode()).hexdigest()[:8]


def _new_parent() -> str:
    return os.urandom(8).hex()
