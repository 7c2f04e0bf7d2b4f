"""Decisions of one run that need no process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lab_helpers.errors import DojoError
from lab_helpers.launcher import course as course_module
from lab_helpers.launcher.cloud_process import CloudAccess, CloudProcess
from lab_helpers.launcher.course import Course, Plan, access_to_other_backend
from lab_helpers.launcher.interrupts import Interrupts
from lab_helpers.launcher.words import Announcer
from lab_helpers.settings import Settings

ACCESS = CloudAccess("http://127.0.0.1:1", "us-east-1", "123456789012", "AKID", "secret")


class Nobody:
    """In the place of the guard."""

    def watch(self, pid: int) -> None:
        raise AssertionError(pid)


@pytest.mark.parametrize(
    ("free", "expected"),
    [
        ([True], [4599]),  # ours
        ([False], [0]),  # taken from the beginning
        ([True, False], [4599, 0]),  # taken between our look and the cloud's start
    ],
)
def test_the_cloud_takes_the_port_of_the_documentation_if_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: list[bool], expected: list[int]
) -> None:
    asked: list[int] = []
    answers = iter(free)

    def start(_self: CloudProcess, port: int, *, stopping: Callable[[], bool]) -> CloudAccess:
        asked.append(port)
        if len(free) == 2 and port:
            raise DojoError("The embedded cloud ended.")
        return ACCESS

    monkeypatch.setattr(CloudProcess, "start", start)
    monkeypatch.setattr(course_module, "port_is_free", lambda _port: next(answers))
    monkeypatch.setattr(course_module, "Guard", Nobody)
    plan = Plan(tmp_path, Settings(home=tmp_path))
    course = Course(plan, Announcer("en"), Interrupts())
    assert course._start_cloud() == ACCESS
    assert asked == expected


def test_a_cloud_that_fails_for_its_own_reasons_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_self: CloudProcess, port: int, *, stopping: Callable[[], bool]) -> CloudAccess:
        raise DojoError(f"The embedded cloud ended at {port}.")

    monkeypatch.setattr(CloudProcess, "start", start)
    monkeypatch.setattr(course_module, "port_is_free", lambda _port: True)
    monkeypatch.setattr(course_module, "Guard", Nobody)
    course = Course(Plan(tmp_path, Settings(home=tmp_path)), Announcer("en"), Interrupts())
    with pytest.raises(DojoError, match="ended at 4599"):
        course._start_cloud()


def test_jupyterlab_never_gets_the_keys_of_a_real_account(tmp_path: Path) -> None:
    with pytest.raises(DojoError, match="where you are asked first"):
        access_to_other_backend(Settings(home=tmp_path, backend="aws"))


def test_any_endpoint_can_stand_in_for_the_embedded_cloud(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, backend="http://127.0.0.1:4566")
    assert access_to_other_backend(settings).endpoint == "http://127.0.0.1:4566"
