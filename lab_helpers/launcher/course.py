"""One run of the course: the workspace, the cloud and JupyterLab, up together, down together."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lab_helpers.backends.select import select_backend
from lab_helpers.catalog import labs_folder
from lab_helpers.errors import DojoError
from lab_helpers.launcher import cloud_process, jupyter, running
from lab_helpers.launcher.browser import open_browser
from lab_helpers.launcher.child_program import Stopped
from lab_helpers.launcher.cloud_process import CloudAccess, CloudProcess, port_is_free
from lab_helpers.launcher.guard import Guard
from lab_helpers.launcher.interrupts import Interrupts
from lab_helpers.launcher.jupyter import JupyterProcess, Lab, write_settings
from lab_helpers.launcher.learner_environment import (
    cloud_environment,
    learner_environment,
    write_aws_files,
)
from lab_helpers.launcher.processes import last_lines
from lab_helpers.launcher.resuming import left_off
from lab_helpers.launcher.terminal_shell import terminal_shell
from lab_helpers.launcher.words import Announcer
from lab_helpers.launcher.workspace import STATE_FOLDER, Filled, fill_workspace
from lab_helpers.settings import DEFAULT_PORT, Settings

DEFAULT_JUPYTER_PORT = 8888
_WATCH_S = 0.3


@dataclass(frozen=True)
class Plan:
    """What the learner asked for.

    Attributes:
        port: JupyterLab's; None for 8888 or the next free one.
        cloud_program, jupyter_program: what to start, without its options.
        shipped: the labs to copy from; None for the project's own.
    """

    workspace: Path
    settings: Settings
    port: int | None = None
    show_browser: bool = True
    shipped: Path | None = None
    cloud_program: Sequence[str] = cloud_process.PROGRAM
    jupyter_program: Sequence[str] = jupyter.PROGRAM

    @property
    def shipped_labs(self) -> Path:
        return self.shipped or labs_folder()

    @property
    def state(self) -> Path:
        return self.workspace / STATE_FOLDER


class Course:
    """One run, from the filled workspace to the last process ended."""

    def __init__(self, plan: Plan, say: Announcer, interrupts: Interrupts) -> None:
        self._plan = plan
        self._say = say
        self._interrupts = interrupts
        self._guard = Guard()
        self._cloud: CloudProcess | None = None
        self._jupyter: JupyterProcess | None = None

    def run(self) -> int:
        try:
            self._start()
            return self._watch()
        except Stopped:
            return 0
        finally:
            self._stop()

    def _start(self) -> None:
        plan, say = self._plan, self._say
        say("title")
        refuse_taken_port(plan.port)
        _tell_filled(plan, say, fill_workspace(plan.shipped_labs, plan.workspace))
        access = self._start_cloud()
        write_aws_files(plan.state, access)
        lab = self._start_jupyter(access)
        found = running.Running(
            os.getpid(), lab.url, lab.browser_file, access.endpoint, plan.settings.language
        )
        running.announce(plan.workspace, found)
        show_address(plan, say, found)
        say("how_to_stop", workspace=plan.workspace)

    def _start_cloud(self) -> CloudAccess:
        plan, settings = self._plan, self._plan.settings
        if settings.backend != "embedded":
            access = access_to_other_backend(settings)
            self._say(
                "backend", endpoint=access.endpoint, name=settings.backend, region=access.region
            )
            return access
        began = time.monotonic()
        environment = cloud_environment(os.environ, settings)
        self._cloud = CloudProcess(
            plan.state, environment, on_start=self._guard.watch, program=plan.cloud_program
        )
        access = self._start_at_default_port_or_any(self._cloud)
        seconds = time.monotonic() - began
        self._say("cloud", endpoint=access.endpoint, region=access.region, seconds=seconds)
        self._access = access
        return access

    def _start_at_default_port_or_any(self, cloud: CloudProcess) -> CloudAccess:
        stopping = self._interrupts.asked_to_stop
        if port_is_free(DEFAULT_PORT):
            try:
                return cloud.start(DEFAULT_PORT, stopping=stopping)
            except DojoError:
                # Was it ours to lose? Another cloud may have taken the port in the meantime.
                if port_is_free(DEFAULT_PORT):
                    raise
                cloud.stop(self._interrupts.in_a_hurry)
        return cloud.start(0, stopping=stopping)

    def _start_jupyter(self, access: CloudAccess) -> Lab:
        plan = self._plan
        began = time.monotonic()
        page = first_page(plan.workspace, plan.settings.language)
        if found := left_off(plan.workspace, plan.shipped_labs, plan.settings.language):
            page = found.notebook
            self._say("left_off", sentence=found.sentence)
        environment = learner_environment(os.environ, plan.settings, access, plan.state)
        write_settings(
            plan.state,
            workspace=plan.workspace,
            language=plan.settings.language,
            port=plan.port or DEFAULT_JUPYTER_PORT,
            exact_port=plan.port is not None,
            first_page=page,
            shell=terminal_shell(plan.state, environment),
        )
        self._jupyter = JupyterProcess(
            plan.state, environment, on_start=self._guard.watch, program=plan.jupyter_program
        )
        lab = self._jupyter.start(page, stopping=self._interrupts.asked_to_stop)
        self._say("jupyter", seconds=time.monotonic() - began)
        return lab

    def _watch(self) -> int:
        assert self._jupyter is not None
        cloud_failures = 0
        while not self._interrupts.wait(_WATCH_S):
            status = self._jupyter.exit_status()
            if status is not None:
                return self._tell_jupyter_ended(status)
            cloud_status = None if self._cloud is None else self._cloud.exit_status()
            if cloud_status is not None:
                cloud_failures += 1
                self._cloud_ended(cloud_status, again=cloud_failures == 1)
        return 0

    def _tell_jupyter_ended(self, status: int) -> int:
        assert self._jupyter is not None
        if status == 0:
            self._say("jupyter_shut_down")
            return 0
        self._say("jupyter_ended", status=status)
        self._say("log_tail", log=self._jupyter.log, tail=last_lines(self._jupyter.log))
        return 1

    def _cloud_ended(self, status: int, *, again: bool) -> None:
        """Never takes JupyterLab down: the learner may have unsaved work in it."""
        assert self._cloud is not None
        cloud, self._cloud = self._cloud, None
        if status == 0:
            self._say("cloud_was_stopped")
            return
        self._say("cloud_ended" if again else "cloud_gave_up", status=status)
        self._say("log_tail", log=cloud.log, tail=last_lines(cloud.log))
        if not again:
            return
        port = urlsplit(self._access.endpoint).port or 0
        try:
            cloud.start(port, stopping=self._interrupts.asked_to_stop, again=self._access)
            self._cloud = cloud
        except DojoError as error:
            cloud.stop(self._interrupts.in_a_hurry)
            self._say("cloud_gave_up", status=error)

    def _stop(self) -> None:
        hurry = self._interrupts.in_a_hurry
        if self._jupyter is not None or self._cloud is not None:
            self._say("stopping")
        # JupyterLab first: its kernels may still be talking to the cloud.
        if self._jupyter is not None:
            self._jupyter.stop(hurry)
        if self._cloud is not None:
            self._cloud.stop(hurry)
        self._guard.dismiss()
        if self._jupyter is not None or self._cloud is not None:
            self._say("stopped", workspace=self._plan.workspace)


def show_address(plan: Plan, say: Announcer, found: running.Running) -> None:
    opened = plan.show_browser and open_browser(Path(found.browser_file))
    say("opened" if opened else "ready", url=found.url)


def _tell_filled(plan: Plan, say: Announcer, filled: Filled) -> None:
    say("workspace", workspace=plan.workspace)
    if filled.copied:
        say("copied", count=len(filled.copied))
    if filled.newer_available:
        names = ", ".join(filled.newer_available)
        say("newer", count=len(filled.newer_available), names=names)


def first_page(workspace: Path, language: str) -> str:
    """What JupyterLab opens: the map of the labs (both languages in one), else the first lab."""
    notebooks = sorted(workspace.glob(f"[0-9]*/*.{language}.ipynb"))
    pages = [page for page in (workspace / "README.md", *notebooks) if page.is_file()]
    return pages[0].relative_to(workspace).as_posix() if pages else ""


def refuse_taken_port(port: int | None) -> None:
    """A port asked for by number is taken as meant; without one, a free one is found."""
    if port is not None and not port_is_free(port):
        raise DojoError(
            f"JupyterLab cannot listen on port {port}.",
            why="Another program on this machine listens there.",
            now="Leave --port out to get a free one, or name another.",
        )


def access_to_other_backend(settings: Settings) -> CloudAccess:
    """Where the labs run when not on the embedded cloud.

    Raises:
        DojoError: there is no such backend, or it is AWS. Nobody is asked and nothing is sent.
    """
    if settings.backend == "aws":
        raise DojoError(
            "JupyterLab is not started with the keys of a real AWS account.",
            why="Any command in it could make things there, untagged and unasked.",
            now="Run `lambda-dojo up`, and open one lab on AWS in its notebook, where you are "
            'asked first: start_lab("create_function", backend="aws")',
        )
    backend = select_backend(settings.backend, settings=settings)
    keys = backend.credentials
    assert backend.endpoint_url is not None
    assert keys is not None
    return CloudAccess(
        backend.endpoint_url,
        backend.region,
        backend.account_id,
        keys.access_key_id,
        keys.secret_access_key,
        keys.session_token or "",
    )
