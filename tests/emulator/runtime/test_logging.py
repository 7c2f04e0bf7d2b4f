"""What a function logs, as CloudWatch Logs will show it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest


def test_printed_text_is_one_record_per_line(bench: Any) -> None:
    source = r"""
        import sys
        def handler(event, context):
            print("one\ntwo")
            print("three", file=sys.stderr)
            print("no line end", end="")
    """
    bench.invoke(source, {}, {})
    assert bench.logs() == ["one", "two", "three", "no line end"] * 2


def test_a_log_record_of_several_lines_is_one_record(bench: Any) -> None:
    source = r"""
        import logging
        def handler(event, context):
            print("before")
            logging.warning("first\nsecond")
            print("after")
    """
    bench.invoke(source, {})
    before, record, after = bench.logs()
    assert (before, after) == ("before", "after")
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert re.fullmatch(rf"\[WARNING\]\t{stamp}\trequest-1\tfirst\nsecond", record)


def test_info_is_not_shown_until_the_level_is_set_and_basic_config_does_nothing(
    bench: Any,
) -> None:
    source = """
        import logging
        logging.basicConfig(level=logging.DEBUG, format="%(message)s")
        logger = logging.getLogger("mine")
        def handler(event, context):
            if event == "set":
                logging.getLogger().setLevel("INFO")
            logger.info("an info")
            return [h.__class__.__name__ for h in logging.getLogger().handlers]
    """
    plain, _ = bench.invoke(source, "plain", "set")
    assert json.loads(plain.payload) == ["LambdaLoggerHandler"]
    (record,) = bench.logs()
    assert record.startswith("[INFO]\t")
    assert record.endswith("\trequest-2\tan info")


def test_an_exception_is_one_record_with_visible_indents(bench: Any) -> None:
    source = """
        def handler(event, context):
            raise ValueError("bad\\nnews")
    """
    bench.invoke(source, {})
    (record,) = bench.logs()
    path = "/var/task/app.py"
    assert record == (
        "[ERROR] ValueError: bad\nnews\nTraceback (most recent call last):\n"
        f'\u00a0\u00a0File "{path}", line 3, in handler\n'
        '\u00a0\u00a0\u00a0\u00a0raise ValueError("bad\\nnews")'
    )


def test_json_format_gives_json_records_and_filters_by_level(bench: Any) -> None:
    source = """
        import logging
        logger = logging.getLogger("app")
        def handler(event, context):
            logger.debug("hidden")
            logger.info("número %d", 1, extra={"order": 7})
            logger.warning({"nested": True})
            try:
                1 // 0
            except ZeroDivisionError:
                logger.exception("caught")
            print("plain")
    """
    bench.invoke(source, {}, log_format="JSON", application_log_level="INFO")
    info, warning, caught, plain = bench.logs()
    assert plain == "plain"
    document = json.loads(info)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", document.pop("timestamp"))
    assert document == {
        "level": "INFO",
        "message": "número 1",
        "logger": "app",
        "requestId": "request-1",
        "order": 7,
    }
    assert json.loads(warning)["message"] == {"nested": True}
    error = json.loads(caught)
    assert error["errorType"] == "ZeroDivisionError"
    assert error["errorMessage"] == "integer division or modulo by zero"
    assert error["location"].endswith("app.py:handler:11")
    assert error["stackTrace"]


def test_json_format_shows_an_uncaught_exception_as_json(bench: Any) -> None:
    bench.invoke("def handler(e, c): raise KeyError('k')", {}, log_format="JSON")
    document = json.loads(bench.logs()[0])
    assert document["level"] == "ERROR"
    assert document["errorType"] == "KeyError"
    assert document["requestId"] == "request-1"


def test_trace_level_shows_debug_records(bench: Any) -> None:
    source = "import logging\ndef handler(e, c): logging.debug('deep')"
    bench.invoke(source, {}, log_format="JSON", application_log_level="TRACE")
    assert json.loads(bench.logs()[0])["message"] == "deep"


def test_context_log_is_one_record(bench: Any) -> None:
    bench.invoke("def handler(e, c): c.log('a\\nb\\n')", {})
    assert bench.logs() == ["a\nb"]


def test_everything_printed_before_the_answer_comes_before_the_report(bench: Any) -> None:
    source = """
        import subprocess, sys
        def handler(event, context):
            subprocess.run([sys.executable, "-S", "-c", "print('from a child')"])
            for number in range(2000):
                print(number)
    """
    bench.invoke(source, {})
    kinds = [type(event).__name__ for event in bench.events]
    assert kinds[-2:] == ["RuntimeDone", "Report"]
    assert bench.logs() == ["from a child", *map(str, range(2000))]


def test_any_bytes_on_stdout_become_text(bench: Any) -> None:
    source = r"""
        import os
        def handler(event, context):
            os.write(1, b"\xff\xa5 caf\xc3\xa9\n\xa5\x5a\x00\x03 no frame\n")
    """
    bench.invoke(source, {})
    assert bench.logs() == ["\ufffd\ufffd café", "\ufffdZ\0\x03 no frame"]


def test_a_log_record_above_the_limit_of_an_event_is_cut(bench: Any) -> None:
    source = "import logging\ndef handler(e, c): logging.error('x' * 300_000)"
    bench.invoke(source, {})
    assert len(bench.logs()[0].encode()) == 262_118
    assert sum(message.count("x") for message in bench.logs()) == 300_000


@pytest.mark.parametrize("name", ["string.py", "re.py", "traceback.py", "token.py", "logging.py"])
def test_a_module_named_like_the_standard_library_s_does_not_break_logging(
    bench: Any, name: str
) -> None:
    bench.write("raise RuntimeError('mine, not the library')", name)
    source = """
        def handler(event, context):
            import logging
            logging.warning("fine")
            raise ValueError("also fine")
    """
    (outcome,) = bench.invoke(source, {})
    assert outcome.error_type == "ValueError"
    assert bench.logs()[0].endswith("\tfine")
