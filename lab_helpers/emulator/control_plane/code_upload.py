"""Where a deployment package comes from: the request itself, or an object in S3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.emulator.control_plane.calls import Call
from lab_helpers.emulator.control_plane.code_package import check_zipped_size
from lab_helpers.emulator.control_plane.code_store import StoredPackage
from lab_helpers.emulator.control_plane.errors import invalid_parameter
from lab_helpers.emulator.control_plane.state import S3ObjectError


def store_package(call: Call, source: Mapping[str, Any]) -> StoredPackage:
    """Fetch, check and store the package of ``source``.

    Args:
        source: FunctionCode, LayerVersionContentInput or UpdateFunctionCode's parameters.

    Raises:
        LambdaError: no source, several, S3 refuses, not a package.
    """
    if "ImageUri" in source:
        raise invalid_parameter(
            "Please don't provide ImageUri when updating a function with packageType Zip."
        )
    if source.get("S3ObjectStorageMode") == "REFERENCE":
        raise invalid_parameter(
            "S3ObjectStorageMode REFERENCE is not provided by Lambda Dojo's embedded cloud: it "
            "copies packages from S3. Use COPY, or leave it out."
        )
    return call.state.code_store.put(_package_bytes(call, source))


def _package_bytes(call: Call, source: Mapping[str, Any]) -> bytes:
    from_s3 = [name for name in ("S3Bucket", "S3Key", "S3ObjectVersion") if name in source]
    if "ZipFile" in source:
        if from_s3:
            raise invalid_parameter(
                "Please do not provide other FunctionCode parameters when providing a ZipFile."
            )
        package: bytes = source["ZipFile"]
        if not package:
            raise invalid_parameter("Uploaded file must be a non-empty zip")
        check_zipped_size(len(package))
        return package
    if "S3Bucket" not in source or "S3Key" not in source:
        raise invalid_parameter("Please provide a source for function code.")
    try:
        return call.state.read_object(
            source["S3Bucket"], source["S3Key"], source.get("S3ObjectVersion")
        )
    except S3ObjectError as error:
        raise invalid_parameter(
            f"Error occurred while GetObject. S3 Error Code: {error.code}. "
            f"S3 Error Message: {error.message}"
        ) from error
