"""The checks of the mappings send messages of their own and take every one away again."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from lab_helpers.backends.embedded import PATIENCE_S
from lab_helpers.catalog import find_lab
from lab_helpers.grading.engine import Judge
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.outcome import Outcome
from lab_helpers.grading.queue_looking import QueueLook
from lab_helpers.grading.solution import Solution, SolutionContext
from tests.cloud_process import CloudProcess

pytestmark = pytest.mark.slow

LAB = find_lab("event_source_mappings")


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SolutionContext]:
    """The lab done as the solution does it, on a cloud of its own."""
    cloud = CloudProcess.start(tmp_path_factory.mktemp("home"), "--port", "0")
    backend = cloud.backend(PATIENCE_S)
    context = SolutionContext(LAB, backend, LAB.source / "solution")
    solution = Solution(LAB)
    solution.prepare(context)
    for step in LAB.steps:
        solution.run(step.id, context)
    yield context
    cloud.stop()


def test_the_learners_dead_letters_stay_and_the_checks_own_go(solved: SolutionContext) -> None:
    ev = Evidence(solved.backend, solved.names)
    own = {"kind": "order", "id": "o-22", "quantity": 0}
    dead, failed = (QueueLook.at(ev, solved.name(key)) for key in ("orders_dlq", "failed_readings"))
    assert dead is not None
    assert failed is not None
    dead.send([json.dumps(own)])
    for _ in range(2):
        report = Judge(LAB).judge(ev, [step.id for step in LAB.steps])
        assert {step.outcome for step in report.steps} == {Outcome.PASSED}
    assert [json.loads(body) for body in dead.bodies()] == [own]
    assert failed.bodies() == []
    assert solved.client("dynamodb").scan(TableName=solved.name("stock"))["Items"] == []


def test_a_limit_is_asked_for_before_a_bad_record_is_put(solved: SolutionContext) -> None:
    """Without one the check's own record would hold up the learner's shard."""
    lambda_client, kinesis = solved.client("lambda"), solved.client("kinesis")
    (mapping,) = lambda_client.list_event_source_mappings(
        FunctionName=solved.name("readings_function")
    )["EventSourceMappings"]
    lambda_client.update_event_source_mapping(UUID=mapping["UUID"], MaximumRetryAttempts=-1)

    def records() -> int:
        found = 0
        for shard in kinesis.list_shards(StreamName=solved.name("readings"))["Shards"]:
            iterator = kinesis.get_shard_iterator(
                StreamName=solved.name("readings"),
                ShardId=shard["ShardId"],
                ShardIteratorType="TRIM_HORIZON",
            )["ShardIterator"]
            found += len(kinesis.get_records(ShardIterator=iterator)["Records"])
        return found

    before = records()
    ev = Evidence(solved.backend, solved.names)
    report = Judge(LAB).judge_step(ev, "isolate_bad_record")
    assert report.diagnosis == "retries_without_end"
    assert records() == before
