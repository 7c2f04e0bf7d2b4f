"""What all tests of the launcher share."""

from __future__ import annotations

from functools import cache

import pytest

from lab_helpers.emulator.runtime import interpreters


@cache
def _probe(command: tuple[str, ...]) -> interpreters.Interpreter | None:
    return PROBE(list(command))


PROBE = interpreters._probe


@pytest.fixture(autouse=True)
def each_python_is_started_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor starts every Python of the machine; once per test process is enough."""
    monkeypatch.setattr(interpreters, "_probe", lambda command: _probe(tuple(command)))
