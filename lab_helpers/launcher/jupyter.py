"""JupyterLab as a child process of the launcher: loopback only, its own token, its own settings.

All of its settings live in the workspace's hidden folder: the learner's other JupyterLab and this
one do not disturb each other.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from lab_helpers.launcher.child_program import ChildProgram
from lab_helpers.launcher.private_files import write_json

LABEXTENSIONS = Path(__file__).parents[1] / "notebook" / "console" / "labextensions"
"""What the course adds to JupyterLab's launcher: the function console."""
# -P: a file json.py of the learner's must not stand in for the library's.
PROGRAM = (sys.executable, "-P", "-m", "jupyterlab")
LOCALES = {"en": "default", "ja": "ja_JP"}

# Straight to this machine, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that answers.

    Attributes:
        url: where the learner goes, with the token.
        browser_file: a page that leads there; its address may be shown to other processes.
    """

    base_url: str
    token: str
    url: str
    browser_file: str


class JupyterProcess(ChildProgram):
    """``jupyter lab`` of this same interpreter."""

    name = "JupyterLab"
    log_name = "jupyter.log"
    start_limit_s = 120.0
    stop_patience_s = 10.0

    def __init__(
        self,
        state: Path,
        environment: Mapping[str, str],
        *,
        on_start: Callable[[int], None],
        program: Sequence[str] = PROGRAM,
    ) -> None:
        super().__init__(state, environment, on_start=on_start, program=program)
        self._runtime = state / "jupyter" / "runtime"
        self._lab: Lab | None = None

    def start(self, first_page: str, *, stopping: Callable[[], bool]) -> Lab:
        """Start JupyterLab, whose settings are written already, and wait for its answer.

        Args:
            first_page: the file to open, relative to the workspace.

        Raises:
            DojoError: it ended or did not answer in time; holds the end of its log.
            Stopped: ``stopping()`` became true.
        """
        # Files of a server that was killed would look like ours.
        shutil.rmtree(self._runtime, ignore_errors=True)
        self._lab = self._launch(
            [],
            self._environment,
            folder=self._state.parent,  # where terminals begin
            out=self.log,
            look=lambda: _answering_lab(self._runtime, first_page),
            stopping=stopping,
        )
        return self._lab

    def stop(self, hurry: Callable[[], bool]) -> None:
        """End it with its kernels and terminals."""
        super().stop(hurry)
        # What a killed server could not remove itself.
        shutil.rmtree(self._runtime, ignore_errors=True)

    def _ask_to_end(self, whole: list[psutil.Process]) -> None:
        """Through JupyterLab's own door, which shuts kernels down first, on Windows too."""
        if self._lab is not None:
            request = _request(f"{self._lab.base_url}api/shutdown", self._lab.token, method="POST")
            try:
                with _OPENER.open(request, timeout=self.stop_patience_s):
                    return
            except OSError:
                pass  # it does not answer any more: the signal is left
        super()._ask_to_end(whole)


def write_settings(
    state: Path,
    *,
    workspace: Path,
    language: str,
    port: int,
    exact_port: bool,
    first_page: str,
    shell: Sequence[str] | None = None,
) -> None:
    """All that JupyterLab is to know, as its own configuration files.

    Args:
        port: where to listen on 127.0.0.1; the next free one unless ``exact_port``.
        first_page: the file to open, relative to ``workspace``.
        shell: the command of a terminal's shell; None for JupyterLab's own choice.
    """
    config = state / "jupyter" / "config"
    # state / "ipython" is IPYTHONDIR (learner_environment.py)
    write_json(
        state / "ipython" / "profile_default" / "ipython_kernel_config.json",
        {"InteractiveShellApp": {"extensions": ["lab_helpers.notebook.fresh_kernel"]}},
    )
    server = {
        "ip": "127.0.0.1",
        "port": port,
        "port_retries": 0 if exact_port else 100,
        "open_browser": False,
        "root_dir": str(workspace),
        # In a virtual machine or a classroom's image the learner may be root already.
        "allow_root": True,
    }
    if shell:
        server["terminado_settings"] = {"shell_command": list(shell)}
    write_json(
        config / "jupyter_lab_config.json", {"ServerApp": server, "LabApp": _lab(first_page)}
    )
    write_json(
        config / "labconfig" / "default_setting_overrides.json",
        {
            "@jupyterlab/translation-extension:plugin": {"locale": LOCALES[language]},
            **_DEFAULTS_OF_THE_COURSE,
        },
    )


def _lab(first_page: str) -> dict[str, Any]:
    return {
        "default_url": f"/lab/tree/{quote(first_page)}",
        # Offline means offline: no look for news, updates or extensions.
        "news_url": None,
        "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "extension_manager": "readonly",
        "extra_labextensions_path": [str(LABEXTENSIONS)],
    }


# The learner's own choices in JupyterLab's settings win over these.
_DEFAULTS_OF_THE_COURSE: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
    },
    # One kernel is right, so nobody is asked to choose one.
    "@jupyterlab/notebook-extension:tracker": {"autoStartDefaultKernel": True},
    "@jupyterlab/docmanager-extension:plugin": {
        "defaultViewers": {"markdown": "Markdown Preview"},
    },
}


def _answering_lab(runtime: Path, first_page: str) -> Lab | None:
    # On Windows the server is a child of the venv's python.exe: its pid is not ours to know.
    for info in runtime.glob("jpserver-*.json"):
        try:
            facts = json.loads(info.read_text(encoding="utf-8"))
            with _OPENER.open(_request(f"{facts['url']}api/status", facts["token"]), timeout=2):
                pass
        except (OSError, ValueError, KeyError):
            continue
        browser_file = info.with_name(f"{info.stem}-open.html")
        url = f"{facts['url']}lab/tree/{quote(first_page)}?token={facts['token']}"
        return Lab(facts["url"], facts["token"], url, os.fspath(browser_file))
    return None


def _request(url: str, token: str, method: str = "GET") -> urllib.request.Request:
    return urllib.request.Request(
        url, method=method, headers={"Authorization": f"token {token}"}, data=None
    )
