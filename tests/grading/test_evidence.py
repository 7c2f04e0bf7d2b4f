"""Invocations, waiting, probes and the journal, with clients that are told what to answer."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lab_helpers.grading import upload_probe
from lab_helpers.grading.evidence import absent_as_none
from lab_helpers.grading.expectations import CannotLook, Unmet
from lab_helpers.grading.invoking import invoke
from lab_helpers.grading.journal_reader import JournalReader, JournalRecord
from lab_helpers.grading.log_reading import LoggedRun
from lab_helpers.grading.upload_probe import UploadProbe
from tests.grading.stand_ins import evidence


class Function:
    """Stands in for boto3's Lambda client: answers every invocation with ``payload``."""

    def __init__(self, payload: Any, error: str | None = None, log: str = "") -> None:
        self._answer: dict[str, Any] = {
            "StatusCode": 200,
            "Payload": io.BytesIO(
                payload if isinstance(payload, bytes) else json.dumps(payload).encode()
            ),
            "LogResult": base64.b64encode(log.encode()).decode(),
        }
        if error:
            self._answer["FunctionError"] = error
        self.asked: dict[str, Any] = {}

    def invoke(self, **request: Any) -> dict[str, Any]:
        self.asked = request
        return self._answer


def invoked(payload: Any, error: str | None = None, log: str = "") -> Any:
    client: Any = Function(payload, error, log)
    return invoke(client, "f", {"name": "さくら"})


def test_events_travel_as_utf8_and_results_come_back_as_they_are() -> None:
    client: Any = Function({"message": "こんにちは"})
    answer = invoke(client, "f", {"name": "さくら"})
    assert client.asked["Payload"] == '{"name": "さくら"}'.encode()
    assert answer.succeeded() is answer
    assert "こんにちは" in answer.result_text


@pytest.mark.parametrize(
    ("error_type", "message", "diagnosis"),
    [
        ("KeyError", "'name'", "function_error"),
        ("Runtime.ImportModuleError", "Unable to import module 'm'", "import_failed"),
        ("Sandbox.Timedout", "Error: Task timed out after 3.00 seconds", "function_timed_out"),
        # AWS's time-out payload before 2025 has no errorType
        ("", "2024-04-08T00:00:00Z x Task timed out after 3.00 seconds", "function_timed_out"),
    ],
)
def test_a_function_error_is_told_with_its_type_message_and_log(
    error_type: str, message: str, diagnosis: str
) -> None:
    payload = {"errorMessage": message} | ({"errorType": error_type} if error_type else {})
    with pytest.raises(Unmet) as caught:
        invoked(payload, "Unhandled", "the end of the log").succeeded()
    assert caught.value.diagnosis == diagnosis
    assert caught.value.values["error_message"] == message
    assert caught.value.details == "the end of the log"


def test_a_payload_that_is_no_json_is_kept_as_text() -> None:
    assert invoked(b"\xff not json").result == "\ufffd not json"
    assert invoked(b"").result is None


def test_waiting_ends_with_the_first_find_or_with_patience() -> None:
    answers = iter([None, None, "found"])
    assert evidence().wait_for(lambda: next(answers)) == "found"
    assert evidence().wait_for(lambda: None) is None


def test_what_does_not_exist_is_none_and_other_errors_stay_errors() -> None:
    def fails(code: str) -> Any:
        raise ClientError({"Error": {"Code": code}}, "GetFunction")

    assert absent_as_none(lambda: fails("ResourceNotFoundException")) is None
    with pytest.raises(ClientError):
        absent_as_none(lambda: fails("ValidationException"))


class Buckets:
    """Stands in for S3: what is put into ``in`` appears in ``out`` where ``works`` is true."""

    def __init__(self, *, works: bool = True, stray: bool = False) -> None:
        self.keys: dict[str, list[str]] = {"in": ["kept.png"], "out": ["kept.png"]}
        self._works, self._stray = works, stray

    def put_object(self, *, Bucket: str, Key: str, **_: Any) -> dict[str, Any]:
        self.keys[Bucket].append(Key)
        if self._works:
            self.keys["out"].append(Key)
        if self._stray:
            self.keys["in"].append("thumb-" + Key)
        return {"ResponseMetadata": {"HTTPHeaders": {"x-amz-request-id": f"put-{Key}"}}}

    def delete_object(self, *, Bucket: str, Key: str) -> None:
        self.keys[Bucket].remove(Key)

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, *, Bucket: str) -> list[dict[str, Any]]:
        return [{"Contents": [{"Key": key} for key in self.keys[Bucket]]}, {}]


