"""S3's actions: what its operations are called in policies, on the bucket or on the object.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from urllib.parse import unquote
from xml.etree import ElementTree

from lab_helpers.arns import partition_of
from lab_helpers.emulator.access.actions.asked import ApiRequest, Asked, present

_PERMISSIONS = {
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectAttributes": "GetObject",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListParts": "ListMultipartUploadParts",
    "PostObject": "PutObject",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "SelectObjectContent": "GetObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
}
_HAVE_VERSIONS = {
    "DeleteObject": "DeleteObjectVersion",
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectTagging": "GetObjectVersionTagging",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectTagging": "PutObjectVersionTagging",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
}
"""Asked with a version id, the permission is another one."""


def s3_actions(call: ApiRequest) -> tuple[Asked, ...]:
    """Copying also asks for reading the source, DeleteObjects for deleting each object."""
    bucket, _, key = call.request.path.lstrip("/").partition("/")
    if call.operation == "DeleteObjects":
        return _deletions(call, bucket)
    name = _PERMISSIONS.get(call.operation, call.operation)
    if "versionId" in call.request.query:
        name = _HAVE_VERSIONS.get(name, name)
    if name == "ListAllMyBuckets":
        return (Asked("s3:ListAllMyBuckets"),)
    asked = Asked(f"s3:{name}", _arn(call, bucket, key), context=_context(call))
    source = call.request.headers.get("x-amz-copy-source")
    return (_reading(call, source), asked) if source else (asked,)


def _arn(call: ApiRequest, bucket: str, key: str = "") -> str:
    resource = f"{bucket}/{key}" if key else bucket
    return f"arn:{partition_of(call.region)}:s3:::{resource}"


def _reading(call: ApiRequest, source: str) -> Asked:
    path, _, query = source.partition("?")
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    name = "GetObjectVersion" if query.startswith("versionId=") else "GetObject"
    return Asked(f"s3:{name}", _arn(call, bucket, key))


def _deletions(call: ApiRequest, bucket: str) -> tuple[Asked, ...]:
    try:
        document = ElementTree.fromstring(call.request.body)
    except ElementTree.ParseError:
        document = ElementTree.Element("Delete")
    asked = []
    for item in document.iterfind("{*}Object"):
        key, version = item.findtext("{*}Key") or "", item.findtext("{*}VersionId")
        name = "DeleteObjectVersion" if version else "DeleteObject"
        asked.append(Asked(f"s3:{name}", _arn(call, bucket, key)))
    return tuple(asked) or (Asked("s3:DeleteObject", _arn(call, bucket)),)


def _context(call: ApiRequest) -> dict[str, tuple[str, ...]]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html"""
    query, headers = call.request.query, call.request.headers
    found = {
        "s3:versionid": query.get("versionId", ""),
        "s3:x-amz-acl": headers.get("x-amz-acl"),
        "s3:x-amz-copy-source": headers.get("x-amz-copy-source"),
        "s3:x-amz-server-side-encryption": headers.get("x-amz-server-side-encryption"),
        "s3:x-amz-storage-class": headers.get("x-amz-storage-class"),
    }
    made = present(found)
    if call.operation in ("ListObjects", "ListObjectsV2", "ListObjectVersions"):
        # a listing without prefix has an empty one: StringEquals {"s3:prefix": ""} matches it
        made["s3:prefix"] = (query.get("prefix", ""),)
        made |= present(
            {"s3:delimiter": query.get("delimiter", ""), "s3:max-keys": query.get("max-keys", "")}
        )
    return made
