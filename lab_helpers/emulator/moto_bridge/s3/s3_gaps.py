"""S3's parts of buckets and objects that moto does not know.

moto overlooks them: ``DELETE /bucket?metrics``, which removes a metrics configuration, would remove
the bucket, and ``PUT /bucket/key?annotation`` would overwrite the object.
"""

from __future__ import annotations

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.http import Request
from lab_helpers.emulator.moto_bridge.failed_calls import CLOUD_NAME

UNKNOWN_TO_MOTO = frozenset(
    {
        *("abac", "analytics", "annotation", "intelligent-tiering", "metadataAnnotationTable"),
        *("metadataConfiguration", "metadataInventoryTable", "metadataJournalTable"),
        *("metadataTable", "metrics", "renameObject", "requestPayment", "session", "torrent"),
    }
)
UNKNOWN_OF_OBJECTS = frozenset({"encryption"})


def refuse_what_is_overlooked(request: Request, operation: str) -> None:
    """Raises AwsError where moto would take a request for another one."""
    parts = set(request.query)
    bucket, _, key = request.raw_path.lstrip("/").partition("/")
    found = parts & UNKNOWN_TO_MOTO or (parts & UNKNOWN_OF_OBJECTS if key else set())
    if bucket and found:
        text = f"s3:{operation} ({', '.join(sorted(found))}) is not implemented in {CLOUD_NAME}."
        raise AwsError("NotImplemented", text, 501)