def probe_on(
    buckets: Buckets, monkeypatch: pytest.MonkeyPatch, runs: list[LoggedRun] | None = None
) -> Any:
    ev = evidence()
    ev.__dict__["s3_client"] = buckets
    ev.__dict__["logs_client"] = None
    found = iter([[], *[runs or []] * 1000])
    monkeypatch.setattr(upload_probe, "logged_runs", lambda *_: next(found))
    return UploadProbe.open(ev, "in", "out", "/aws/lambda/f")


@pytest.mark.parametrize("fails", [False, True])
def test_a_probe_leaves_the_buckets_as_they_were(
    fails: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    buckets = Buckets(stray=True)
    try:
        with probe_on(buckets, monkeypatch) as probe:
            probe.put_all({f"{probe.token}.png": b"x"})
            assert probe.wait_for_results() == [f"{probe.token}.png"]
            assert probe.stray_keys() == [f"thumb-{probe.token}.png"]
            if fails:
                raise Unmet("wrong")
    except Unmet:
        assert fails
    assert buckets.keys == {"in": ["kept.png"], "out": ["kept.png"]}


def test_a_probe_does_not_wait_on_when_the_function_has_finished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = [LoggedRun("a", "s", 0, report="REPORT")]
    with probe_on(Buckets(works=False), monkeypatch, done) as probe:
        probe.put_all({f"{probe.token}.png": b"x"})
        assert probe.wait_for_results() == []
        assert [run.request_id for run in probe.new_runs()] == ["a"]


def test_where_there_is_a_journal_only_what_the_uploads_brought_about_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = [LoggedRun(name, "s", 0, report="REPORT") for name in ("retry", "mine")]
    with probe_on(Buckets(works=False), monkeypatch, runs) as probe:
        key = f"{probe.token}.png"
        told = [("retry", "put-earlier.png"), ("mine", f"put-{key}")]
        events = [JournalRecord(n, 1.0, "async.enqueued", *ids, {}) for n, ids in enumerate(told)]

        class Journal:
            def queued_events(self, *, after: int) -> list[JournalRecord]:
                return events

        probe._evidence.__dict__["journal"] = Journal()
        probe.put_all({key: b"x"})
        assert [run.request_id for run in probe.new_runs()] == ["mine"]
        assert probe.wait_for_results() == []
        events.clear()
        before = probe._evidence._monotonic()
        assert probe.wait_for_results() == []
        assert probe._evidence._monotonic() - before < 5  # seconds of the stand-in's clock


class _Journal(BaseHTTPRequestHandler):
    seen: list[tuple[str, str | None]]

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("x-dojo-key")))
        entry = {"sequence": 1, "time": 1.0, "kind": "api.call", "request_id": "r",
                 "cause_id": None, "data": {}}  # fmt: skip
        self.send_response(200 if self.headers.get("x-dojo-key") == "secret" else 403)
        self.end_headers()
        self.wfile.write(json.dumps({"entries": [entry]}).encode())

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def journal() -> Iterator[tuple[str, list[tuple[str, str | None]]]]:
    seen: list[tuple[str, str | None]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (_Journal,), {"seen": seen}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_journal_is_read_with_the_owners_key(
    journal: tuple[str, list[tuple[str, str | None]]],
) -> None:
    url, seen = journal
    (record,) = JournalReader(url, "secret").records(after=0, kind="api")
    assert (record.kind, record.request_id) == ("api.call", "r")
    assert seen == [("/_dojo/journal?after=0&kind=api", "secret")]
    with pytest.raises(CannotLook):
        JournalReader(url, "other").records()


def test_a_backend_without_the_capability_has_no_journal() -> None:
    assert evidence().journal is None
