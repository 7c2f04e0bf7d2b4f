"""What ``logging`` wrote in one invocation, whichever log format the function has.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_TEXT = re.compile(r"\[(?P<level>[A-Z]+)\]\t\S+Z\t\S+\t(?P<message>.*)")


@dataclass(frozen=True)
class LogRecord:
    """One record.

    Attributes:
        fields: every key of a JSON record, those given as ``extra`` too; empty in text format.
    """

    level: str
    message: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def tells(self, word: str) -> bool:
        """Whether the message or a field holds ``word``."""
        return word in self.message or any(word in str(value) for value in self.fields.values())


def log_records(log: str) -> list[LogRecord]:
    """The records among a log's lines; what was printed and what Lambda wrote is left out."""
    return [record for line in log.splitlines() if (record := _record(line)) is not None]


def _record(line: str) -> LogRecord | None:
    if found := _TEXT.match(line):
        return LogRecord(found["level"], found["message"])
    if not line.startswith("{"):
        return None
    try:
        fields = json.loads(line)
    except ValueError:  # a printed dict
        return None
    if not isinstance(fields, dict) or not {"timestamp", "level"} <= fields.keys():
        return None
    return LogRecord(str(fields["level"]), str(fields.get("message", "")), fields)
