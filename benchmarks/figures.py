"""Everything that is measured, each figure next to its floor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks import (
    delivery_figures,
    function_figures,
    learner_figures,
    process_figures,
    service_figures,
    throughput_figures,
)
from benchmarks.floors import PythonFloor
from benchmarks.ground import Ground
from benchmarks.measure import Counts
from benchmarks.process_memory import KIND

Measure = Callable[[Ground, Counts], Iterator[float]]
FloorMeasure = Callable[["Floors", Counts], Iterator[float]]


@dataclass(frozen=True)
class Floors:
    """Attributes: server, the no-op server; python, a bare interpreter."""

    server: Ground
    python: PythonFloor


@dataclass(frozen=True)
class Figure:
    """One row of the table.

    Attributes:
        unit: of every sample, ``ms``, ``MiB`` or ``/s``.
        floor_name: what stands in the floor column.
        needs_functions: a contender that runs no functions has no such figure.
        is_short: some milliseconds; several are taken in a row.
    """

    key: str
    title: str
    unit: str
    measure: Measure
    floor_name: str
    floor: FloorMeasure
    needs_functions: bool = True
    is_short: bool = False

    @property
    def more_is_better(self) -> bool:
        return self.unit == "/s"


def _python_pass(floors: Floors, counts: Counts) -> Iterator[float]:
    return floors.python.pass_ms(counts.processes)


def _python_boto3(floors: Floors, counts: Counts) -> Iterator[float]:
    return floors.python.boto3_client_ms(counts.processes)


def _python_memory(floors: Floors, counts: Counts) -> Iterator[float]:
    return floors.python.memory_mib()


def _ideal_sleeping_rate(floors: Floors, counts: Counts) -> Iterator[float]:
    return throughput_figures.ideal_sleeping_rate()


def _against_noop(measure: Measure) -> FloorMeasure:
    """The same client code, sent to the no-op server."""
    return lambda floors, counts: measure(floors.server, counts)


PASS, NOOP, NOOP_RAW = "python -S -c pass", "boto3, no-op server", "raw HTTP, no-op server"

FIGURES = (
    Figure(
        "cold_invoke",
        "cold invoke, trivial handler",
        "ms",
        function_figures.cold_invoke,
        PASS,
        _python_pass,
    ),
    Figure(
        "cold_invoke_boto3",
        "cold invoke, boto3 client at module level",
        "ms",
        function_figures.cold_invoke_with_boto3,
        "python -c 'import boto3; boto3.client(…)'",
        _python_boto3,
    ),
    Figure(
        "create_to_first_result",
        "create_function → first result",
        "ms",
        function_figures.create_to_first_result,
        PASS,
        _python_pass,
    ),
    Figure(
        "warm_invoke",
        "warm invoke, silent handler",
        "ms",
        function_figures.warm_invoke,
        NOOP,
        _against_noop(function_figures.warm_invoke),
        is_short=True,
    ),
    Figure(
        "warm_invoke_printing",
        "warm invoke, printing handler",
        "ms",
        function_figures.warm_invoke_printing,
        NOOP,
        _against_noop(function_figures.warm_invoke_printing),
        is_short=True,
    ),
    Figure(
        "warm_invoke_raw",
        "warm invoke, silent handler, raw HTTP",
        "ms",
        function_figures.warm_invoke_raw,
        NOOP_RAW,
        _against_noop(function_figures.warm_invoke_raw),
        is_short=True,
    ),
    Figure(
        "trivial_rate",
        "8 clients, silent handler, raw HTTP",
        "/s",
        throughput_figures.trivial_rate,
        NOOP_RAW,
        _against_noop(throughput_figures.trivial_rate),
    ),
    Figure(
        "sleeping_rate",
        "8 clients, handler sleeps 50 ms, raw HTTP",
        "/s",
        throughput_figures.sleeping_rate,
        "8 sleeps at a time",
        _ideal_sleeping_rate,
    ),
    Figure(
        "get_caller_identity",
        "sts get_caller_identity",
        "ms",
        service_figures.get_caller_identity,
        NOOP,
        _against_noop(service_figures.get_caller_identity),
        needs_functions=False,
        is_short=True,
    ),
    Figure(
        "list_functions",
        "lambda list_functions",
        "ms",
        service_figures.list_functions,
        NOOP,
        _against_noop(service_figures.list_functions),
        needs_functions=False,
        is_short=True,
    ),
    Figure(
        "send_message",
        "sqs send_message",
        "ms",
        service_figures.send_message,
        NOOP,
        _against_noop(service_figures.send_message),
        needs_functions=False,
        is_short=True,
    ),
    Figure(
        "put_object",
        "s3 put_object",
        "ms",
        service_figures.put_object,
        NOOP,
        _against_noop(service_figures.put_object),
        needs_functions=False,
        is_short=True,
    ),
    Figure(
        "put_to_executed",
        "s3 put_object → function executed",
        "ms",
        delivery_figures.put_to_executed,
        NOOP,
        _against_noop(service_figures.put_object),
    ),
    Figure(
        "put_to_log_line",
        "s3 put_object → log line visible",
        "ms",
        delivery_figures.put_to_log_line,
        NOOP,
        _against_noop(service_figures.put_object),
    ),
    Figure(
        "send_to_executed",
        "sqs send_message → function executed",
        "ms",
        delivery_figures.send_to_executed,
        NOOP,
        _against_noop(service_figures.send_message),
    ),
    Figure(
        "start_to_first_answer",
        "start → first answer (sts)",
        "ms",
        process_figures.start_to_first_answer,
        PASS,
        _python_pass,
        needs_functions=False,
    ),
    Figure(
        "start_to_first_bucket",
        "start → first bucket (s3)",
        "ms",
        process_figures.start_to_first_bucket,
        PASS,
        _python_pass,
        needs_functions=False,
    ),
    Figure(
        "idle_memory",
        f"idle memory ({KIND})",
        "MiB",
        process_figures.idle_memory,
        "bare python",
        _python_memory,
        needs_functions=False,
    ),
    Figure(
        "memory_per_environment",
        f"memory per warm environment ({KIND})",
        "MiB",
        process_figures.memory_per_environment,
        "bare python",
        _python_memory,
    ),
    Figure(
        "import_package",
        "import lab_helpers",
        "ms",
        learner_figures.import_package,
        PASS,
        _python_pass,
    ),
    Figure(
        "start_lab",
        "start_lab, the cloud runs",
        "ms",
        learner_figures.start_lab,
        PASS,
        _python_pass,
    ),
    Figure(
        "check",
        "check of a passed step",
        "ms",
        learner_figures.check_again,
        PASS,
        _python_pass,
    ),
    Figure(
        "timeline",
        "lab.timeline of 1,000 invocations",
        "ms",
        learner_figures.timeline,
        PASS,
        _python_pass,
    ),
)
