"""How a condition says that something does not hold: with a diagnosis code and its values.

Each code has its texts, in both languages, in the lab's table of messages
(``lab_helpers/checks/messages/<lab>.toml``) or in the one that all labs share
(``lab_helpers/grading/messages/common.toml``). The values fill the texts' placeholders.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

Thing = TypeVar("Thing")


class Unmet(Exception):
    """A condition does not hold.

    Attributes:
        diagnosis: the code of what is wrong.
        values: for the placeholders of the code's texts.
        details: lines to show as they are, such as the end of a log; may be empty.
    """

    def __init__(self, diagnosis: str, *, details: str = "", **values: Any) -> None:
        self.diagnosis = diagnosis
        self.values = values
        self.details = details
        super().__init__(diagnosis)


class CannotLook(Exception):
    """The backend does not let the check look; never the learner's mistake."""


def unmet(diagnosis: str, *, details: str = "", **values: Any) -> NoReturn:
    """Say that the condition does not hold."""
    raise Unmet(diagnosis, details=details, **values)


def expect(holds: object, diagnosis: str, *, details: str = "", **values: Any) -> None:
    """``diagnosis`` unless ``holds`` is true."""
    if not holds:
        raise Unmet(diagnosis, details=details, **values)


def expect_equal(found: object, expected: object, diagnosis: str, **values: Any) -> None:
    """``diagnosis``, with the placeholders ``{found}`` and ``{expected}``, unless equal."""
    if found != expected:
        raise Unmet(diagnosis, found=found, expected=expected, **values)


def expect_found(thing: Thing | None, diagnosis: str, **values: Any) -> Thing:
    """``thing``, or ``diagnosis`` where it is None."""
    if thing is None:
        raise Unmet(diagnosis, **values)
    return thing
