"""What Lambda's control plane refuses: code, HTTP status and text."""

from __future__ import annotations

import contextlib
import re

import pytest
from botocore.exceptions import ClientError

from tests.parity.clouds import ParityCloud, refused
from tests.parity.refusal_cases import Request
from tests.parity.refused_functions import REFUSED_FUNCTIONS
from tests.parity.refused_mappings import REFUSED_MAPPINGS
from tests.parity.refused_settings import REFUSED_SETTINGS
from tests.parity.refused_versions import REFUSED_VERSIONS

REFUSALS = REFUSED_FUNCTIONS + REFUSED_VERSIONS + REFUSED_SETTINGS + REFUSED_MAPPINGS


@pytest.mark.parametrize(("request_of", "needs_function", "code", "status", "text"), REFUSALS)
def test_refused(
    cloud: ParityCloud,
    request_of: Request,
    needs_function: bool,
    code: str,
    status: int,
    text: str,
) -> None:
    name = cloud.create_function() if needs_function else "none"
    try:
        seen_code, seen_text, seen_status = refused(lambda: request_of(cloud, name))
    finally:
        with contextlib.suppress(ClientError):  # where it was deleted in place of a refusal
            cloud.client("lambda").delete_function(FunctionName=name)
    wanted = text.replace("{arn}", cloud.function_arn(name)).replace("{name}", name)
    wanted = wanted.replace("{account}", cloud.account_id)
    assert (seen_status, seen_code) == (status, code), f"{seen_status} {seen_code}"
    pattern = re.escape(wanted.removesuffix("…")) + (".*" if wanted.endswith("…") else "")
    assert re.fullmatch(pattern, seen_text, re.DOTALL), f"says: {seen_text[:200]}"
