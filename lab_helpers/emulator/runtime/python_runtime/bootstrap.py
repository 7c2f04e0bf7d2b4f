"""Started by the launcher: ``python -S -u bootstrap.py [--packages=DIR …] [--layer=DIR …]``."""

from __future__ import annotations

import sys


def _parted(option: str) -> tuple[str, str, str]:
    return option.partition("=")


if __name__ == "__main__":
    runtime_dir = __file__.rpartition("/")[0] or __file__.rpartition("\\")[0]
    if runtime_dir not in sys.path:
        sys.path.append(runtime_dir)
    options = sys.argv[1:]
    del sys.argv[1:]
    package_dirs = [value for name, _, value in map(_parted, options) if name == "--packages"]
    layer_dirs = [value for name, _, value in map(_parted, options) if name == "--layer"]
    loop = __import__("lambda_dojo_runtime.invocation_loop", fromlist=["run"])
    loop.run(runtime_dir, package_dirs, layer_dirs)
