"""Functions in the order of their names, whatever comes and goes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.control_plane.functions_by_name import FunctionsByName

NAMES = st.text("ab-_1", min_size=1, max_size=3)
CHANGES = st.lists(st.tuples(st.sampled_from(("put", "drop")), NAMES), max_size=30)


@given(CHANGES, NAMES)
def test_it_holds_what_a_sorted_dict_would(changes: list[tuple[str, str]], since: str) -> None:
    functions, plain = FunctionsByName(), {}
    for number, (change, name) in enumerate(changes):
        one: Any = f"{name} {number}"
        if change == "put":
            functions[name] = plain[name] = one
        else:
            assert functions.pop(name, None) == plain.pop(name, None)
    assert list(functions.items()) == sorted(plain.items())
    assert [*functions.since(since)] == [plain[name] for name in sorted(plain) if name >= since]
    assert [functions.get(name) for name in "ab"] == [plain.get(name) for name in "ab"]
