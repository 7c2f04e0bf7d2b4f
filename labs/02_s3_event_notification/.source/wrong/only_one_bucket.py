"""One bucket for everything."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "create_buckets"
DIAGNOSIS = "bucket_missing"


def apply(lab: SolutionContext) -> None:
    lab.client("s3").create_bucket(Bucket=lab.name("uploads"))
