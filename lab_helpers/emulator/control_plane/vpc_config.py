"""A function's attachment to a VPC: kept and answered; functions run outside of any VPC here.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lab_helpers.emulator.control_plane.calls import Call
from lab_helpers.emulator.control_plane.errors import invalid_parameter


def vpc_config(call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    """VpcConfigResponse for a request's VpcConfig; empty lists detach the function.

    Raises:
        LambdaError: a subnet or a security group that does not exist.
    """
    subnets, groups = given.get("SubnetIds", []), given.get("SecurityGroupIds", [])
    return {
        "SubnetIds": subnets,
        "SecurityGroupIds": groups,
        "VpcId": _vpc_id(call, subnets, groups),
        "Ipv6AllowedForDualStack": given.get("Ipv6AllowedForDualStack", False),
    }


def _vpc_id(call: Call, subnets: list[str], groups: list[str]) -> str:
    network = call.state.network
    if network is None:
        return ""
    vpc_id = ""
    for subnet in subnets:
        found = network.vpc_of_subnet(call.region, subnet)
        if found is None:
            raise invalid_parameter(
                "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
                f"EC2 Error Message: The subnet ID '{subnet}' does not exist"
            )
        vpc_id = found
    for group in groups:
        if not network.security_group_exists(call.region, group):
            raise invalid_parameter(
                "Error occurred while DescribeSecurityGroups. EC2 Error Code: "
                "InvalidGroup.NotFound. EC2 Error Message: The security group "
                f"'{group}' does not exist"
            )
    return vpc_id
