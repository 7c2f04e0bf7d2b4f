"""The end of ``lambda-dojo up`` sees to what a kernel that was cut short left in a real account."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from lab_helpers.backends import aws_record
from lab_helpers.backends.aws_record import own_record
from lab_helpers.launcher import up as up_module
from lab_helpers.launcher.course import Course, Plan
from lab_helpers.launcher.interrupts import Interrupts
from lab_helpers.launcher.up import up
from lab_helpers.launcher.words import Announcer
from lab_helpers.settings import Settings


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A run whose kernel made a queue and is no more by the time that JupyterLab has ended."""
    home, labs = tmp_path / "home", tmp_path / "labs"
    labs.mkdir()
    (labs / "README.md").write_text("map", encoding="utf-8")

    def run(_self: Course) -> int:
        record = own_record(home, "sandbox", "210987654321", "us-east-1")
        record.made("arn:aws:sqs:us-east-1:210987654321:dojo-orders")
        return 0

    monkeypatch.setattr(Course, "run", run)
    monkeypatch.setattr(aws_record, "_is_running", lambda pid, began: False)
    return Plan(tmp_path / "work", Settings(home=home), shipped=labs)


def test_what_a_kernel_left_is_removed_at_the_end(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[Path] = []
    monkeypatch.setattr(up_module, "remove_left_behind", lambda home, **_: removed.append(home))
    assert up(plan, Announcer("en", io.StringIO())) == 0
    assert removed == [plan.settings.home]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_who_is_in_a_hurry_hears_what_stays_and_so_does_the_next_start(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(Interrupts, "in_a_hurry", lambda _self: True)
    heard = io.StringIO()
    up(plan, Announcer(language, heard))
    assert heard.getvalue().count("210987654321") == 1
    up(plan, Announcer(language, heard))
    assert heard.getvalue().count("210987654321") == 3, "at its start, and at its end"
    assert "lambda-dojo cleanup --backend aws" in heard.getvalue()
