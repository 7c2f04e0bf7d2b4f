"""Put objects that no one expects, see what the notified function makes of them, clean up."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import CannotLook
from lab_helpers.grading.journal_reader import JournalRecord
from lab_helpers.grading.log_reading import LoggedRun, logged_runs

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

GRACE_S = 0.5
QUEUED_WITHIN_S = 3.0
"""A backend with a journal queues an upload's event at once; later it will not come any more."""


class UploadProbe:
    """One set of unexpected uploads.

    Attributes:
        token: part of every key that the probe makes; what the function makes of them is
            recognised by it.
    """

    def __init__(self, evidence: Evidence, source: str, target: str, log_group: str) -> None:
        self.token = f"dojo-check-{evidence.token()}"
        self._evidence = evidence
        self._s3 = evidence.s3_client
        self._source = source
        self._target = target
        self._log_group = log_group
        self._runs_before: set[str] = set()
        self._uploaded: list[str] = []
        self._put_ids: set[str] = set()
        self._journal_before = 0

    @classmethod
    @contextlib.contextmanager
    def open(
        cls, evidence: Evidence, source: str, target: str, log_group: str
    ) -> Iterator[UploadProbe]:
        """Upload to bucket ``source``, watch bucket ``target``; leaves both as they were."""
        probe = cls(evidence, source, target, log_group)
        try:
            yield probe
        finally:
            probe.clean_up()

    def put_all(self, bodies: Mapping[str, bytes]) -> None:
        """Upload each body under its key; every key must hold ``token``."""
        self._runs_before = {run.request_id for run in self._runs()}
        self._journal_before = max((event.sequence for event in self._queued() or []), default=0)
        for key, body in bodies.items():
            answer = self._s3.put_object(
                Bucket=self._source, Key=key, Body=body, ContentType="image/png"
            )
            headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
            self._put_ids.add(headers.get("x-amz-request-id", ""))
            self._uploaded.append(key)

    def new_runs(self) -> list[LoggedRun]:
        """Finished invocations that the uploads brought about.

        Where the backend keeps a journal it tells which they are; elsewhere they are those that
        began since, and the retry of an earlier event may be among them.
        """
        found = [
            run for run in self._runs() if run.finished and run.request_id not in self._runs_before
        ]
        queued = self._queued()
        if queued is None:
            return found
        caused = {event.request_id for event in queued if event.cause_id in self._put_ids}
        return [run for run in found if run.request_id in caused]

    def wait_for_results(self) -> list[str]:
        """Keys in the target that hold the token.

        Waits until there are as many as were uploaded, or as many invocations have finished.
        """
        if self._queued() is not None and not self._evidence.wait_for(
            self._noticed, patience_s=QUEUED_WITHIN_S
        ):
            return []
        self._evidence.wait_for(self._settled)
        incomplete = len(self.keys_in(self._target)) < len(self._uploaded)
        if incomplete and self._evidence.journal is None:
            self._evidence.pause(GRACE_S)  # what finished may have been an earlier event's retry
        return self.keys_in(self._target)

    def _noticed(self) -> bool | None:
        """Whether the journal tells of an event that an upload brought about."""
        return any(event.cause_id in self._put_ids for event in self._queued() or []) or None

    def _settled(self) -> bool | None:
        wanted = len(self._uploaded)
        # The log is looked at first: what a finished invocation has written is then there.
        finished = {run.request_id for run in self.new_runs()}
        if len(finished) >= wanted or len(self.keys_in(self._target)) >= wanted:
            return True
        return None

    def _queued(self) -> list[JournalRecord] | None:
        """Events queued since the uploads began, None where nobody tells."""
        journal = self._evidence.journal
        if journal is None:
            return None
        try:
            return journal.queued_events(after=self._journal_before)
        except CannotLook:
            return None

    def stray_keys(self) -> list[str]:
        """Objects in the source bucket that came of the uploads."""
        return [key for key in self.keys_in(self._source) if key not in self._uploaded]

    def keys_in(self, bucket: str) -> list[str]:
        return [key for key in object_keys(self._s3, bucket) if self.token in key]

    def clean_up(self) -> None:
        """Remove the uploads and all that came of them."""
        for bucket in (self._source, self._target):
            for key in absent_as_none(functools.partial(self.keys_in, bucket)) or []:
                self._s3.delete_object(Bucket=bucket, Key=key)

    def _runs(self) -> list[LoggedRun]:
        return logged_runs(self._evidence.logs_client, self._log_group) or []


def object_keys(s3_client: S3Client, bucket: str) -> list[str]:
    """All keys of a bucket. Raises botocore's ClientError where the bucket does not exist."""
    pages = s3_client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]
