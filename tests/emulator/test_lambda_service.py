"""Which one record an operation of Lambda's has changed, and where looks at records are done."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from lab_helpers.emulator.control_plane.service_model import route
from lab_helpers.emulator.durability.lambda_records import FUNCTION, LAYER, MAPPING
from lab_helpers.emulator.http import Request, Response
from lab_helpers.emulator.lambda_service import LambdaService, changed_record

FUNCTIONS, MAPPINGS = "/2015-03-31/functions", "/2015-03-31/event-source-mappings"
ARN = "arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012"


@pytest.mark.parametrize(
    ("method", "path", "answer", "expected"),
    [
        ("POST", FUNCTIONS, {"FunctionName": "fn"}, (FUNCTION, "fn")),
        ("PUT", f"{FUNCTIONS}/{ARN}%3Afunction%3Afn%3A1/code", {}, (FUNCTION, "fn")),
        ("DELETE", f"{FUNCTIONS}/fn", {}, (FUNCTION, "fn")),
        ("POST", f"{FUNCTIONS}/fn/aliases", {}, (FUNCTION, "fn")),
        ("POST", MAPPINGS, {"UUID": "u"}, (MAPPING, "u")),
        ("DELETE", f"{MAPPINGS}/u", {}, (MAPPING, "u")),
        ("POST", "/2018-10-31/layers/l/versions", {}, (LAYER, "l")),
        ("DELETE", f"/2018-10-31/layers/{ARN}%3Alayer%3Al/versions/1", {}, (LAYER, "l")),
        ("POST", f"/2017-03-31/tags/{ARN}%3Afunction%3Afn", {}, ("", "")),
    ],
)
def test_it_is_told_by_the_path_or_the_answer(
    method: str, path: str, answer: dict[str, str], expected: tuple[str, str]
) -> None:
    routed = route(method, path)
    assert routed is not None
    assert changed_record(routed, json.dumps(answer).encode()) == expected


class ControlPlane:
    """Notes on which thread it is asked."""

    def __init__(self) -> None:
        self.state = SimpleNamespace(lock=threading.RLock())
        self.asked_on: list[int] = []

    def handle(self, request: Request, region: str, request_id: str) -> Response:
        self.asked_on.append(threading.get_ident())
        return Response()


def looked_up(plane: ControlPlane) -> bool:
    """Whether ListFunctions was answered on the event loop."""
    service = LambdaService(plane, None, None, lambda *_: None)  # type: ignore[arg-type]

    async def in_thread(work: Callable[[], Response]) -> Response:
        return await asyncio.to_thread(work)

    asyncio.run(service.handle(Request("GET", f"{FUNCTIONS}/"), "us-east-1", "id", in_thread))
    return plane.asked_on == [threading.get_ident()]


def test_a_look_at_records_needs_no_thread() -> None:
    assert looked_up(ControlPlane())


def test_but_does_not_hold_up_the_loop_while_somebody_changes_them() -> None:
    plane, held, done = ControlPlane(), threading.Event(), threading.Event()

    def change() -> None:
        with plane.state.lock:
            held.set()
            done.wait(30)

    changing = threading.Thread(target=change)
    changing.start()
    held.wait(30)
    on_loop = looked_up(plane)
    done.set()
    changing.join()
    assert not on_loop
