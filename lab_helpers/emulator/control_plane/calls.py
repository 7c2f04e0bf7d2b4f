"""One API call on its way through an operation, and what operations share."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from lab_helpers.emulator.control_plane.code_store import StoredPackage
from lab_helpers.emulator.control_plane.errors import invalid_parameter
from lab_helpers.emulator.control_plane.function_references import resolve_reference
from lab_helpers.emulator.control_plane.records import Function, FunctionVersion
from lab_helpers.emulator.control_plane.state import LambdaState, RegionState

Item = TypeVar("Item")

UNQUALIFIED_ONLY = (
    "This operation is permitted on Lambda functions only. Aliases and versions do not support "
    "this operation. Please specify either a function name or an unqualified function ARN."
)


@dataclass(frozen=True)
class Call:
    """One API call, parsed and validated against the model.

    Attributes:
        params: the operation's input in AWS's names.
        package: the stored deployment package, for operations that bring one.
    """

    state: LambdaState
    region: str
    operation: str
    params: Mapping[str, Any]
    package: StoredPackage | None = None

    @property
    def records(self) -> RegionState:
        return self.state.region(self.region)

    def reference(self) -> tuple[str, str | None]:
        """Name and qualifier that the call is about; see ``resolve_reference``."""
        return resolve_reference(
            self.params["FunctionName"],
            self.params.get("Qualifier"),
            self.region,
            self.state.account_id,
        )

    def function(self) -> Function:
        """The function as a whole; a qualifier is refused.

        Raises:
            LambdaError: 400 for a version or an alias, 404 for no such function.
        """
        name, qualifier = self.reference()
        if qualifier:
            raise invalid_parameter(UNQUALIFIED_ONLY)
        return self.state.function(self.region, name)

    def target(self) -> tuple[Function, str | None, FunctionVersion]:
        """Function, qualifier and the version behind it; 404 for what is not there."""
        name, qualifier = self.reference()
        function = self.state.function(self.region, name, qualifier)
        return function, qualifier, self.state.version(function, qualifier)


@dataclass(frozen=True)
class Answer:
    """What an operation answers. Attributes: status: None for the model's own."""

    body: Mapping[str, Any] | None = None
    status: int | None = None


@dataclass(frozen=True)
class Operation:
    """How an operation is done.

    Attributes:
        run: does the work; called with the state's lock held.
        store_package: for operations that bring code: checks what can be checked first and
            stores the package. Called without the lock: unpacking takes its time.
    """

    run: Callable[[Call], Answer]
    store_package: Callable[[Call], StoredPackage | None] | None = None


def paginate(
    items: Sequence[tuple[str, Item]], params: Mapping[str, Any], at_most: int = 50
) -> tuple[list[Item], str | None]:
    """One page of ``(key, item)`` pairs in ascending order of their keys.

    Args:
        params: with Marker (the last page's) and MaxItems, both optional.
        at_most: AWS answers no more than so many, whatever MaxItems asks for.

    Returns:
        The page and the marker of the next one, None on the last.
    """
    after = last_key(params)
    return first_page((pair for pair in items if pair[0] > after), params, at_most)


def first_page(
    rest: Iterator[tuple[str, Item]], params: Mapping[str, Any], at_most: int = 50
) -> tuple[list[Item], str | None]:
    """As ``paginate``, of pairs that begin behind the last page; reads no more than it shows."""
    size = min(params.get("MaxItems") or at_most, at_most)
    page = list(islice(rest, size))
    more = next(rest, None) is not None
    marker = base64.b64encode(page[-1][0].encode()).decode() if more else None
    return [item for _, item in page], marker


def last_key(params: Mapping[str, Any]) -> str:
    """The key that the last page ended with; empty where this is the first."""
    marker = params.get("Marker")
    if not marker:
        return ""
    try:
        return base64.b64decode(marker, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise invalid_parameter(
            "The Marker is not one that this operation gave. Use NextMarker of the last answer."
        ) from error


def page_body(name: str, page: Sequence[Any], marker: str | None) -> dict[str, Any]:
    """``{name: page, "NextMarker": …}``; no NextMarker on the last page."""
    body: dict[str, Any] = {name: list(page)}
    if marker is not None:
        body["NextMarker"] = marker
    return body
