"""The environment variables of JupyterLab, its terminals and its kernels.

Everything that could lead a learner's command to their real AWS account is taken away, and the
cloud of the course put in its place: boto3, the AWS CLI and any other tool find it by themselves.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from lab_helpers.launcher.cloud_process import CloudAccess
from lab_helpers.launcher.private_files import write_atomically
from lab_helpers.settings import Settings

# AWS_: profiles, keys, service endpoints (AWS_ENDPOINT_URL_S3 would win over AWS_ENDPOINT_URL).
# JUPYTER, JPY_: settings of the learner's other JupyterLab, or of the one whose terminal we run in.
_TAKEN_AWAY = ("AWS_", "BOTO_CONFIG", "JUPYTER", "JPY_", "IPYTHONDIR")


def cloud_environment(base: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """For the embedded cloud: nothing of the learner's AWS set-up, the course's own settings."""
    environment = {k: v for k, v in base.items() if not k.upper().startswith(_TAKEN_AWAY)}
    environment |= {
        "LAMBDA_DOJO_HOME": str(settings.home),
        "LANG_UI": settings.language,
        "LAB_BACKEND": settings.backend,
        "PYTHONUTF8": "1",
    }
    return environment


def learner_environment(
    base: Mapping[str, str], settings: Settings, access: CloudAccess, state: Path
) -> dict[str, str]:
    """For JupyterLab and what runs in it.

    Args:
        base: the launcher's own environment.
        access: the cloud of the course.
        state: the workspace's hidden folder, where the AWS files and JupyterLab's settings live.
    """
    environment = cloud_environment(base, settings)
    environment |= {
        "LAMBDA_DOJO_ENDPOINT": access.endpoint,
        "AWS_ENDPOINT_URL": access.endpoint,
        "AWS_ACCESS_KEY_ID": access.access_key_id,
        "AWS_SECRET_ACCESS_KEY": access.secret_access_key,
        "AWS_DEFAULT_REGION": access.region,
        "AWS_REGION": access.region,
        "AWS_CONFIG_FILE": str(state / "aws" / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(state / "aws" / "credentials"),
        # Without keys a tool would ask the network for those of an EC2 instance, and wait.
        "AWS_EC2_METADATA_DISABLED": "true",
        # The AWS CLI would open each answer in a pager, which a beginner cannot leave.
        "AWS_PAGER": "",
        "JUPYTER_CONFIG_DIR": str(state / "jupyter" / "config"),
        "JUPYTER_DATA_DIR": str(state / "jupyter" / "data"),
        "JUPYTER_RUNTIME_DIR": str(state / "jupyter" / "runtime"),
        # The kernel of this installation, not one of the same name in the learner's home.
        "JUPYTER_PREFER_ENV_PATH": "1",
        "IPYTHONDIR": str(state / "ipython"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), base.get("PATH", "")]),
    }
    if access.session_token:
        environment["AWS_SESSION_TOKEN"] = access.session_token
    # A proxy of the learner's network must not see requests to this machine.
    past = base.get("no_proxy") or base.get("NO_PROXY") or ""
    direct = ",".join(filter(None, [past, "127.0.0.1,localhost"]))
    environment |= {"NO_PROXY": direct, "no_proxy": direct}
    return environment


def write_aws_files(state: Path, access: CloudAccess) -> None:
    """The default profile for tools that read files, not the environment."""
    config = f"[default]\nregion = {access.region}\nendpoint_url = {access.endpoint}\n"
    credentials = (
        f"[default]\naws_access_key_id = {access.access_key_id}\n"
        f"aws_secret_access_key = {access.secret_access_key}\n"
    )
    write_atomically(state / "aws" / "config", config.encode())
    write_atomically(state / "aws" / "credentials", credentials.encode())
