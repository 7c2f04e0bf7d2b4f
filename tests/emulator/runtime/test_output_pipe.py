"""Both ways of reading a function's output keep order, drain fully and pause a flood."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

import pytest

from lab_helpers.emulator.runtime.output_pipe import LoopOutputPipe, ThreadedOutputPipe

KINDS = [
    pytest.param(
        LoopOutputPipe, marks=pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
    ),
    ThreadedOutputPipe,
]


@pytest.mark.parametrize("kind", KINDS)
def test_drain_hands_over_all_that_was_written(kind: Any) -> None:
    async def scenario() -> None:
        got = bytearray()

        def consume(data: bytes) -> bool:
            got.extend(data)
            return False

        pipe = kind(consume)
        writer = os.dup(pipe.write_fd)
        pipe.start()
        for number in range(50):
            os.write(writer, b"%d," % number)
            await pipe.drain()
            assert bytes(got) == b"".join(b"%d," % each for each in range(number + 1))
        os.close(writer)
        await pipe.drain()
        pipe.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", KINDS)
def test_a_flood_blocks_the_writer_and_not_the_loop(kind: Any) -> None:
    async def scenario() -> int:
        taken = 0

        def consume(data: bytes) -> bool:
            nonlocal taken
            taken += len(data)
            return True

        pipe = kind(consume)
        writer = os.dup(pipe.write_fd)
        os.set_blocking(writer, False)
        pipe.start()
        written = 0
        for _ in range(20):
            try:
                while True:
                    written += os.write(writer, b"x" * 65_536)
            except BlockingIOError:
                await asyncio.sleep(0.002)
        os.close(writer)
        pipe.close()
        return written

    assert asyncio.run(scenario()) < 20 * 65_536
