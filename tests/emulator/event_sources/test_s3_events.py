from __future__ import annotations

from urllib.parse import unquote_plus

from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.event_sources.s3_events import (
    ObjectEvent,
    encoded_key,
    notification_event,
)

EVENT = ObjectEvent(
    event_type="s3:ObjectCreated:Put",
    region="us-east-1",
    bucket="photos",
    key="red flower.jpg",
    time=1_790_000_000.123,
    size=7,
    etag="0123",
    version_id=None,
    request_id="R",
    host_id="H",
    principal_id="AIDA",
    source_ip="127.0.0.1",
    bucket_owner_id="A1",
)


def test_a_key_is_url_encoded_as_s3_does() -> None:
    assert encoded_key("red flower.jpg") == "red+flower.jpg"
    assert encoded_key("a@b") == "a%40b"
    assert encoded_key("1+1.txt") == "1%2B1.txt"
    assert encoded_key("images/花.png") == "images/%E8%8A%B1.png"


@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=50))
def test_unquote_plus_gives_every_key_back(key: str) -> None:
    assert unquote_plus(encoded_key(key)) == key


def test_the_record_has_aws_members() -> None:
    (record,) = notification_event(EVENT, "rule-1")["Records"]
    assert record["eventVersion"] == "2.1"
    assert record["eventSource"] == "aws:s3"
    assert record["eventName"] == "ObjectCreated:Put"
    assert record["eventTime"] == "2026-09-21T14:13:20.123Z"
    assert record["userIdentity"] == {"principalId": "AWS:AIDA"}
    assert record["responseElements"] == {"x-amz-request-id": "R", "x-amz-id-2": "H"}
    assert record["s3"]["configurationId"] == "rule-1"
    assert record["s3"]["bucket"]["arn"] == "arn:aws:s3:::photos"
    assert set(record["s3"]["object"]) == {"key", "size", "eTag", "sequencer"}


def test_sequencers_grow_as_text() -> None:
    def sequencer(time: float) -> str:
        moved = ObjectEvent(**{**vars(EVENT), "time": time})
        return str(notification_event(moved, "")["Records"][0]["s3"]["object"]["sequencer"])

    assert sequencer(1.0) < sequencer(1.000_01) < sequencer(2_000_000_000.0)
