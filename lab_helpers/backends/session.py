"""A boto3 session whose every client goes to one endpoint, whatever the environment says."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config

from lab_helpers.backends.backend import Credentials

# (name in the configuration file, environment variable, default, conversion): no variable and
# no file, so a broken profile of the learner's cannot get in the way, nor a real one be used.
NO_PROFILE = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class EndpointSession(boto3.Session):
    """``client`` and ``resource`` take ``endpoint_url`` from the backend unless told otherwise."""

    def __init__(self, endpoint_url: str, **options: Any) -> None:
        super().__init__(**options)
        self._endpoint_url = endpoint_url

    def client(self, service_name: str, *args: Any, **options: Any) -> Any:
        options.setdefault("endpoint_url", self._endpoint_url)
        return super().client(service_name, *args, **options)  # type: ignore[call-overload]

    def resource(self, service_name: str, *args: Any, **options: Any) -> Any:
        options.setdefault("endpoint_url", self._endpoint_url)
        return super().resource(service_name, *args, **options)  # type: ignore[call-overload]


@cache
def shared_loader() -> Any:
    """Service models, parsed once for all sessions of the process.

    A session of boto3's own parses them anew: for a lab's dozen services that is half a second, in
    the learner's session and again in that of the checks.
    """
    return botocore.loaders.create_loader()


def preload(services: Iterable[str]) -> None:
    """Parse the models of these services now: what is forked from here has them already."""
    for service in services:
        for kind in ("service-2", "endpoint-rule-set-1"):
            shared_loader().load_service_model(service, kind)


def endpoint_session(endpoint_url: str, region: str, credentials: Credentials) -> boto3.Session:
    """A session that never reads the learner's own profile or keys."""
    core = botocore.session.Session(session_vars=NO_PROFILE)
    core.register_component("data_loader", shared_loader())
    if urlsplit(endpoint_url).hostname in ("127.0.0.1", "localhost", "::1"):
        # A proxy of the environment cannot reach a cloud on this machine.
        core.set_default_client_config(Config(proxies={}))
    return EndpointSession(
        endpoint_url,
        botocore_session=core,
        region_name=region,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=credentials.session_token,
    )
