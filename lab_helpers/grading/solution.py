"""A lab's solution: the code that is shown, replayed and proved is one text.

``.source/solution/steps.py`` has one function per step. Its body is what a learner could have
typed: it calls boto3 and the few names that the learner's own ``lab`` has too.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from lab_helpers.backends.backend import Backend
from lab_helpers.catalog import Lab
from lab_helpers.errors import DojoError
from lab_helpers.grading.deployment_package import package_folder

if TYPE_CHECKING:
    import boto3

Each = TypeVar("Each")

LAMBDA_PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
"""https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
DEFAULT_RUNTIME = "python3.13"


class SolutionContext:
    """A lab on a backend: what the code of a solution, and a learner's own, calls ``lab``.

    Args:
        folder: where relative paths begin: the learner's copy of the lab, or ``solution``.
    """

    def __init__(self, lab: Lab, backend: Backend, folder: Path) -> None:
        self.definition = lab
        self.backend = backend
        self.folder = folder
        self._clients: dict[str, Any] = {}

    @property
    def region(self) -> str:
        return self.backend.region

    @property
    def account_id(self) -> str:
        """12 digits."""
        return self.backend.account_id

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Key → name of each of the lab's resources, as its text has it."""
        return resource_names(self.definition, self.backend)

    def name(self, key: str) -> str:
        """One of ``names``. Raises DojoError, naming the keys there are."""
        try:
            return self.names[key]
        except KeyError:
            raise DojoError(
                f'The lab "{self.definition.id}" names no resource "{key}".',
                now="Use one of: " + ", ".join(self.names),
            ) from None

    @cached_property
    def session(self) -> boto3.Session:
        """A boto3 session on the backend: its Region, credentials and endpoint."""
        return self.backend.session()

    def client(self, service: str) -> Any:
        """``lab.client("lambda")``: a boto3 client on the backend; the same one when asked again.

        Making one takes longer than most of the calls that are made with it.
        """
        if service not in self._clients:
            self._clients[service] = self.session.client(service)  # type: ignore[call-overload]
        return self._clients[service]

    def with_bar(self, items: Sequence[Each], label: str) -> Iterator[Each]:
        """``items`` one by one; a learner's ``lab`` shows a bar of how many are done."""
        return iter(items)

    @property
    def runtime(self) -> str:
        """The Lambda runtime for the lab's functions.

        The embedded cloud runs functions with this machine's Python; elsewhere it is Python 3.13.
        """
        host = f"{sys.version_info.major}.{sys.version_info.minor}"
        if self.backend.name == "embedded" and host in LAMBDA_PYTHONS:
            return f"python{host}"
        return DEFAULT_RUNTIME

    def path(self, *parts: str) -> Path:
        """A file of the lab: ``lab.path("files", "test.png")``."""
        own, shipped = self.folder.joinpath(*parts), self.definition.folder.joinpath(*parts)
        return shipped if shipped.exists() and not own.exists() else own

    def deployment_package(self, folder: str = "function", *more: str) -> bytes:
        """A zip of what is inside the lab's ``folder`` (and ``more``), at the top of the zip."""
        return package_folder(*(self.path(name) for name in (folder, *more)))


def resource_names(lab: Lab, backend: Backend) -> dict[str, str]:
    """The lab's names with ``{account_id}`` and ``{region}`` filled in."""
    values = {"account_id": backend.account_id, "region": backend.region}
    return {key: pattern.format_map(values) for key, pattern in lab.names.items()}


class Solution:
    """``steps.py`` of one lab. Raises DojoError where it is missing or lacks a step."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.path = lab.source / "solution" / "steps.py"

    def text(self, step_id: str) -> str:
        """The step's solution as a learner would type it: no ``def``, no docstring."""
        source = self._source()
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and node.name == self._lab.step(step_id).id:
                body = node.body
                if ast.get_docstring(node) is not None and len(body) > 1:
                    body = body[1:]
                lines = source.splitlines()
                first = _first_line_with_comments(lines, node, body[0])
                return textwrap.dedent("\n".join(lines[first - 1 : node.end_lineno])).strip("\n")
        raise self._lacks(step_id)

    def run(self, step_id: str, context: SolutionContext) -> None:
        """Perform one step as the solution does."""
        self._function(self._lab.step(step_id).id)(context)

    def prepare(self, context: SolutionContext) -> None:
        """Make what the lab stands on, where its author says how."""
        self._run_if_there("prepare", context)

    def reset(self, context: SolutionContext) -> bool:
        """Remove what the lab leaves behind; False where its author does not say how."""
        return self._run_if_there("reset", context)

    def _run_if_there(self, name: str, context: SolutionContext) -> bool:
        function = getattr(self._module, name, None)
        if function is None:
            return False
        function(context)
        return True

    def _function(self, name: str) -> Callable[[SolutionContext], None]:
        function: Callable[[SolutionContext], None] | None = getattr(self._module, name, None)
        if function is None:
            raise self._lacks(name)
        return function

    @cached_property
    def _module(self) -> ModuleType:
        return load_module(self.path, f"lambda_dojo_solution_{self._lab.id}")

    def _source(self) -> str:
        try:
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise DojoError(f"{self.path} is missing.", now="Install Lambda Dojo again.") from None

    def _lacks(self, step_id: str) -> DojoError:
        return DojoError(
            f"{self.path} has no solution for the step {step_id!r}.",
            now=f"Write def {step_id}(lab) there.",
        )


def _first_line_with_comments(lines: list[str], node: ast.FunctionDef, first: ast.stmt) -> int:
    """Comments above the first statement belong to the shown solution too."""
    number = first.lineno
    while number - 1 > node.lineno and lines[number - 2].strip().startswith("#"):
        number -= 1
    return number


def load_module(path: Path, name: str) -> ModuleType:
    """Import one file of a lab's ``.source`` by its path. Raises DojoError where it is missing."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.exists():
        raise DojoError(f"{path} is missing.", now="Install Lambda Dojo again.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
