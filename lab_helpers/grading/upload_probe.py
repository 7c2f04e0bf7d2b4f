"""Put objects that no one expects, see what the notified function makes of them, clean up."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.log_reading import LoggedRun, logged_runs

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

GRACE_S = 0.5


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
        for key, body in bodies.items():
            self._s3.put_object(Bucket=self._source, Key=key, Body=body, ContentType="image/png")
            self._uploaded.append(key)

    def new_runs(self) -> list[LoggedRun]:
        """Finished invocations that began after the uploads."""
        return [
            run for run in self._runs() if run.finished and run.request_id not in self._runs_before
        ]

    def wait_for_results(self) -> list[str]:
        """Keys in the target that hold the token.

        Waits until there are as many as were uploaded, or as many invocations have finished.
        """
        self._evidence.wait_for(self._settled)
        if len(self.keys_in(self._target)) < len(self._uploaded):
            # A run that finished may have been the retry of an earlier event.
            self._evidence.pause(GRACE_S)
        return self.keys_in(self._target)

    def _settled(self) -> bool | None:
        wanted = len(self._uploaded)
        # The log is looked at first: what a finished invocation has written is then there.
        if len(self.new_runs()) >= wanted or len(self.keys_in(self._target)) >= wanted:
            return True
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
