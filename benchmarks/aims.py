"""The targets. They are told, never enforced: a busy machine is no fault of the code.

Those in floors hold on any machine; the others were set on one of two cores, at rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.figures import FIGURES
from benchmarks.floors import FLOOR
from benchmarks.ours import OURS
from benchmarks.rounds import Results


@dataclass(frozen=True)
class Aim:
    """Attributes: limit, in floors where ``of_floor``, else in the figure's unit."""

    figure: str
    words: str
    limit: float
    of_floor: bool


@dataclass(frozen=True)
class Verdict:
    """Attributes: met, None where a figure is missing; value, in the ``unit`` of the limit."""

    aim: Aim
    met: bool | None
    value: float | None
    unit: str


AIMS = (
    Aim("warm_invoke", "warm invoke ≤ 5 × a boto3 call to a no-op server", 5.0, True),
    Aim(
        "cold_invoke",
        "cold invoke ≤ 6.7 × a bare Python (100 ms where it takes 15 ms)",
        100 / 15,
        True,
    ),
    Aim("start_to_first_answer", "first answer within 450 ms of the start", 450, False),
    Aim("cold_invoke", "cold invoke ≤ 30 ms", 30, False),
    Aim("cold_invoke_boto3", "cold invoke with a boto3 client ≤ 60 ms", 60, False),
    Aim("create_to_first_result", "create_function → first result ≤ 80 ms", 80, False),
    Aim("warm_invoke", "warm invoke, silent ≤ 4 ms", 4, False),
    Aim("warm_invoke_printing", "warm invoke, printing ≤ 4 ms", 4, False),
    Aim("trivial_rate", "8 clients, silent handler ≥ 1,000 /s", 1000, False),
    Aim("sleeping_rate", "8 clients, handler sleeps 50 ms ≥ 145 /s", 145, False),
    Aim("get_caller_identity", "sts get_caller_identity ≤ 2.5 ms", 2.5, False),
    Aim("list_functions", "lambda list_functions ≤ 2.5 ms", 2.5, False),
    Aim("send_message", "sqs send_message ≤ 3 ms", 3, False),
    Aim("put_to_executed", "s3 put_object → function executed ≤ 5 ms", 5, False),
    Aim("send_to_executed", "sqs send_message → function executed ≤ 5 ms", 5, False),
    Aim("idle_memory", "idle memory ≤ 65 MiB", 65, False),
    Aim("memory_per_environment", "memory per warm environment ≤ 8 MiB", 8, False),
    Aim("import_package", "import lab_helpers ≤ 50 ms", 50, False),
    Aim("start_lab", "start_lab, the cloud runs ≤ 1,000 ms", 1000, False),
    Aim("check", "check of a passed step ≤ 300 ms", 300, False),
    Aim("timeline", "lab.timeline of 1,000 invocations ≤ 1,000 ms", 1000, False),
)


def judge(results: Results) -> list[Verdict]:
    """By the medians."""
    return [_verdict(aim, results) for aim in AIMS]


def _verdict(aim: Aim, results: Results) -> Verdict:
    figure = next(one for one in FIGURES if one.key == aim.figure)
    ours = results.summary(figure, OURS)
    floor = results.summary(figure, FLOOR)
    unit = "×" if aim.of_floor else figure.unit
    if ours is None or (aim.of_floor and floor is None):
        return Verdict(aim, None, None, unit)
    value = ours.median / floor.median if aim.of_floor and floor is not None else ours.median
    met = value >= aim.limit if figure.more_is_better else value <= aim.limit
    return Verdict(aim, met, value, unit)
