"""AWS itself: only for who says so, since what a lab makes there is real and may cost money."""

from __future__ import annotations

import os
from collections.abc import Mapping

from lab_helpers.errors import DojoError

ALLOW = "LAMBDA_DOJO_ALLOW_AWS"


def refuse_aws(environ: Mapping[str, str] | None = None) -> DojoError:
    """The error that says why the labs do not run on AWS yet."""
    env = os.environ if environ is None else environ
    if env.get(ALLOW) == "1":
        why = "Running the labs in an AWS account is not provided in this version."
    else:
        why = "A lab creates roles, functions and buckets; in an account they are real and billed."
    return DojoError(
        "The labs do not run on AWS.",
        why=why,
        now="Use the embedded cloud: unset LAB_BACKEND, or choose backend='embedded'.",
    )
