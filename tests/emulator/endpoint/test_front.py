"""Who knocks before the cloud is built is held, or answered where nothing of it is needed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from lab_helpers.clock import SystemClock
from lab_helpers.emulator.access.root_key import RootKey, well_formed
from lab_helpers.emulator.endpoint.front import Front
from lab_helpers.emulator.http import Headers, Request, Response
from lab_helpers.settings import Settings

KEY = RootKey("AKIAIOSFODNN7EXAMPLE", "secret")


@asynccontextmanager
async def _front(is_new_account: bool = True) -> AsyncIterator[Front]:
    front = Front(Settings.from_environment({}), SystemClock(), 0, KEY, is_new_account)
    await front.start()
    yield front
    await front.stop()


def _asked(action: str, key: RootKey = KEY) -> Request:
    body = f"Action={action}&Version=2011-06-15".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    signed = AWSRequest("POST", "http://127.0.0.1/", form, body)
    credentials = Credentials(key.access_key_id, key.secret_access_key)
    SigV4Auth(credentials, "sts", "us-east-1").add_auth(signed)
    headers: list[tuple[str, Any]] = [*signed.headers.items(), ("Host", "127.0.0.1")]
    return Request("POST", "/", headers=Headers(headers), body=body)


async def _rooms(request: Request) -> Response:
    return Response(200, body=b"from the rooms")


async def _is_held(front: Front, request: Request) -> bool:
    answer = asyncio.ensure_future(front.answer(request))
    for _ in range(5):
        await asyncio.sleep(0)
    held = not answer.done()
    front.open(_rooms)
    assert not held or (await answer).body == b"from the rooms"
    return held


def test_a_new_accounts_learner_is_told_at_once_who_they_are() -> None:
    async def scenario() -> None:
        async with _front() as front:
            answer = await front.answer(_asked("GetCallerIdentity"))
            assert b":user/learner</Arn>" in answer.body
            assert b"<UserId>AIDAIOSFODNN7EXAMPLE</UserId>" in answer.body
            (entry,) = front.journal.entries(kind="api.call")
            assert (entry.data["service"], entry.data["status"]) == ("sts", 200)

    asyncio.run(scenario())


def test_everything_else_is_held_until_the_cloud_is_built() -> None:
    async def scenario() -> None:
        stranger = RootKey("AKIAIOSFODNN7STRANGE", "secret")
        for request in (_asked("GetSessionToken"), _asked("GetCallerIdentity", stranger)):
            async with _front() as front:
                assert await _is_held(front, request)
        async with _front(is_new_account=False) as front:
            assert await _is_held(front, _asked("GetCallerIdentity"))

    asyncio.run(scenario())


def test_once_built_the_rooms_answer_all() -> None:
    async def scenario() -> None:
        async with _front() as front:
            front.open(_rooms)
            assert (await front.answer(_asked("GetCallerIdentity"))).body == b"from the rooms"

    asyncio.run(scenario())


def test_a_key_of_the_learners_own_choice_stands_for_one_of_awss_form() -> None:
    assert well_formed("my-key") == well_formed("my-key") != well_formed("other-key")
    assert len(well_formed("my-key")) == len(KEY.access_key_id)
    assert RootKey("my-key", "secret").learner_id == "AIDA" + well_formed("my-key")[4:]
