"""The environment variables that a function sees: Lambda's, the function's, and no others.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lab_helpers.emulator.runtime.spec import EnvironmentSpec, InitializationType

XRAY_DAEMON_HOST = "127.0.0.1"
_NEEDED_BY_WINDOWS = (
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "NUMBER_OF_PROCESSORS",
)


START_VARIABLES = {
    "LANG": "en_US.UTF-8",
    "LC_CTYPE": "C.UTF-8",
    "TZ": "UTC" if sys.platform == "win32" else ":UTC",
}
"""Lambda's, among them what an interpreter reads when it starts."""


@dataclass(frozen=True)
class Places:
    """Where the function finds the environment's parts.

    Attributes:
        code_dir: ``/var/task`` or what stands for it.
        layer_dirs: ``/opt`` or the layers' folders, in the order of the configuration.
        runtime_dir: ``/var/runtime`` or what stands for it.
        interpreter_dir: ``/var/lang/bin`` or what stands for it.
        tmp_dir: stands for ``/tmp``; None where the function has a ``/tmp`` of its own.
        home_dir: an empty folder, so that nothing reads the learner's own configuration; None
            where the function cannot see that.
    """

    code_dir: Path
    layer_dirs: tuple[Path, ...]
    runtime_dir: Path
    interpreter_dir: Path
    tmp_dir: Path | None = None
    home_dir: Path | None = None


def child_environment(
    spec: EnvironmentSpec, runtime_api_address: str, places: Places
) -> dict[str, str]:
    """Reserved variables win over the function's; the function's win over the other defaults."""
    environ = _defaults(places)
    environ.update(spec.environment)
    environ.update(_reserved(spec, runtime_api_address, places))
    environ.update(_of_the_platform(os.environ, places))
    return environ


def _defaults(places: Places) -> dict[str, str]:
    layers = list(reversed(places.layer_dirs))
    code_dir = places.code_dir
    binaries = [places.interpreter_dir, *_SYSTEM_PATH, *(layer / "bin" for layer in layers)]
    libraries = [code_dir, code_dir / "lib", *(layer / "lib" for layer in layers)]
    environ = START_VARIABLES | {
        "PATH": os.pathsep.join(map(str, binaries)),
        "LD_LIBRARY_PATH": os.pathsep.join(map(str, libraries)),
        "PYTHONPATH": str(places.runtime_dir),
        "PWD": str(code_dir),
        "SHLVL": "0",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    }
    # Not Lambda's: /tmp and the home folder of its user, which no other function shares there.
    if places.tmp_dir is not None:
        environ["TMPDIR"] = str(places.tmp_dir)
    if places.home_dir is not None:
        environ["HOME"] = str(places.home_dir)
    return environ


def _reserved(spec: EnvironmentSpec, runtime_api_address: str, places: Places) -> dict[str, str]:
    environ = {
        "_HANDLER": spec.handler,
        "AWS_REGION": spec.region,
        "AWS_DEFAULT_REGION": spec.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{spec.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": spec.function_name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_size_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": spec.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": str(spec.initialization_type),
        "AWS_LAMBDA_LOG_GROUP_NAME": spec.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": spec.log_stream,
        "AWS_LAMBDA_RUNTIME_API": runtime_api_address,
        "AWS_ACCESS_KEY_ID": spec.credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": spec.credentials.secret_access_key,
        "AWS_SESSION_TOKEN": spec.credentials.session_token,
        "AWS_XRAY_DAEMON_ADDRESS": f"{XRAY_DAEMON_HOST}:2000",
        "_AWS_XRAY_DAEMON_ADDRESS": XRAY_DAEMON_HOST,
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "LAMBDA_TASK_ROOT": str(places.code_dir),
        "LAMBDA_RUNTIME_DIR": str(places.runtime_dir),
    }
    if spec.initialization_type is InitializationType.SNAP_START:
        # https://docs.aws.amazon.com/lambda/latest/dg/snapstart-monitoring.html: not available
        del environ["AWS_LAMBDA_LOG_GROUP_NAME"], environ["AWS_LAMBDA_LOG_STREAM_NAME"]
    if spec.log_format.upper() == "JSON":
        environ["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        environ["AWS_LAMBDA_LOG_LEVEL"] = spec.application_log_level or "INFO"
    if spec.endpoint_url:
        environ["AWS_ENDPOINT_URL"] = spec.endpoint_url
    return environ


def _of_the_platform(host: Mapping[str, str], places: Places) -> dict[str, str]:
    """What a process on Windows cannot start without, and that system's names for the folders."""
    if sys.platform != "win32":
        return {}
    tmp = str(places.tmp_dir)
    environ = {"TEMP": tmp, "TMP": tmp, "USERPROFILE": str(places.home_dir)}
    return environ | {name: host[name] for name in _NEEDED_BY_WINDOWS if name in host}


_SYSTEM_PATH = (
    [os.path.expandvars(r"%SYSTEMROOT%\System32"), os.path.expandvars("%SYSTEMROOT%")]
    if sys.platform == "win32"
    else ["/usr/local/bin", "/usr/bin/", "/bin"]
)
