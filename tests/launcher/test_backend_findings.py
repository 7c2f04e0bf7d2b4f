"""The doctor says which backend is reached, what it can do, and what mends what is missing."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lab_helpers.backends import aws_record
from lab_helpers.backends.aws_record import own_record
from lab_helpers.launcher.doctor import Finding, examine
from lab_helpers.settings import Settings

HEALTH = {
    "version": "4.14.0",
    "edition": "community",
    "services": {"lambda": "available", "iam": "running", "s3": "available", "logs": "available",
                 "sqs": "available", "sns": "available", "kinesis": "disabled",
                 "cloudwatch": "available"},
}  # fmt: skip


@pytest.fixture
def localstack() -> Iterator[str]:
    """Answers as LocalStack does to a question for its health."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/_localstack/health"
            body = json.dumps(HEALTH).encode() if known else b"<NoSuchBucket/>"
            self.send_response(200 if known else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def told(tmp_path: Path, backend: str, language: str = "en", **environ: str) -> list[Finding]:
    settings = Settings(home=tmp_path, backend=backend, language=language)
    about = re.compile("the backend |LAB_BACKEND|バックエンド")
    return [found for found in examine(settings, tmp_path, environ) if about.search(found.text)]


def test_a_backend_that_answers_is_told_with_version_and_what_is_missing(
    tmp_path: Path, localstack: str
) -> None:
    found = told(tmp_path, "localstack", AWS_ENDPOINT_URL=localstack)
    texts = [finding.text for finding in found]
    assert any("4.14.0, community" in text and localstack in text for text in texts)
    (services,) = [finding for finding in found if "services now" in finding.text]
    assert services.text.endswith("dynamodb, kinesis")
    (lacks,) = [finding for finding in found if "lacks permissions" in finding.text]
    assert (lacks.level, "--backend embedded" in lacks.mend) == ("warn", True)


def test_a_backend_that_is_silent_is_a_problem_with_the_command_that_starts_it(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    found = told(tmp_path, "localstack", AWS_ENDPOINT_URL=url)
    (silent,) = [finding for finding in found if finding.level == "problem"]
    assert "docker compose up -d localstack" in silent.mend


def test_the_embedded_cloud_needs_no_answer(tmp_path: Path) -> None:
    (found,) = told(tmp_path, "embedded", "ja")
    assert found.level == "ok"
    assert "embedded" in found.text


def test_aws_is_told_and_not_asked(tmp_path: Path) -> None:
    (found,) = told(tmp_path, "aws")
    assert found.level == "warn"
    assert "cleanup --backend aws" in found.mend


def test_a_name_that_is_no_backend_is_a_problem(tmp_path: Path) -> None:
    (found,) = told(tmp_path, "clouds")
    assert (found.level, found.mend) == ("problem", "unset LAB_BACKEND")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_ended_sessions_left_in_an_account_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    own_record(tmp_path, "sandbox", "210987654321", "us-east-1").made("arn:aws:sqs:x")
    monkeypatch.setattr(aws_record, "_is_running", lambda pid, began: False)
    settings = Settings(home=tmp_path, language=language)
    found = examine(settings, tmp_path, {})
    (left,) = [finding for finding in found if "210987654321" in finding.text]
    assert left.level == "warn"
    assert "LAMBDA_DOJO_AWS_PROFILE=sandbox lambda-dojo cleanup --backend aws" in left.mend
