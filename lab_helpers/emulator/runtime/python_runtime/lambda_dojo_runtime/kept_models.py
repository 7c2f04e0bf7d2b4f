"""boto3 imported ahead, with the descriptions of some services read ahead.

Only a warm parent imports this. Nothing that a function could share with another is made here: no
session, no client, no credentials; each of these descriptions is given away once in a process.
"""

from __future__ import annotations

import gc
import os
from importlib import import_module
from typing import Any

from . import kept_event_names

CLIENTS = ("s3", "dynamodb", "sqs", "sns")
RESOURCES = ("s3", "dynamodb")
REGION = "us-east-1"

# Any: these are the runtime's packages, of whatever version, not the project's.
boto3: Any = import_module("boto3")
loaders: Any = import_module("botocore.loaders")

_files: dict[str, Any] = {}
_services: dict[tuple[tuple[str, ...], str], list[str]] = {}
_list_services = loaders.Loader.list_available_services


class _NotingFiles(loaders.JSONFileLoader):  # type: ignore[misc]
    """Notes what is read."""

    paths: set[str] = set()  # noqa: RUF012 # of the class: botocore makes the object

    def load_file(self, file_path: str) -> Any:
        self.paths.add(file_path)
        return super().load_file(file_path)


class KeptFiles(loaders.JSONFileLoader):  # type: ignore[misc]
    """Gives what was read ahead to who asks first, and reads again for whoever comes later."""

    def load_file(self, file_path: str) -> Any:
        found = _files.pop(file_path, None)
        return super().load_file(file_path) if found is None else found


@loaders.instance_cache  # type: ignore[untyped-decorator]
def _list_available_services(loader: Any, type_name: str) -> list[str]:
    """A walk through 400 folders, where the folders are the runtime's own."""
    known = _services.get((tuple(loader._potential_locations()), type_name))
    if known is None:
        found: list[str] = _list_services(loader, type_name)
        return found
    return list(known)


def keep() -> None:
    """Import what clients and resources need, and keep the descriptions that they were made of."""
    loader_class = loaders.Loader
    loader_class.FILE_LOADER_CLASS = _NotingFiles
    kept_event_names.note()
    session = boto3.Session("-", "-", region_name=REGION)
    clients = [session.client(name) for name in CLIENTS]
    clients += [session.resource(name).meta.client for name in RESOURCES]
    kept_event_names.keep(session.events, *(client.meta.events for client in clients))
    loader = session._loader
    for key, found in loader._cache.items():
        if key[0] == "list_available_services":
            _services[tuple(loader._potential_locations()), key[1]] = found
    del loader, session, clients
    gc.collect()  # before what is kept is read: it takes the place of what was used
    reader = loaders.JSONFileLoader()
    for path in sorted(_NotingFiles.paths):
        document = reader.load_file(path)
        if document is not None:
            _files[path] = document
    loader_class.FILE_LOADER_CLASS = KeptFiles
    loader_class.list_available_services = _list_available_services


def adopt() -> None:
    """In a forked process: what botocore found out from the environment when it was imported."""
    loaders.Loader.CUSTOMER_DATA_PATH = os.path.join(  # noqa: PTH118 # as botocore writes it
        os.path.expanduser("~"),  # noqa: PTH111
        ".aws",
        "models",
    )
