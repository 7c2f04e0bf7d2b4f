"""A learner's real keys reach neither the embedded cloud nor any endpoint of the labs."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lab_helpers.backends.embedded import start_cloud
from lab_helpers.backends.select import select_backend
from lab_helpers.errors import DojoError
from lab_helpers.settings import Settings
from tests.cloud_process import CloudProcess

REAL = ("AKIDREALREALREALREAL", "real-secret-key", "real-session-token")


@pytest.fixture
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody with a real account: keys in the environment and in files."""
    files = tmp_path / "aws"
    files.mkdir()
    keys = (
        f"aws_access_key_id = {REAL[0]}\naws_secret_access_key = {REAL[1]}\n"
        f"aws_session_token = {REAL[2]}\n"
    )
    (files / "credentials").write_text(f"[default]\n{keys}[work]\n{keys}")
    (files / "config").write_text("[profile work]\nregion = eu-west-1\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(files / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(files / "config"))
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", REAL[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", REAL[1])
    monkeypatch.setenv("AWS_SESSION_TOKEN", REAL[2])
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


@pytest.fixture
def heard() -> Iterator[tuple[str, list[str]]]:
    """A server's URL and all that it is told."""
    told: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            told.append(f"{self.requestline}\n{self.headers}{self.rfile.read(length).decode()}")
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        do_POST = do_PUT = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", told
    server.shutdown()
    server.server_close()


@pytest.mark.usefixtures("learner")
@pytest.mark.parametrize("name", ["localstack", "ministack", "a URL"])
def test_what_is_sent_to_a_backend_holds_no_real_key(
    name: str, heard: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, told = heard
    if name != "a URL":
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    session = select_backend(url if name == "a URL" else name).session()
    session.client("lambda").list_functions()
    session.client("sqs").list_queues()
    session.resource("dynamodb").meta.client.list_tables()
    assert len(told) == 3
    assert "Credential=test/" in told[0]
    assert [secret for secret in REAL if secret in "".join(told)] == []


@pytest.mark.usefixtures("learner")
def test_the_embedded_cloud_is_started_without_the_learners_aws_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = tmp_path / "lab_helpers"
    listing.mkdir()
    (listing / "__init__.py").touch()
    (listing / "__main__.py").write_text(
        "import os, sys\n"
        "sys.exit('seen: ' + str(sorted(name for name in os.environ if 'AWS' in name)))"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(DojoError, match=r"seen: \[\]"):
        start_cloud(Settings(home=tmp_path))


@pytest.mark.usefixtures("learner")
def test_a_client_of_the_embedded_cloud_is_the_clouds_own_identity(cloud: CloudProcess) -> None:
    env = {
        **os.environ,
        "LAMBDA_DOJO_HOME": str(cloud.home),
        "LAMBDA_DOJO_ENDPOINT": cloud.endpoint,
    }
    backend = select_backend("embedded", environ=env)
    session = backend.session()
    keys = session.get_credentials().get_frozen_credentials()
    assert keys.access_key == cloud.access_key_id
    assert keys.token is None
    assert session.client("sts").get_caller_identity()["Account"] == cloud.account_id
    assert not set(REAL) & set(backend.environment().values())
