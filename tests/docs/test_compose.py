"""docker-compose.yml and the Dockerfile: what can be told without a Docker engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")


@cache
def compose() -> list[str]:
    """Compose as it is installed here; it reads and resolves a file without an engine."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and _succeeds([*command, "version"]):
            return command
    pytest.skip("Compose is not installed: apt-get install docker-compose")


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@cache
def resolved(*wished: str) -> dict[str, Any]:
    """The file as Compose understands it, all profiles together.

    Args: wished: environment variables, each as ``NAME=value``.
    """
    unset = ("LOCALSTACK_IMAGE_TAG", "LOCALSTACK_AUTH_TOKEN", "LANG_UI", "COMPOSE_FILE")
    env = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(
        [*compose(), "--profile", "embedded", "config"],
        cwd=PROJECT,
        env=env | dict(one.split("=", 1) for one in wished),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = yaml.safe_load(done.stdout)
    return found


def test_compose_itself_takes_the_file_as_it_is_meant() -> None:
    found = resolved()["services"]
    assert set(found) == {"localstack", "jupyter", "jupyter-embedded"}
    assert found["localstack"]["image"] == "localstack/localstack:4.14.0"
    assert not found["localstack"]["environment"].get("LOCALSTACK_AUTH_TOKEN")
    assert found["jupyter"]["depends_on"]["localstack"]["condition"] == "service_healthy"
    assert "127.0.0.1" in str(found["jupyter"]["ports"])


def test_another_localstack_takes_its_tag_and_token_from_the_environment() -> None:
    wished = ("LOCALSTACK_IMAGE_TAG=2026.4", "LOCALSTACK_AUTH_TOKEN=ls-example")
    localstack = resolved(*wished)["services"]["localstack"]
    assert localstack["image"] == "localstack/localstack:2026.4"
    assert localstack["environment"]["LOCALSTACK_AUTH_TOKEN"] == "ls-example"


def test_volumes_and_network_are_called_alike_whatever_the_folder_is() -> None:
    found = resolved()
    assert set(found["volumes"]) == set(COMPOSE["volumes"])
    named = [*found["volumes"].values(), found["networks"]["labs"]]
    assert all(one["name"].startswith("lambda-dojo") for one in named)


@pytest.mark.parametrize("service", SERVICES)
def test_ports_are_published_on_loopback_only(service: str) -> None:
    ports = SERVICES[service]["ports"]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_localstack_is_the_last_that_needs_no_token_unless_told_otherwise() -> None:
    localstack = SERVICES["localstack"]
    assert localstack["image"] == "localstack/localstack:${LOCALSTACK_IMAGE_TAG:-4.14.0}"
    assert localstack["environment"]["LOCALSTACK_AUTH_TOKEN"] is None
    assert "/var/run/docker.sock:/var/run/docker.sock" in localstack["volumes"]
    assert SERVICES["jupyter"]["depends_on"]["localstack"]["condition"] == "service_healthy"
    assert localstack["environment"]["LAMBDA_DOCKER_NETWORK"] == COMPOSE["networks"]["labs"]["name"]


def test_only_localstack_gets_the_docker_socket() -> None:
    others = [str(SERVICES[name]) for name in SERVICES if name != "localstack"]
    assert not any("docker.sock" in text for text in others)


def test_every_named_volume_is_declared_and_used() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service["volumes"]]
    named = {mount.split(":")[0] for mount in mounts if not mount.startswith(("/", "."))}
    assert named == set(COMPOSE["volumes"])


def test_the_image_copies_what_is_there_and_does_not_run_as_root() -> None:
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        assert [name for name in sources.split() if not (PROJECT / name).exists()] == []
    assert re.search(r"^USER 1000$", DOCKERFILE, re.MULTILINE)
    ignored = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    kept = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = set(" ".join(re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M)).split())
    assert copied == kept
