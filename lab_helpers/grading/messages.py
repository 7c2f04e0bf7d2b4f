"""Tables of messages: what a learner reads, in both languages, one table per lab.

``lab_helpers/checks/messages/<lab>.toml``::

    [looks]                      # condition → what it looks at
    role_exists = { en = "…", ja = "…" }

    [passed.create_role]         # step → what to say when all of it holds
    found = { en = "…", ja = "…" }
    why   = { en = "…", ja = "…" }

    [diagnosis.role_missing]     # diagnosis code → what is wrong
    outcome  = "not_attempted"
    found    = { en = "There is no role `{role}`.", ja = "…" }
    expected = { en = "…", ja = "…" }
    why      = { en = "…", ja = "…" }
    next     = { en = "…", ja = "…" }

Placeholders are filled from the lab's names and from the values that the condition gave.
Words between backticks are code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from lab_helpers.catalog import Text
from lab_helpers.grading.outcome import Outcome


@dataclass(frozen=True)
class Diagnosis:
    """Texts of one code; placeholders still open."""

    outcome: Outcome
    found: Text
    expected: Text
    why: Text
    next: Text


@dataclass(frozen=True)
class Praise:
    """Texts of a step whose conditions all hold."""

    found: Text
    why: Text


@dataclass(frozen=True)
class MessageTable:
    """All that the checks of one lab can say."""

    looks: Mapping[str, Text]
    passed: Mapping[str, Praise]
    diagnoses: Mapping[str, Diagnosis]

    def diagnosis(self, code: str) -> Diagnosis:
        """The lab's own texts for ``code``, else those that all labs share. Raises KeyError."""
        return self.diagnoses.get(code) or common_messages().diagnoses[code]


@cache
def lab_messages(lab: str) -> MessageTable:
    """The table of ``lab``. Raises FileNotFoundError where the lab has none."""
    return read_table(
        resources.files("lab_helpers.checks").joinpath(f"messages/{lab}.toml").read_text("utf-8")
    )


@cache
def common_messages() -> MessageTable:
    """What every lab's checks can say: errors of functions, of backends and of checks."""
    return read_table(
        resources.files("lab_helpers.grading").joinpath("messages/common.toml").read_text("utf-8")
    )


def read_table(toml_text: str) -> MessageTable:
    """Raises TypeError or KeyError where a language or a beat is missing."""
    table = tomllib.loads(toml_text)
    return MessageTable(
        looks={name: Text(**pair) for name, pair in table.get("looks", {}).items()},
        passed={
            step: Praise(Text(**entry["found"]), Text(**entry["why"]))
            for step, entry in table.get("passed", {}).items()
        },
        diagnoses={code: _diagnosis(entry) for code, entry in table.get("diagnosis", {}).items()},
    )


def _diagnosis(entry: Mapping[str, Any]) -> Diagnosis:
    beats = {key: Text(**entry[key]) for key in ("found", "expected", "why", "next")}
    return Diagnosis(outcome=Outcome(entry["outcome"]), **beats)


def fill(text: Text, values: Mapping[str, Any]) -> Text:
    """``text`` with its placeholders filled. Raises KeyError where a value is missing."""
    return Text(text.en.format_map(values), text.ja.format_map(values))
