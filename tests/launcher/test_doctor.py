"""Doctor says what works and gives a command where something does not."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from lab_helpers.emulator.runtime.isolation import Isolation
from lab_helpers.launcher import doctor
from lab_helpers.launcher.doctor import Finding, examine
from lab_helpers.settings import DEFAULT_PORT, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def look(settings: Settings, workspace: Path, **environ: str) -> list[Finding]:
    return examine(settings, workspace, environ)


def test_it_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    look(settings, tmp_path / "workspace")
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_in_order_has_a_way_to_mend_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "workspace").write_text("a file", encoding="utf-8")
    monkeypatch.setattr(doctor, "_PACKAGES", ("jupyterlab", "no-such-language-pack", "no-such"))
    monkeypatch.setattr(doctor, "labs_folder", lambda: tmp_path / "nowhere")
    findings = look(settings, tmp_path / "workspace", HTTP_PROXY="http://proxy:3128")
    bad = [finding for finding in findings if finding.level != "ok"]
    assert all(finding.mend for finding in bad)
    problems = [finding.text for finding in bad if finding.level == "problem"]
    assert [text.split()[0] for text in problems] == ["no-such", "no", "the"]
    assert any("HTTP_PROXY" in finding.text for finding in findings)


def test_a_taken_port_is_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        monkeypatch.setattr(doctor, "DEFAULT_PORT", port)
        assert any(f"port {port} is taken" in f.text for f in look(settings, tmp_path))
    assert port != DEFAULT_PORT


def test_it_speaks_japanese(tmp_path: Path) -> None:
    findings = look(Settings(home=tmp_path, language="ja"), tmp_path / "新しい")
    assert any("はまだありません" in finding.text for finding in findings)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("isolation", "level"),
    [
        (Isolation("strict"), "ok"),
        (Isolation("namespaces"), "ok"),
        (Isolation("none", "namespaces are a feature of Linux"), "ok"),
        (Isolation("none", "namespaces are a feature of Linux", falls_short=True), "problem"),
    ],
)
def test_it_says_how_far_functions_are_kept_apart(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    isolation: Isolation,
    level: str,
) -> None:
    monkeypatch.setattr(doctor, "find_isolation", lambda scratch: isolation)
    found = look(Settings(home=tmp_path, language=language), tmp_path)
    words = {"strict": ("strictly", "厳しく"), "namespaces": ("/var/task", "/var/task")}
    word = words.get(isolation.kind, (isolation.reason,) * 2)[language == "ja"]
    [finding] = [finding for finding in found if word in finding.text]
    assert finding.level == level
    assert bool(finding.mend) is (level == "problem")
