"""A link to a package is a secret that ends: nobody makes one up, nobody uses an old one."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from lab_helpers.emulator.control_plane.errors import LambdaError
from tests.emulator.control_plane.lambda_client import ENDPOINT, Cloud, create, zipped


def token_of(client: Any) -> str:
    location = client.get_function(FunctionName="fn")["Code"]["Location"]
    return str(location.removeprefix(f"{ENDPOINT}/_lambda/code/"))


@pytest.mark.fidelity(
    "The link to a deployment package is valid for ten minutes",
    page="https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html",
)
def test_a_link_ends_after_ten_minutes(cloud: Cloud, plane: Any, client: Any) -> None:
    create(client)
    token = token_of(client)
    cloud.clock.advance(590)
    assert plane.download(token) == zipped()
    cloud.clock.advance(20)
    with pytest.raises(LambdaError) as error:
        plane.download(token)
    assert error.value.status == 404


def test_knowing_the_packages_hash_is_not_enough(plane: Any, client: Any) -> None:
    create(client)
    sha256 = client.get_function(FunctionName="fn")["Configuration"]["CodeSha256"]
    package = base64.b64decode(sha256).hex()
    _, expires, seal = token_of(client).split("-")
    longer = f"{package}-{int(expires) + 1}-{seal}"
    for made_up in (package, f"{package}-{expires}", longer, f"{package}--", "-1-é", ""):
        with pytest.raises(LambdaError) as error:
            plane.download(made_up)
        assert error.value.status == 404
