"""Checks of the lab ``event_source_mappings``: a queue, a stream and a table feed functions.

What a mapping does is tried with messages and records that carry a token of the check's own.
"""

from __future__ import annotations

from lab_helpers.checks.event_source_mappings import queue_mapping, stream_mapping, table_mapping

__all__ = ["queue_mapping", "stream_mapping", "table_mapping"]
