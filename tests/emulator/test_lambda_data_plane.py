"""How much of the account's concurrency is reserved: asked at each invocation, counted seldom."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lab_helpers.emulator.lambda_data_plane import LambdaDataPlane


class _Functions(dict[str, Any]):
    counted = 0

    def values(self) -> Any:
        self.counted += 1
        return super().values()


@pytest.fixture
def functions() -> _Functions:
    return _Functions(
        one=SimpleNamespace(reserved_concurrency=5, provisioned={}),
        two=SimpleNamespace(
            reserved_concurrency=None, provisioned={"1": SimpleNamespace(requested=2)}
        ),
    )


@pytest.fixture
def plane(functions: _Functions) -> LambdaDataPlane:
    made = LambdaDataPlane.__new__(LambdaDataPlane)
    state = SimpleNamespace(region=lambda _name: SimpleNamespace(functions=functions))
    made._control_plane = SimpleNamespace(state=state)  # type: ignore[assignment]
    made._reservations = {}
    return made


def test_it_is_counted_once_until_a_function_changes(
    plane: LambdaDataPlane, functions: _Functions
) -> None:
    assert [plane._reserved_total("us-east-1") for _ in range(3)] == [7, 7, 7]
    assert functions.counted == 1
    functions["one"].reserved_concurrency = 9
    plane.reservations_changed()
    assert plane._reserved_total("us-east-1") == 11


def test_a_count_that_a_change_overtook_is_not_kept(
    plane: LambdaDataPlane, functions: _Functions
) -> None:
    class Overtaken(_Functions):
        def values(self) -> Any:
            found = list(super().values())
            plane.reservations_changed()  # another thread, while this one counts
            return found

    plane._control_plane.state.region("").functions.__class__ = Overtaken
    assert plane._reserved_total("us-east-1") == 7
    functions.__class__ = _Functions
    functions["one"].reserved_concurrency = 9
    assert plane._reserved_total("us-east-1") == 11
