"""Records of ``logging`` are told from prints and from Lambda's own lines, in both formats."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.grading.log_records import log_records

TEXT = """\
START RequestId: 7f2c Version: $LATEST
printed
[WARNING]\t2026-11-22T15:39:02.471Z\t7f2c\torder A-1 is late
[ERROR] KeyError: 'CHF'
Traceback (most recent call last):
END RequestId: 7f2c
"""
"""The last but two is the runtime's word for an exception, not a record."""


def test_a_text_log_has_its_records_among_other_lines() -> None:
    (record,) = log_records(TEXT)
    assert (record.level, record.message) == ("WARNING", "order A-1 is late")
    assert record.tells("A-1")


def test_a_json_log_has_application_records_and_their_extra_fields() -> None:
    own = {"timestamp": "2026-11-22T15:39:02Z", "level": "INFO", "message": "m", "order_id": "A-1"}
    system = {"time": "2026-11-22T15:39:02Z", "type": "platform.start", "record": {}}
    lines = [json.dumps(system), json.dumps(own), "{'printed': 1}", '{"printed": 2}', "[]"]
    (record,) = log_records("\n".join(lines))
    assert record.level == "INFO"
    assert record.fields["order_id"] == "A-1"
    assert record.tells("A-1")
    assert not record.tells("A-2")


@given(st.text())
def test_any_log_can_be_read(log: str) -> None:
    assert all(record.level for record in log_records(log) if not record.fields)
