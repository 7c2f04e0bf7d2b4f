"""Layers: numbered zip files that functions share.

https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html
"""

from __future__ import annotations

from typing import Any

from lab_helpers.emulator.control_plane.calls import (
    Answer,
    Call,
    Operation,
    page_body,
    paginate,
)
from lab_helpers.emulator.control_plane.code_store import StoredPackage
from lab_helpers.emulator.control_plane.code_upload import store_package
from lab_helpers.emulator.control_plane.downloads import code_location
from lab_helpers.emulator.control_plane.errors import invalid_parameter, not_found
from lab_helpers.emulator.control_plane.layer_references import not_shared
from lab_helpers.emulator.control_plane.records import LayerVersion

_HIGHEST_NUMBER = 10**12


def layer_name(call: Call) -> str:
    """LayerName, or the name in the ARN that was given instead."""
    given: str = call.params["LayerName"]
    if not given.startswith("arn:"):
        return given
    parts = given.split(":")
    if (parts[3], parts[4]) != (call.region, call.state.account_id):
        raise invalid_parameter(
            f"The layer {given} belongs to another Region or account. Layers of "
            f"{call.state.account_id} in {call.region} can be used here."
        )
    return parts[6]


def find_layer(call: Call, name: str, number: int) -> LayerVersion | None:
    if number < 1:
        raise invalid_parameter("Layer Version Cannot be less than 1")
    return call.records.layers.get(name, {}).get(number)


def _store_layer(call: Call) -> StoredPackage:
    layer_name(call)
    return store_package(call, call.params["Content"])


def publish_layer_version(call: Call) -> Answer:
    params, records, package = call.params, call.records, call.package
    assert package is not None
    name = layer_name(call)
    number = records.last_layer_numbers.get(name, 0) + 1
    records.last_layer_numbers[name] = number
    runtimes = params.get("CompatibleRuntimes")
    architectures = params.get("CompatibleArchitectures")
    layer = LayerVersion(
        name=name,
        version=number,
        arn=f"{call.state.layer_arn(call.region, name)}:{number}",
        code_sha256=package.sha256,
        code_size=package.size,
        unzipped_size=package.unzipped_size,
        created_date=call.state.last_modified(),
        description=params.get("Description", ""),
        compatible_runtimes=None if runtimes is None else tuple(runtimes),
        compatible_architectures=None if architectures is None else tuple(architectures),
        license_info=params.get("LicenseInfo"),
    )
    records.layers.setdefault(name, {})[number] = layer
    return Answer(_layer_version(call, layer))


def _layer_version(call: Call, layer: LayerVersion) -> dict[str, Any]:
    return {
        "Content": {
            "Location": code_location(call.state, layer.code_sha256),
            "CodeSha256": layer.code_sha256,
            "CodeSize": layer.code_size,
        },
        "LayerArn": layer.arn.rpartition(":")[0],
        **_listed(layer),
    }


def _listed(layer: LayerVersion) -> dict[str, Any]:
    body: dict[str, Any] = {
        "LayerVersionArn": layer.arn,
        "Version": layer.version,
        "Description": layer.description,
        "CreatedDate": layer.created_date,
    }
    if layer.compatible_runtimes is not None:
        body["CompatibleRuntimes"] = list(layer.compatible_runtimes)
    if layer.compatible_architectures is not None:
        body["CompatibleArchitectures"] = list(layer.compatible_architectures)
    if layer.license_info is not None:
        body["LicenseInfo"] = layer.license_info
    return body


def get_layer_version(call: Call) -> Answer:
    layer = find_layer(call, layer_name(call), call.params["VersionNumber"])
    if layer is None:
        raise not_found("The resource you requested does not exist.")
    return Answer(_layer_version(call, layer))


def get_layer_version_by_arn(call: Call) -> Answer:
    parts = call.params["Arn"].split(":")
    if parts[4] != call.state.account_id:
        raise not_shared(call, call.params["Arn"])
    layer = find_layer(call, parts[6], int(parts[7])) if parts[3] == call.region else None
    if layer is None:
        raise not_found("The resource you requested does not exist.")
    return Answer(_layer_version(call, layer))


def _matches(call: Call, layer: LayerVersion) -> bool:
    runtime = call.params.get("CompatibleRuntime")
    architecture = call.params.get("CompatibleArchitecture")
    if runtime is not None and runtime not in (layer.compatible_runtimes or ()):
        return False
    return architecture is None or architecture in (layer.compatible_architectures or ())


def list_layers(call: Call) -> Answer:
    """Each layer with its latest version that matches; layers without one are left out."""
    items = []
    for name, versions in sorted(call.records.layers.items()):
        matching = [layer for layer in versions.values() if _matches(call, layer)]
        if matching:
            shown = {
                "LayerName": name,
                "LayerArn": call.state.layer_arn(call.region, name),
                "LatestMatchingVersion": _listed(max(matching, key=lambda v: v.version)),
            }
            items.append((name, shown))
    page, marker = paginate(items, call.params)
    return Answer(page_body("Layers", page, marker))


def list_layer_versions(call: Call) -> Answer:
    """Newest first."""
    versions = call.records.layers.get(layer_name(call), {})
    items = [
        (f"{_HIGHEST_NUMBER - layer.version:013d}", _listed(layer))
        for layer in sorted(versions.values(), key=lambda layer: -layer.version)
        if _matches(call, layer)
    ]
    page, marker = paginate(items, call.params)
    return Answer(page_body("LayerVersions", page, marker))


def delete_layer_version(call: Call) -> Answer:
    """Functions that use the version keep it; its number is not given again."""
    name, number = layer_name(call), call.params["VersionNumber"]
    if find_layer(call, name, number) is not None:
        del call.records.layers[name][number]
    return Answer(status=204)


OPERATIONS = {
    "PublishLayerVersion": Operation(publish_layer_version, _store_layer),
    "GetLayerVersion": Operation(get_layer_version),
    "GetLayerVersionByArn": Operation(get_layer_version_by_arn),
    "ListLayers": Operation(list_layers),
    "ListLayerVersions": Operation(list_layer_versions),
    "DeleteLayerVersion": Operation(delete_layer_version),
}
