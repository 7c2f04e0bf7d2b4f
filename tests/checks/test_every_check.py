"""The checks themselves: passed by the solution, harmless, and never unfair."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.backends.embedded import PATIENCE_S
from lab_helpers.catalog import find_lab, load_labs
from lab_helpers.grading import evidence as evidence_module
from lab_helpers.grading.engine import Judge
from lab_helpers.grading.outcome import Outcome
from lab_helpers.grading.solution import Solution, resource_names
from lab_helpers.notebook.open_lab import OpenLab
from lab_helpers.progress import ProgressLog
from tests.cloud_process import CloudProcess, zipped
from tests.grading.stand_ins import evidence

LABS = [lab.id for lab in load_labs()]


@pytest.mark.parametrize("lab_id", LABS)
def test_a_cloud_that_is_down_is_never_the_learners_mistake(
    lab_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = find_lab(lab_id)
    monkeypatch.setattr(evidence_module, "LOOK_CONFIG", evidence_module.INVOKE_CONFIG)
    nobody = evidence()
    nobody.names = resource_names(lab, nobody.backend)
    report = Judge(lab).judge(nobody, [step.id for step in lab.steps])
    assert {step.outcome for step in report.steps} == {Outcome.UNAVAILABLE}


@pytest.fixture(scope="module")
def own_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudProcess]:
    """A cloud for this module: the labs' names must be free."""
    running = CloudProcess.start(tmp_path_factory.mktemp("home"), "--port", "0")
    yield running
    running.stop()


@pytest.fixture
def open_lab(own_cloud: CloudProcess, tmp_path: Path) -> Iterator[Any]:
    """Opens a lab on that cloud; its resources are removed afterwards."""
    opened: list[OpenLab] = []

    def make(lab_id: str) -> OpenLab:
        backend = own_cloud.backend(PATIENCE_S)
        lab = OpenLab(find_lab(lab_id), backend, tmp_path, ProgressLog(tmp_path / "p.jsonl"), "en")
        opened.append(lab)
        return lab

    yield make
    for lab in opened:
        lab.reset()


def left_in_the_cloud(lab: OpenLab) -> dict[str, list[str]]:
    """Names of all that a check could have made."""
    s3 = lab.client("s3")
    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    groups = lab.client("logs").describe_log_groups()["logGroups"]
    functions = lab.client("lambda").list_functions()["Functions"]
    found = {
        "buckets": buckets,
        "log groups": [group["logGroupName"] for group in groups],
        "functions": [function["FunctionName"] for function in functions],
    }
    for bucket in buckets:
        entries = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        found[f"objects in {bucket}"] = [entry["Key"] for entry in entries]
    return found


def logged(lab: OpenLab, function: str) -> list[str]:
    events = lab.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
    return [event["message"] for event in events if event["message"].startswith("REPORT")]


def solve(lab: OpenLab, until: str = "") -> None:
    """Do the steps before ``until``, or all of them, as the solution does."""
    solution, context = Solution(lab.definition), lab._solution_context()
    solution.prepare(context)
    for step in lab.definition.steps:
        if step.id == until:
            return
        solution.run(step.id, context)


@pytest.mark.slow
@pytest.mark.parametrize("lab_id", LABS)
def test_the_solution_passes_and_the_checks_leave_nothing_behind(
    open_lab: Any, lab_id: str
) -> None:
    lab = open_lab(lab_id)
    solve(lab)
    assert lab.check_all().passed
    before = left_in_the_cloud(lab)
    assert lab.check_all().passed
    assert left_in_the_cloud(lab) == before


@pytest.mark.slow
def test_a_check_does_not_make_the_invocations_that_the_learner_should_make(open_lab: Any) -> None:
    lab = open_lab("create_function")
    solve(lab, "invoke")
    for _ in range(2):
        shown = lab.check_all()
        outcomes = {step.step: step.outcome for step in shown.report.steps}
        assert outcomes["invoke"] is Outcome.NOT_ATTEMPTED
    solve_rest = ("invoke", "environment_variable", "update_code", "cold_and_warm")
    for step in solve_rest:
        Solution(lab.definition).run(step, lab._solution_context())
    before = logged(lab, lab.name("function"))
    assert all(lab.check(step).passed for step in solve_rest)
    assert logged(lab, lab.name("function")) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "diagnosis"),
    [
        ("raise KeyError('nom')", "function_error"),
        ("import time; time.sleep(30)", "function_timed_out"),
        ("import sys; sys.exit(3)", "process_exited"),
        ("return {1, 2}", "result_not_json"),
        ("return (", "syntax_error"),
        ("import no_such_module", "function_error"),
    ],
)
def test_an_error_of_the_learners_function_is_shown_as_their_code_says_it(
    open_lab: Any, body: str, diagnosis: str
) -> None:
    lab = open_lab("create_function")
    solve(lab, "update_code")
    client, name = lab.client("lambda"), lab.name("function")
    code = zipped({"lambda_function.py": f"def lambda_handler(event, context):\n    {body}\n"})
    client.update_function_configuration(FunctionName=name, Timeout=1)
    client.get_waiter("function_updated_v2").wait(FunctionName=name)
    client.update_function_code(FunctionName=name, ZipFile=code)
    client.get_waiter("function_updated_v2").wait(FunctionName=name)
    (step,) = lab.check("update_code").report.steps
    assert (step.outcome, step.diagnosis) == (Outcome.YOUR_CODE_ERROR, diagnosis)
    assert f"`{name}`" in step.message.found.en
    assert "RequestId" in step.details
