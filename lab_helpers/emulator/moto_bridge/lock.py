"""moto keeps plain dictionaries and expects one caller at a time: this lock is that one caller.

Every entry into moto from this package holds it; nothing that waits (a long poll, a function's
answer) may be awaited under it.
"""

from __future__ import annotations

import threading

MOTO_LOCK = threading.RLock()
