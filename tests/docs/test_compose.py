"""docker-compose.yml and the Dockerfile: what can be told without a Docker engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")


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
    assert re.search(r"^USER learner$", DOCKERFILE, re.MULTILINE)
    ignored = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    kept = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = set(" ".join(re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M)).split())
    assert copied == kept
