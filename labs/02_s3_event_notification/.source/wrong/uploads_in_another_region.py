"""The uploads bucket is in another Region than the function."""

from __future__ import annotations

from lab_helpers.grading.solution import SolutionContext

STEP = "create_buckets"
DIAGNOSIS = "bucket_in_other_region"


def apply(lab: SolutionContext) -> None:
    lab.session.client("s3", region_name="eu-west-1").create_bucket(
        Bucket=lab.name("uploads"),
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
    )
    lab.client("s3").create_bucket(Bucket=lab.name("thumbnails"))
