"""``python benchmarks/run.py``: the same as ``python -m benchmarks``, from any folder."""

import runpy
import sys
from pathlib import Path

# Python put this folder first on the path; the package is the folder's name in its parent.
sys.path[0] = str(Path(__file__).resolve().parent.parent)
runpy.run_module("benchmarks", run_name="__main__")
