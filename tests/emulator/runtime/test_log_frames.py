"""The parser of a function's output takes any bytes in pieces of any size."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from lab_helpers.emulator.runtime.log_frames import (
    MAX_FRAME_BYTES,
    MAX_RECORD_BYTES,
    LogFrameParser,
    LogRecord,
)


def frame(message: bytes, kind: int = 0xA55A0003, micros: int = 1_000_000) -> bytes:
    head = kind.to_bytes(4, "big") + len(message).to_bytes(4, "big") + micros.to_bytes(8, "big")
    return head + message


def parse(*pieces: bytes) -> list[LogRecord]:
    parser = LogFrameParser()
    records = [record for piece in pieces for record in parser.feed(piece)]
    return records + list(parser.flush())


def messages(*pieces: bytes) -> list[str]:
    return [record.message for record in parse(*pieces)]


def test_lines_are_records_and_the_rest_follows_with_flush() -> None:
    assert messages(b"a\nb\n\nc") == ["a", "b", "", "c"]


def test_a_frame_is_one_record_with_its_time() -> None:
    assert parse(frame(b"one\ntwo\n")) == [LogRecord("one\ntwo", 1.0)]


def test_a_frame_within_a_line_does_not_split_the_line() -> None:
    assert messages(b"left " + frame(b"framed") + b"right\n") == ["framed", "left right"]


def test_an_empty_frame_is_an_empty_record() -> None:
    assert messages(frame(b"")) == [""]


def test_what_only_looks_like_a_frame_is_text() -> None:
    assert messages(b"\xa5\x5a\x00\x40rest\n") == ["\ufffdZ\0@rest"]
    too_long = b"\xa5\x5a\x00\x03" + (MAX_FRAME_BYTES + 1).to_bytes(4, "big") + b"\n"
    assert len(messages(too_long)) == 1
    assert messages(b"\xa5\x5a\x00") == ["\ufffdZ\0"]


def test_a_frame_that_is_never_completed_is_shown_as_far_as_it_came() -> None:
    assert messages(frame(b"cut off")[:-3]) == ["cut "]


def test_long_lines_and_frames_are_cut_between_characters() -> None:
    text = "é" * MAX_RECORD_BYTES
    for data in (text.encode() + b"\n", frame(text.encode())):
        pieces = messages(data)
        assert "".join(pieces) == text
        assert all(len(piece.encode()) <= MAX_RECORD_BYTES for piece in pieces)


_parts = st.one_of(
    st.binary(max_size=40),
    st.binary(max_size=40).map(frame),
    st.sampled_from([b"\n", b"\xa5", b"\xa5\x5a", b"\xa5\x5a\x00", b"\xa5\x5a\x00\x03\x00\x00"]),
)


@given(st.lists(_parts, max_size=12).map(b"".join), st.data())
def test_the_cut_into_pieces_does_not_matter(data: bytes, draw: st.DataObject) -> None:
    cuts = draw.draw(st.lists(st.integers(0, len(data)), max_size=8).map(sorted))
    edges = [0, *cuts, len(data)]
    pieces = [data[start:end] for start, end in itertools.pairwise(edges)]
    assert parse(*pieces) == parse(data)


@given(st.lists(st.one_of(st.text(max_size=30), st.text(max_size=30).map(lambda t: (t,)))))
def test_what_was_written_comes_out(parts: list[str | tuple[str]]) -> None:
    """Lines of text and frames, in their order."""
    data = b""
    expected: list[str] = []
    for part in parts:
        if isinstance(part, tuple):
            data += frame(part[0].encode())
            expected.append(part[0].removesuffix("\n"))
        else:
            data += part.encode() + b"\n"
            expected += part.split("\n")
    assert messages(data) == expected
