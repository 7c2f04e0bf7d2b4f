"""Partial batch responses: which items of a batch a function reports as failed.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
A complete success: an empty or null response, an empty or null ``batchItemFailures``. A complete
failure: a response that is no JSON object, an item without ``itemIdentifier``, an empty or null
one, or one that is not of this batch.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

REPORTING = "ReportBatchItemFailures"


class WholeBatchFailedError(Exception):
    """The response cannot be read as a partial one, so everything counts as failed."""


def reports_item_failures(settings: Mapping[str, Any]) -> bool:
    """Did the mapping ask for partial batch responses? Otherwise nobody reads them."""
    return REPORTING in (settings.get("FunctionResponseTypes") or [])


def failed_items(payload: bytes, batch: Collection[str]) -> set[str]:
    """Identifiers of the items to retry; all others are done.

    Args:
        payload: what the function returned.
        batch: the identifiers that it was given.

    Raises:
        WholeBatchFailedError: as said above.
    """
    if not payload.strip():
        return set()
    try:
        response = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise WholeBatchFailedError("the response is not valid JSON") from error
    if not response:
        return set()  # null, and also {}, [] and ""
    if not isinstance(response, dict):
        raise WholeBatchFailedError("the response is not an object")
    reported = response.get("batchItemFailures")
    if reported is None:
        return set()
    if not isinstance(reported, list):
        raise WholeBatchFailedError("batchItemFailures is not a list")
    return {_identifier(item, batch) for item in reported}


def _identifier(item: Any, batch: Collection[str]) -> str:
    if not isinstance(item, dict) or "itemIdentifier" not in item:
        raise WholeBatchFailedError("an item of batchItemFailures has no itemIdentifier")
    identifier = item["itemIdentifier"]
    if not isinstance(identifier, str) or not identifier:
        raise WholeBatchFailedError("an itemIdentifier is empty or null")
    if identifier not in batch:
        raise WholeBatchFailedError(f"itemIdentifier {identifier!r} is not of this batch")
    return identifier
