"""All of moto's state as bytes, and back.

Written by pickle, and therefore only for the very versions that wrote it (``STAMP``); another
version repeats the account's commands instead.
"""

from __future__ import annotations

import io
import sys
import threading
from typing import Any

import cloudpickle
import moto
import moto.backends
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from moto.core.base_backend import BackendDict
from moto.s3.utils import _VersionedKeyStore

from lab_helpers.emulator.moto_bridge.lock import MOTO_LOCK

SNAPSHOT_FORMAT = 4
STAMP = f"{SNAPSHOT_FORMAT}/moto-{moto.__version__}/{sys.implementation.cache_tag}"

_RLock = type(threading.RLock())
_Lock = type(threading.Lock())


class _Pickler(cloudpickle.Pickler):
    """moto's objects hold locks, functions made on the spot and keys of ``cryptography``; a
    bucket's keys show pickle the newest version of each alone."""

    def reducer_override(self, item: Any) -> Any:
        if isinstance(item, _RLock):
            return threading.RLock, ()
        if isinstance(item, _Lock):
            return threading.Lock, ()
        if isinstance(item, RSAPrivateKey | EllipticCurvePrivateKey):
            return _loaded_key, (_der(item),)
        if isinstance(item, _VersionedKeyStore):
            return _loaded_versions, ({key: item.getlist(key) for key in dict.__iter__(item)},)
        return super().reducer_override(item)  # type: ignore[no-untyped-call]


def dump() -> bytes:
    """The whole of moto, of all services that are in use."""
    with MOTO_LOCK:
        state = {
            _folder(backends): {
                account: dict(regions) for account, regions in list(backends.items())
            }
            for backends in list(BackendDict._instances)
        }
        stream = io.BytesIO()
        _Pickler(stream, protocol=5).dump(state)  # type: ignore[no-untyped-call]
        return stream.getvalue()


def load(content: bytes) -> None:
    """Put back what ``dump`` wrote."""
    with MOTO_LOCK:
        state: dict[str, dict[str, dict[str, Any]]] = cloudpickle.loads(content)
        for service, accounts in state.items():
            backends: Any = moto.backends.get_backend(service)
            for account, regions in accounts.items():
                backends[account].update(regions)


def _folder(backends: Any) -> str:
    """moto's folder of a service, such as ``s3`` or ``cognitoidp``."""
    return str(backends.backend.__module__.split(".")[1])


def _der(key: RSAPrivateKey | EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _loaded_key(der: bytes) -> Any:
    return serialization.load_der_private_key(der, password=None)


def _loaded_versions(versions: dict[str, list[Any]]) -> Any:
    keys = _VersionedKeyStore()
    for key, of_one in versions.items():
        keys.setlist(key, of_one)
    return keys
