"""What a session made in a real account stays on record until it is gone, whoever removes it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from lab_helpers.backends import aws_session
from lab_helpers.backends.aws import backend_of
from lab_helpers.backends.aws_made import Made
from lab_helpers.backends.aws_record import SessionRecord, left_behind, own_record
from lab_helpers.errors import DojoError

QUEUE = "arn:aws:sqs:us-east-1:210987654321:dojo-orders"
ROLE = "arn:aws:iam::210987654321:role/dojo-role"


def leave(home: Path, *arns: str) -> SessionRecord:
    """A record as a process leaves it that is no more."""
    record = own_record(home, "sandbox", "210987654321", "us-east-1")
    for arn in arns:
        record.made(arn)
    head, _, rest = record.path.read_text().partition("\n")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    record.path.write_text(json.dumps({**json.loads(head), "pid": ended.pid}) + "\n" + rest)
    return record


def test_there_is_no_file_until_something_is_made_and_none_when_all_is_gone(tmp_path: Path) -> None:
    record = own_record(tmp_path, "sandbox", "210987654321", "us-east-1")
    made = Made("210987654321", "us-east-1", record=record)
    record.gone(QUEUE)
    assert not record.path.exists()
    for arn in (ROLE, QUEUE, ROLE):
        made.note(arn)
    assert record.left() == [ROLE, QUEUE]
    made.gone(QUEUE)
    assert record.left() == [ROLE]
    made.gone(ROLE)
    assert not record.path.exists()


def test_what_a_running_session_made_is_not_left_behind(tmp_path: Path) -> None:
    own_record(tmp_path, "sandbox", "210987654321", "us-east-1").made(QUEUE)
    assert list(left_behind(tmp_path)) == []


def test_what_an_ended_session_made_is(tmp_path: Path) -> None:
    leave(tmp_path, ROLE, QUEUE)
    (record,) = left_behind(tmp_path)
    assert (record.profile, record.account_id, record.region) == (
        "sandbox",
        "210987654321",
        "us-east-1",
    )
    assert record.left() == [ROLE, QUEUE]


def test_another_process_of_the_same_number_is_not_the_session(tmp_path: Path) -> None:
    record = own_record(tmp_path, "sandbox", "210987654321", "us-east-1")
    record.made(QUEUE)
    head, _, rest = record.path.read_text().partition("\n")
    earlier = {**json.loads(head), "began": psutil.Process().create_time() - 3600}
    record.path.write_text(json.dumps(earlier) + "\n" + rest)
    assert len(list(left_behind(tmp_path))) == 1


def test_a_file_that_is_no_record_is_passed_over(tmp_path: Path) -> None:
    record = leave(tmp_path, QUEUE)
    record.path.with_name("a.txt").write_text("{")
    record.path.with_name("b.txt").write_text("[]\n+ x\n")
    record.path.with_name("c.txt").write_text("")
    assert [found.path for found in left_behind(tmp_path)] == [record.path]


def test_a_profile_that_leads_to_another_account_now_removes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = ("111111111111", "arn:aws:iam::111111111111:user/x", "us-east-1")
    monkeypatch.setattr(aws_session, "identify", lambda profile, region: identity)
    with pytest.raises(DojoError, match="is account 111111111111 now, and was 210987654321"):
        backend_of(leave(tmp_path, QUEUE))
