"""Published versions: immutable, numbered 1, 2, 3 …, no number ever twice.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from lab_helpers.emulator.control_plane.calls import (
    Answer,
    Call,
    Operation,
    page_body,
    paginate,
)
from lab_helpers.emulator.control_plane.errors import invalid_parameter, stale_revision
from lab_helpers.emulator.control_plane.function_configuration import (
    configuration,
    listed_configuration,
)
from lab_helpers.emulator.control_plane.records import Function, FunctionVersion
from lab_helpers.emulator.control_plane.state import LambdaState

_NOT_COMPARED = frozenset(
    {"version", "revision_id", "last_modified", "change", "ready_at", "settled_revision_id"}
    | {"failure"}
)


def publish(
    state: LambdaState, function: Function, description: str | None = None
) -> FunctionVersion:
    """A new version from ``$LATEST``; the last one again where nothing changed since."""
    content = _content(function.latest)
    last = function.versions.get(function.last_published)
    if last is not None and content == function.last_published_content:
        return last
    numbers = state.region(function.region).last_version_numbers
    number = numbers.get(function.name, 0) + 1
    numbers[function.name] = number
    version = replace(
        function.latest,
        version=str(number),
        revision_id=state.new_id(),
        description=function.latest.description if description is None else description,
        change="",
    )
    if version.has_snap_start and state.provisioner_tells:
        version.change, version.settled_revision_id = "create", version.revision_id
        state.snapshots_under_way.add((function.region, function.name, version.version))
    function.versions[version.version] = version
    function.last_published = version.version
    function.last_published_content = content
    return version


def _content(version: FunctionVersion) -> dict[str, Any]:
    """As JSON has it, so that it still compares after the records were kept and read again."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(version).items()
        if name not in _NOT_COMPARED
    }


def keyed_versions(function: Function) -> list[tuple[str, FunctionVersion]]:
    """``$LATEST``, then published versions by number; the keys sort in this order."""
    published = sorted(function.versions.values(), key=lambda version: int(version.version))
    return [
        ("!", function.latest),
        *((f"{int(version.version):020d}", version) for version in published),
    ]


def publish_version(call: Call) -> Answer:
    function = call.function()
    call.state.refuse_while_changing(function)
    latest, params = function.latest, call.params
    sha256 = params.get("CodeSha256")
    if sha256 and sha256 != latest.code_sha256:
        raise invalid_parameter(
            f"CodeSHA256 ({sha256}) is different from current CodeSHA256 in $LATEST "
            f"({latest.code_sha256}). Please try again with the CodeSHA256 in $LATEST."
        )
    revision_id = params.get("RevisionId")
    if revision_id and revision_id != latest.revision_id:
        raise stale_revision("GetFunction/GetAlias")
    version = publish(call.state, function, params.get("Description"))
    return Answer(configuration(call.state, function, version, version.version))


def list_versions_by_function(call: Call) -> Answer:
    name, _ = call.reference()
    function = call.state.function(call.region, name)
    items = [
        (key, listed_configuration(call.state, function, version, version.version))
        for key, version in keyed_versions(function)
    ]
    page, marker = paginate(items, call.params)
    return Answer(page_body("Versions", page, marker))


OPERATIONS = {
    "PublishVersion": Operation(publish_version),
    "ListVersionsByFunction": Operation(list_versions_by_function),
}
