"""Other local clouds, measured where they are installed and left out, with a line, where not."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

from benchmarks.contender import Contender

MINISTACK_VARIABLE = "MINISTACK_PYTHON"
MOTO_VARIABLE = "MOTO_SERVER_PYTHON"


@dataclass(frozen=True)
class Peers:
    """Attributes: notes, one line for each peer that is left out."""

    found: list[Contender]
    notes: list[str]


@dataclass(frozen=True)
class _Peer:
    label: str
    distribution: str
    needs: str
    variable: str


_MINISTACK = _Peer("MiniStack", "ministack", "ministack.app", MINISTACK_VARIABLE)
_MOTO = _Peer("moto server", "moto", "moto, flask, flask_cors", MOTO_VARIABLE)


def installed_peers(ministack_python: str | None = None, moto_python: str | None = None) -> Peers:
    """Looks at the Python given, else at the one the variable names, else at this one."""
    peers = Peers([], [])
    for peer, given in ((_MINISTACK, ministack_python), (_MOTO, moto_python)):
        python = given or os.environ.get(peer.variable) or sys.executable
        version, why = _version_in(python, peer)
        if version is not None:
            make = _ministack if peer is _MINISTACK else _moto_server
            peers.found.append(make(python, version))
            continue
        peers.notes.append(
            f"{peer.label}: not measured ({why}). Install it in a virtual environment of its own "
            f"and name that one's Python in {peer.variable}."
        )
    return peers


def _ministack(python: str, version: str) -> Contender:
    return Contender(
        "ministack",
        _MINISTACK.label,
        version,
        lambda port, key: [python, "-m", "ministack"],
        lambda port: {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1"},
    )


def _moto_server(python: str, version: str) -> Contender:
    """moto's own server runs functions in Docker only."""
    return Contender(
        "moto",
        _MOTO.label,
        version,
        lambda port, key: [python, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        runs_functions=False,
    )


def _version_in(python: str, peer: _Peer) -> tuple[str | None, str]:
    """The peer's version; or None and why it is not there."""
    # Found, not imported: a look must not start anything.
    look = (
        "import importlib.metadata as m, importlib.util as u, sys\n"
        f"missing = [n for n in {peer.needs.split(', ')!r} if not u.find_spec(n.split('.')[0])]\n"
        "missing and sys.exit('no ' + ' and no '.join(missing) + f' in {sys.executable}')\n"
        f"print(m.version({peer.distribution!r}))"
    )
    try:
        asked = subprocess.run([python, "-c", look], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, str(error)
    if asked.returncode != 0:
        return None, asked.stderr.strip().splitlines()[-1] if asked.stderr.strip() else "not there"
    return asked.stdout.strip(), ""
