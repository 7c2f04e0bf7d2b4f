"""A control plane per test, and clients of it."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.emulator.control_plane.code_store import CodeStore
from lab_helpers.emulator.control_plane.lambda_control_plane import LambdaControlPlane
from tests.emulator.control_plane.lambda_client import ACCOUNT_ID, ENDPOINT, Cloud, connect, create


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


PlaneFactory = Callable[..., LambdaControlPlane]


@pytest.fixture
def make_plane(cloud: Cloud, tmp_path: Path) -> PlaneFactory:
    def make(**options: Any) -> LambdaControlPlane:
        numbers = itertools.count(1)
        return LambdaControlPlane(
            ACCOUNT_ID,
            cloud.clock,
            CodeStore(tmp_path / "code"),
            cloud.read_object,
            cloud.role_is_assumable,
            ENDPOINT,
            new_id=lambda: str(uuid.UUID(int=next(numbers))),
            **options,
        )

    return make


@pytest.fixture
def plane(make_plane: PlaneFactory) -> LambdaControlPlane:
    return make_plane()


@pytest.fixture
def client(plane: LambdaControlPlane) -> Any:
    return connect(plane)


@pytest.fixture
def unchecked(plane: LambdaControlPlane) -> Any:
    """A client of the same control plane without botocore's own parameter validation."""
    return connect(plane, validate=False)


@pytest.fixture
def two_versions(client: Any) -> Any:
    """A client of a cloud with ``fn`` in versions 1 and 2."""
    create(client, Publish=True, Environment={"Variables": {"STAGE": "one"}})
    client.update_function_configuration(
        FunctionName="fn", Environment={"Variables": {"STAGE": "two"}}
    )
    client.publish_version(FunctionName="fn")
    return client
