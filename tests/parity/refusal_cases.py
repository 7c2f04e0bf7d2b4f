"""How a refusal is written down: the request, and AWS's code, status and text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.parity.clouds import ParityCloud
from tests.parity.pages import parity

INVALID = "InvalidParameterValueException"
CONFLICT = "ResourceConflictException"
MISSING = "ResourceNotFoundException"
VALIDATION = "ValidationException"
ONE_ERROR = "1 validation error detected: Value "

Request = Callable[[ParityCloud, str], Any]
"""(cloud, an active function of the caller's own) → the call that is to be refused."""
RequestAlone = Callable[[ParityCloud], Any]
"""Needs no function."""


def case(
    behaviour: str, page: str, code: str, status: int, text: str, request: Request, name: str
) -> Any:
    """``text`` is whole, or ends in ``…``; ``{arn}`` is the function's, ``{name}`` its name."""
    marks = parity(behaviour, page)
    return pytest.param(request, True, code, status, text, marks=marks, id=name)


def alone(
    behaviour: str, page: str, code: str, status: int, text: str, request: RequestAlone, name: str
) -> Any:
    """As ``case``, without a function."""
    marks = parity(behaviour, page)

    def with_any(cloud: ParityCloud, _: str) -> Any:
        return request(cloud)

    return pytest.param(with_any, False, code, status, text, marks=marks, id=name)
