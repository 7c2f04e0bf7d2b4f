"""``lab`` before a lab is open."""

from __future__ import annotations

from typing import NoReturn

from lab_helpers.errors import DojoError
from lab_helpers.notebook.words import tell
from lab_helpers.settings import Settings


class NoLabYet:
    """Stands in place of ``lab`` until the lab's first cell has run."""

    language = None

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):  # IPython looks for _repr_html_ and its like
            raise AttributeError(name)
        raise DojoError(tell("no_lab_yet", Settings.from_environment().language))

    def __repr__(self) -> str:
        return tell("no_lab_yet", Settings.from_environment().language)
