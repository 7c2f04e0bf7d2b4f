"""Sets ``logging`` up when it is first imported: the import costs a third of a cold start."""

from __future__ import annotations

import sys

from .module_search import StandardLibraryOnly, find_spec_in

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

    from .log_sink import LogSink


class LoggingFinder:
    """Finds ``logging`` in the standard library and hands its loader a follow-up.

    As at AWS, where the runtime imports it before the function's folder is searched, a module of
    the function named like one of the standard library does not get in its way.
    """

    def __init__(self, library: StandardLibraryOnly, sink: LogSink, fmt: str, level: str) -> None:
        self._library = library
        self._settings = (sink, fmt, level)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        spec = find_spec_in(name, self._library.path)
        if spec is not None:
            spec.loader = _ThenSetUp(spec.loader, self._library, self._settings)  # type: ignore[assignment]
        return spec


class _ThenSetUp:
    def __init__(
        self, loader: Any, library: StandardLibraryOnly, settings: tuple[LogSink, str, str]
    ) -> None:
        self._loader = loader
        self._library = library
        self._settings = settings

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        with self._library:
            self._loader.exec_module(module)
            from . import lambda_logging  # needs ``logging``, which exists from here on

            lambda_logging.set_up(*self._settings)
