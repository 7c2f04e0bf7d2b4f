"""One TOML file, or an error that names it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from lab_helpers.errors import DojoError


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DojoError(f"{path} is missing.", now="Every lab needs one.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DojoError(f"{path} cannot be read.", why=str(error), now="Mend the file.") from error
