"""What a backend cannot do is told beforehand, and is never the learner's mistake."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.backends.backend import Capability, Credentials
from lab_helpers.backends.capability_table import capabilities_of, capability_table
from lab_helpers.backends.endpoint import EndpointBackend
from lab_helpers.catalog import load_labs
from lab_helpers.errors import DojoError
from lab_helpers.grading.engine import Judge
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.outcome import Outcome
from lab_helpers.notebook.open_lab import start_lab


def backend(name: str = "localstack", less: frozenset[Capability] = frozenset()) -> Any:
    keys = Credentials("test", "test")
    return EndpointBackend(
        name, "http://127.0.0.1:9", "us-east-1", "000000000000", keys, capabilities_of(name) - less
    )


@pytest.mark.parametrize("name", capability_table())
def test_each_backend_has_a_capability_or_a_reason_for_its_absence(name: str) -> None:
    abilities = capability_table()[name]
    assert abilities.can | set(abilities.lacks) == set(Capability)
    assert not abilities.can & set(abilities.lacks)
    assert all(why.en and why.ja for why in abilities.lacks.values())


def test_every_need_of_every_lab_is_a_capability_and_the_embedded_cloud_has_it() -> None:
    for lab in load_labs():
        for step in lab.steps:
            assert set(lab.needs) | set(step.needs) <= set(map(str, Capability))
            assert lab.lacking(step.id, capabilities_of("embedded")) == ()


def test_a_lab_says_before_it_starts_which_steps_are_unavailable(tmp_path: Path) -> None:
    poor = backend(less=frozenset({Capability.S3_NOTIFICATION}))
    env = {"LAMBDA_DOJO_HOME": str(tmp_path)}
    lab = start_lab("s3_event_notification", backend=poor, folder=tmp_path, environ=env)
    told = repr(lab)
    assert "the step `upload_and_read_log` is unavailable: it needs s3_notification" in told
    assert "`create_buckets` is unavailable" not in told
    japanese = env | {"LANG_UI": "ja"}
    lab = start_lab("s3_event_notification", backend=poor, folder=tmp_path, environ=japanese)
    assert "ステップ `upload_and_read_log` を行えません" in repr(lab)


def test_where_no_step_can_be_done_the_lab_is_refused(tmp_path: Path) -> None:
    env = {"LAMBDA_DOJO_HOME": str(tmp_path)}
    with pytest.raises(DojoError, match="permissions"):
        start_lab("iam_permissions", backend=backend(), folder=tmp_path, environ=env)


@pytest.mark.parametrize("lab", load_labs(), ids=lambda lab: lab.id)
def test_a_step_that_the_backend_cannot_do_is_unavailable_and_nothing_is_asked(lab: Any) -> None:
    unable = replace(backend(), capabilities=frozenset())
    evidence = Evidence(unable, dict(lab.names))
    evidence.__dict__["_session"] = None  # a client could not even be made
    for report in Judge(lab).judge(evidence, [step.id for step in lab.steps]).steps:
        assert report.outcome is Outcome.UNAVAILABLE
        assert report.diagnosis == "capability_missing"
        assert "lambda" in report.message.found.en
        assert "localstack" in report.message.found.ja
