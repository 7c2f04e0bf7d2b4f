"""``python -m lab_helpers`` is ``lambda-dojo``."""

from __future__ import annotations

from lab_helpers.cli import main

if __name__ == "__main__":
    main()
