"""The pages of AWS's documentation that behaviours are looked up in."""

from __future__ import annotations

import pytest

GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg/"
API = "https://docs.aws.amazon.com/lambda/latest/api/API_"
S3_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"


def parity(behaviour: str, page: str) -> pytest.MarkDecorator:
    """``page``: a name of the developer guide, ``API_…`` of the API reference, or a whole URL."""
    if page.startswith("API_"):
        page = API + page.removeprefix("API_") + ".html"
    elif not page.startswith("https://"):
        page = f"{GUIDE}{page}.html"
    return pytest.mark.parity(behaviour, page)
