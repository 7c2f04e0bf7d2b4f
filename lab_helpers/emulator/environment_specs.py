"""From a function version to what its execution environment is told."""

from __future__ import annotations

from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from lab_helpers.emulator.control_plane.records import FunctionVersion, InvokeTarget
from lab_helpers.emulator.moto_bridge.iam.identities import Identities
from lab_helpers.emulator.runtime.spec import EnvironmentSpec, InitializationType


class EnvironmentSpecs:
    """Knows where code lies and assumes execution roles."""

    def __init__(
        self, control_plane: LambdaControlPlane, identities: Identities, endpoint_url: str
    ) -> None:
        self._control_plane = control_plane
        self._identities = identities
        self._endpoint_url = endpoint_url

    def spec_of(self, target: InvokeTarget, log_stream: str) -> EnvironmentSpec:
        version = target.version
        return EnvironmentSpec(
            function_name=version.function_name,
            function_arn=target.function_arn,
            version=version.version,
            handler=version.handler,
            runtime=version.runtime,
            memory_size_mb=version.memory_size_mb,
            timeout_s=version.timeout_s,
            code_dir=self._control_plane.code_dir(target.region, version),
            layer_dirs=self._control_plane.layer_dirs(target.region, version),
            log_group=version.log_group or f"/aws/lambda/{version.function_name}",
            log_stream=log_stream,
            region=target.region,
            credentials=self._identities.assume_for_function(
                version.role, version.function_name, target.region
            ),
            endpoint_url=self._endpoint_url,
            environment=version.environment,
            ephemeral_storage_mb=version.ephemeral_storage_mb,
            architecture=version.architecture,
            log_format=version.log_format,
            application_log_level=version.application_log_level,
            system_log_level=version.system_log_level,
            initialization_type=_initialization_type(version),
        )


def _initialization_type(version: FunctionVersion) -> InitializationType:
    if version.has_snap_start:
        return InitializationType.SNAP_START
    return InitializationType.ON_DEMAND
