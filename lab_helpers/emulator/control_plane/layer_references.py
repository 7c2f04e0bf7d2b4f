"""Layer versions that a function names: which are they, and may the function use them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lab_helpers.emulator.control_plane.calls import Call
from lab_helpers.emulator.control_plane.errors import LambdaError, invalid_parameter

MAXIMUM_LAYERS = 5


def resolve_layers(
    call: Call, arns: Sequence[str], kept: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """The layers as given, each checked: pairs of ARN and CodeSha256.

    Args:
        kept: layers that the function has already: those may be deleted ones.

    Raises:
        LambdaError: more than five, another Region's, one layer twice, or not there.
    """
    if len(arns) > MAXIMUM_LAYERS:
        raise invalid_parameter(f"Cannot reference more than {MAXIMUM_LAYERS} layers.")
    seen: dict[str, str] = {}
    resolved = []
    for arn in arns:
        resolved.append((arn, kept.get(arn) or _sha256(call, arn)))
        layer_arn = arn.rpartition(":")[0]
        if layer_arn in seen:
            raise invalid_parameter(
                "Two different versions of the same layer are not allowed to be referenced in "
                f"the same function. {arn} and {seen[layer_arn]} are versions of the same layer."
            )
        seen[layer_arn] = arn
    return tuple(resolved)


def _sha256(call: Call, arn: str) -> str:
    parts = arn.split(":")
    if len(parts) != 8:
        # AWS's own ``awslayer`` ARNs have no number; none of them is here
        raise invalid_parameter(f"Layer version {arn} does not exist.")
    region, account_id, name, number = parts[3], parts[4], parts[6], parts[7]
    if region != call.region:
        raise invalid_parameter(
            "Layers are not in the same region as the function. "
            f"Layers are expected to be in region {call.region}."
        )
    if account_id != call.state.account_id:
        raise not_shared(call, arn)
    layer = call.records.layers.get(name, {}).get(int(number))
    if layer is None:
        raise invalid_parameter(f"Layer version {arn} does not exist.")
    return layer.code_sha256


def not_shared(call: Call, arn: str) -> LambdaError:
    """403: nobody here can look into the policy of another account's layer."""
    return LambdaError(
        "AccessDeniedException",
        f"User: arn:aws:iam::{call.state.account_id}:root is not authorized to perform: "
        f"lambda:GetLayerVersion on resource: {arn} because no resource-based policy allows "
        "the lambda:GetLayerVersion action",
    )
