"""A lab and a backend that exist nowhere, and conditions that come to what they are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab_helpers.backends.backend import Capability, Credentials
from lab_helpers.backends.endpoint import EndpointBackend
from lab_helpers.catalog import Lab, Step, Text
from lab_helpers.grading.check import Condition
from lab_helpers.grading.engine import Judge
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.messages import MessageTable, read_table

BACKEND = EndpointBackend(
    name="embedded",
    endpoint_url="http://127.0.0.1:9",
    region="us-east-1",
    account_id="123456789012",
    credentials=Credentials("AKIAEXAMPLE", "secret"),
    capabilities=frozenset({Capability.LAMBDA, Capability.RESET}),
    patience_s=1.0,
)

LAB = Lab(
    id="sample",
    order=1,
    minutes=5,
    title=Text("Sample", "見本"),
    folder=Path("labs/01_sample"),
    steps=(
        Step(
            "first", 2, Text("First", "最初"), (Text("a hint", "ヒント"), Text("plain", "具体的"))
        ),
        Step("second", 3, Text("Second", "次")),
    ),
    needs=("lambda",),
    names={"function": "f-{account_id}"},
)

MESSAGES: MessageTable = read_table(
    """
    [looks]
    one = { en = "looks at `{function}`.", ja = "`{function}` を見ます。" }
    two = { en = "looks again.", ja = "もう一度見ます。" }
    [passed.first]
    found = { en = "`{function}` is there.", ja = "`{function}` があります。" }
    why = { en = "It matters.", ja = "大切です。" }
    [passed.second]
    found = { en = "Fine.", ja = "よし。" }
    why = { en = "It matters.", ja = "大切です。" }
    [diagnosis.wrong]
    outcome = "incorrect"
    found = { en = "Found {found}.", ja = "{found} でした。" }
    expected = { en = "{expected}", ja = "{expected}" }
    why = { en = "Because.", ja = "なぜなら。" }
    next = { en = "Mend `{function}`.", ja = "`{function}` を直します。" }
    [diagnosis.nothing_yet]
    outcome = "not_attempted"
    found = { en = "Nothing.", ja = "ありません。" }
    expected = { en = "Something.", ja = "何か。" }
    why = { en = "Because.", ja = "なぜなら。" }
    next = { en = "Begin.", ja = "始めましょう。" }
    """
)


def evidence(**options: Any) -> Evidence:
    """Evidence on a backend that nobody answers for; waits cost no time."""
    clock = {"now": 0.0}

    def pause(seconds: float) -> None:
        clock["now"] += seconds

    return Evidence(
        BACKEND,
        {"function": "f-123456789012"},
        pause=pause,
        monotonic=lambda: clock["now"],
        **options,
    )


def judge(first: list[Callable[[Evidence], None]], second: Any = ()) -> Judge:
    """A judge whose steps have these conditions, named ``one``, ``two`` in order."""
    named = {
        step: [
            Condition("sample", step, name, look)
            for name, look in zip(("one", "two"), looks, strict=False)
        ]
        for step, looks in (("first", first), ("second", second))
    }
    return Judge(LAB, named, MESSAGES)


def holds(_: Evidence) -> None:
    """A condition that holds."""


def raises(error: Exception) -> Callable[[Evidence], None]:
    """A condition that raises ``error``."""

    def look(_: Evidence) -> None:
        raise error

    return look
