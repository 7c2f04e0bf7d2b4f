"""``lab.bill`` on a real cloud: what ran is what is charged, with its log."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from lab_helpers.backends.backend import Capability
from lab_helpers.backends.endpoint import EndpointBackend
from lab_helpers.grading.evidence import Evidence
from lab_helpers.notebook.bill.month import month_like
from lab_helpers.notebook.bill.seen import Seen
from lab_helpers.notebook.bill.shown import ShownBill
from lab_helpers.notebook.bill.verb import bill
from lab_helpers.notebook.shown import Note
from lab_helpers.pricing import Item
from tests.cloud_process import CloudProcess, eventually

WORKS = "def handler(event, context):\n    print('a line of mine')\n"


@pytest.fixture
def backend(cloud: CloudProcess) -> EndpointBackend:
    return cloud.backend()


def shown(backend: EndpointBackend, opened_s: float, names: dict[str, str]) -> ShownBill:
    found = bill(Evidence(backend, names), "en", opened_s)
    assert isinstance(found, ShownBill)
    return found


def only(seen: Seen, function: str) -> Seen:
    """Events of other tests may still be tried again on this cloud."""
    return replace(
        seen,
        runs=tuple(run for run in seen.runs if run.function == function),
        spans=tuple(span for span in seen.spans if span.function == function),
    )


def log_bytes(cloud: CloudProcess, function: str) -> int:
    return sum(len(line.encode()) for line in cloud.log_lines(function))


def test_the_journal_and_the_log_give_the_bill(
    cloud: CloudProcess, backend: EndpointBackend
) -> None:
    function = cloud.create_function(
        WORKS, Architectures=["arm64"], EphemeralStorage={"Size": 1024}
    )
    opened_s = time.time()
    for _ in range(3):
        cloud.client("lambda").invoke(FunctionName=function)
    found = shown(backend, opened_s, {})
    seen = only(found.seen, function)
    used = seen.usage()
    assert len(seen.runs) == 3
    assert seen.cold == 1
    assert used[Item.REQUEST] == 3
    assert used[Item.DURATION_ARM64] > 0
    assert used[Item.EPHEMERAL_STORAGE] > 0
    assert seen.log_bytes is not None
    assert seen.log_bytes >= log_bytes(cloud, function) > 300
    assert month_like(seen, cloud.region).architecture == "arm64"
    assert function in repr(found)


def test_an_event_of_300_kb_is_two_requests(cloud: CloudProcess, backend: EndpointBackend) -> None:
    function = cloud.create_function(WORKS)
    opened_s = time.time()
    cloud.client("lambda").invoke(
        FunctionName=function, InvocationType="Event", Payload=json.dumps("x" * 300 * 1024)
    )

    def further() -> Any:
        found = bill(Evidence(backend, {}), "en", opened_s)
        return isinstance(found, ShownBill) and found.seen.further_requests

    assert eventually(further) == 1


def test_provisioned_concurrency_is_charged_while_nobody_comes(
    cloud: CloudProcess, backend: EndpointBackend
) -> None:
    function, client = cloud.create_function(WORKS, MemorySize=1024), cloud.client("lambda")
    version = client.publish_version(FunctionName=function)["Version"]
    opened_s = time.time()
    client.put_provisioned_concurrency_config(
        FunctionName=function, Qualifier=version, ProvisionedConcurrentExecutions=1
    )

    def ready() -> bool:
        told = client.get_provisioned_concurrency_config(FunctionName=function, Qualifier=version)
        return bool(told["Status"] == "READY")

    eventually(ready)
    client.invoke(FunctionName=function, Qualifier=version)
    client.delete_function(FunctionName=function)

    def over() -> Any:
        """Its end is told a moment after the answer."""
        seen = only(shown(backend, opened_s, {}).seen, function)
        (span,) = seen.spans
        return span.ended_s < seen.until_s and seen

    used = eventually(over).usage()
    assert used[Item.PROVISIONED_CONFIGURED_X86_64] == 300
    assert used[Item.PROVISIONED_REQUEST] == 1
    assert used[Item.PROVISIONED_DURATION_X86_64] > 0


@pytest.mark.parametrize("log_format", ["Text", "JSON"])
def test_without_a_journal_report_lines_give_the_bill_and_a_note_says_so(
    cloud: CloudProcess, backend: EndpointBackend, log_format: str
) -> None:
    function = cloud.create_function(WORKS, LoggingConfig={"LogFormat": log_format})
    cloud.client("lambda").invoke(FunctionName=function)
    silent = replace(backend, name="localstack", capabilities=frozenset({Capability.LAMBDA}))
    names = {"function": function, "bucket": "no-function", "role": "no such function"}
    found = shown(silent, time.time() - 60, names)
    assert len(found.seen.runs) == 1
    assert found.seen.runs[0].init_ms is not None
    assert found.seen.log_bytes == log_bytes(cloud, function)
    assert any("localstack keeps no journal" in line for line in found.table().below)


def test_where_nothing_ran_a_note_says_so(backend: EndpointBackend) -> None:
    silent = replace(backend, capabilities=frozenset({Capability.LAMBDA}))
    assert isinstance(bill(Evidence(silent, {}), "ja", time.time()), Note)


def test_the_widget_calculates_in_the_kernel_and_gets_no_key(
    cloud: CloudProcess, backend: EndpointBackend
) -> None:
    from lab_helpers.notebook.bill.widget import BillWidget  # as late as the verb does

    function = cloud.create_function(WORKS)
    opened_s = time.time()
    cloud.client("lambda").invoke(FunctionName=function)
    found = shown(backend, opened_s, {})
    widget = BillWidget(found, "en")
    requests = next(control for control in widget.controls if control["name"] == "requests")
    billion = requests["texts"].index("1,000,000,000")
    before = widget.month["total"]
    widget._heard(None, {"kind": "chosen", "chosen": {"requests": billion}}, None)
    assert widget.month["total"] != before
    supposed = found.suppose(requests=10**9)
    assert widget.month["table"] == supposed._repr_html_()
    state = json.dumps(widget.get_state(), default=str)
    assert cloud.secret_access_key not in state
