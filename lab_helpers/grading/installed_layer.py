"""A layer made of packages that are installed here, as ``pip install --target python`` makes it."""

from __future__ import annotations

import importlib.metadata
import io
import zipfile
from functools import cache


@cache  # compressing takes a second
def installed_layer(*packages: str) -> bytes:
    """The layer's zip: the packages' files under ``python/``, without byte code."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as layer:
        for package in packages:
            for file in importlib.metadata.files(package) or []:
                if ".." not in file.parts and file.suffix != ".pyc":
                    layer.write(file.locate(), f"python/{file.as_posix()}")
    return archive.getvalue()
