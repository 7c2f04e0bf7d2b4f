"""Started by the launcher: ``python -S -u bootstrap.py [--option=VALUE …]``.

Options: ``--packages=DIR`` and ``--layer=DIR``, each any number of times, and
``--enter=PLAN`` for a file system of the function's own (see ``enter_namespaces``).
``--parent=FD`` and ``--preload=PACKAGE``: to be a warm parent (see ``warm_parent_process``), whose
forked processes go on from here with options of their own.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from typing import Any

RUNTIME_ROOT, INTERPRETER_ROOT = "/var/runtime", "/var/lang"
FIELD, STEP = "\x1f", "\x1e"
"""As in ``enter_namespaces``, which is not imported where there are none."""


def _options(name: str) -> list[str]:
    start = f"--{name}="
    return [option[len(start) :] for option in sys.argv[1:] if option.startswith(start)]


def _enter(plan: str) -> None:
    """From here on, what is imported comes from AWS's paths."""
    kind = plan.partition(FIELD)[0]
    if kind == "prepared":  # the parent is inside already
        __import__("prepared_namespaces").enter(plan)
        return
    enter_namespaces = __import__(
        "enter_namespaces"
    )  # ctypes: 3 ms that an environment without namespaces need not pay
    if kind != "join":
        targets = [INTERPRETER_ROOT, sys.base_prefix]
        if sys.base_prefix.startswith(("/opt/", "/tmp/", "/var/")):
            targets.pop()  # where AWS has something else
        for target in targets:
            plan += STEP + FIELD.join(("bind", sys.base_prefix, target))
    enter_namespaces.start(plan)
    prefix = sys.base_prefix
    for name in ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix", "executable"):
        value = getattr(sys, name)
        if value.startswith(prefix):
            setattr(sys, name, INTERPRETER_ROOT + value[len(prefix) :])
    sys.path[:] = [_inside(entry, prefix) for entry in sys.path]
    sys.path_importer_cache.clear()
    globals()["__file__"] = f"{RUNTIME_ROOT}/bootstrap.py"
    sys.argv[0] = __file__


def _inside(entry: str, prefix: str) -> str:
    if entry == runtime_dir:
        return RUNTIME_ROOT
    return INTERPRETER_ROOT + entry[len(prefix) :] if entry.startswith(prefix) else entry


def _serve_as_parent(parent: Any) -> None:
    """Returns in each forked process, which has options of its own."""
    forked = parent.serve(
        int(_options("parent")[0]), package_dirs, _options("preload"), _options("probe")
    )
    for own_plan in _options("enter"):
        _enter(own_plan)
    forked.wait_until_known()


if __name__ == "__main__":
    runtime_dir = __file__.rpartition("/")[0] or __file__.rpartition("\\")[0]
    if runtime_dir not in sys.path:
        sys.path.append(runtime_dir)
    package_dirs = _options("packages")
    host_prefix = sys.base_prefix
    warm_parent = __import__("warm_parent_process") if _options("parent") else None
    for plan in _options("enter"):
        _enter(plan)
        runtime_dir = RUNTIME_ROOT
    if warm_parent is not None:
        _serve_as_parent(warm_parent)
    layer_dirs = _options("layer")
    del warm_parent, sys.argv[1:]
    loop = __import__("lambda_dojo_runtime.invocation_loop", fromlist=["run"])
    loop.run(runtime_dir, package_dirs, layer_dirs, host_prefix)
