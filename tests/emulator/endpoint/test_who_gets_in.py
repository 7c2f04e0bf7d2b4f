"""Pages in a browser, other machines, other users of this one: who reaches the cloud."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import json
import os
import socket
import ssl
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest
from botocore.config import Config

from lab_helpers.emulator.endpoint.host_names import host_name, is_loopback_name
from lab_helpers.emulator.endpoint.outside import Outside, OutsideEndpoint, is_name_of_this_machine
from lab_helpers.emulator.http import Request, Response
from lab_helpers.errors import DojoError
from tests.cloud_process import CloudProcess, clean_environment, eventually


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:4599", "LOCALHOST", "[::1]:4599", "[::1]", "b.localhost:1"]
)
def test_names_of_loopback_are_known(host: str) -> None:
    assert is_loopback_name(host_name(host))


OTHERS = (
    *("", "evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "evil.example:4599"),
    *("0.0.0.0", "192.168.1.2", "localhost@evil.example", "xlocalhost", "127.0.0.1:80:evil"),
)


@pytest.mark.parametrize("host", OTHERS)
def test_other_names_are_not(host: str) -> None:
    assert not is_loopback_name(host_name(host))


def ask(
    cloud: CloudProcess, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(cloud.endpoint + path, body, named, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


FORM = "application/x-www-form-urlencoded"
FORGED = [
    ("POST", "/", b"Action=CreateUser&UserName=evil&Version=2010-05-08", {"Content_Type": FORM}),
    ("POST", "/", b"Action=CreateQueue&QueueName=evil", {"Content_Type": FORM}),
    ("POST", "/", b'{"QueueName": "evil"}', {"Content_Type": "text/plain"}),
    ("POST", "/evil-bucket", b"", {"Content_Type": "multipart/form-data; boundary=x"}),
    ("PUT", "/evil-bucket", b"", {}),
    ("DELETE", "/2015-03-31/functions/f", None, {}),
    ("POST", "/2015-03-31/functions/f/invocations", b"{}", {"Content_Type": "text/plain"}),
    ("POST", "/_dojo/stop", b"", {}),
    ("POST", "/_dojo/reset", b"", {"x_dojo_key": "guess"}),
    ("GET", "/_dojo/journal", None, {}),
]


@pytest.mark.parametrize(("method", "path", "body", "headers"), FORGED)
def test_what_a_page_in_the_learners_browser_can_send_changes_nothing(
    cloud: CloudProcess, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> None:
    status, answer = ask(cloud, method, path, body, Origin="http://evil.example", **headers)
    assert 400 <= status < 500
    assert "access-control-allow-origin" not in answer
    assert "evil" not in str(cloud.client("iam").list_users()["Users"])
    assert "evil" not in str(cloud.client("sqs").list_queues().get("QueueUrls"))
    assert "evil-bucket" not in str(cloud.client("s3").list_buckets()["Buckets"])


def test_a_page_is_never_told_that_it_may_ask(cloud: CloudProcess) -> None:
    for path in ("/", "/_dojo/health", "/bucket/key", "/2015-03-31/functions"):
        for method in ("OPTIONS", "GET"):
            _, headers = ask(
                cloud,
                method,
                path,
                Origin="http://evil.example",
                Access_Control_Request_Method="PUT",
                Access_Control_Request_Headers="authorization",
            )
            assert not [name for name in headers if name.lower().startswith("access-control-")]


def test_nobody_listens_beyond_loopback(cloud: CloudProcess) -> None:
    process = psutil.Process(cloud.process.pid)
    for each in (process, *process.children(recursive=True)):
        for connection in each.net_connections("inet"):
            if connection.status == psutil.CONN_LISTEN:
                assert ipaddress.ip_address(connection.laddr.ip).is_loopback


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_another_user_of_the_machine_can_read_nothing(cloud: CloudProcess) -> None:
    def is_closed(path: Path) -> bool:
        return stat.S_IMODE(path.stat().st_mode) & 0o077 == 0

    cloud.create_function("def handler(event, context): return 1")
    folders = [path for path in cloud.home.iterdir() if path.is_dir()]
    assert folders
    assert all(is_closed(path) for path in folders)
    assert all(is_closed(path) for path in (cloud.home / "clouds").glob("*.json"))
    line = " ".join(psutil.Process(cloud.process.pid).cmdline())
    assert cloud.secret_access_key not in line


@pytest.mark.slow
def test_secrets_are_in_no_log(tmp_path: Path) -> None:
    log = tmp_path / "cloud.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "lab_helpers", "cloud", "run", "--port", "0"],
            stdout=out,
            stderr=out,
            env=clean_environment(tmp_path),
        )
    try:
        [run_file] = eventually(lambda: list((tmp_path / "clouds").glob("[0-9]*.json")), 60)
        facts = json.loads(run_file.read_text())
        cloud = CloudProcess(process, facts, tmp_path)  # type: ignore[arg-type]
        function = cloud.create_function(
            "import os\ndef handler(event, context): return os.environ['AWS_SECRET_ACCESS_KEY']"
        )
        answer = cloud.client("lambda").invoke(FunctionName=function)
        functions_secret = json.loads(answer["Payload"].read())
        wrong = boto3.client(
            "sts",
            endpoint_url=cloud.endpoint,
            aws_access_key_id=cloud.access_key_id,
            aws_secret_access_key="wrong",
            region_name=cloud.region,
        )
        with pytest.raises(wrong.exceptions.ClientError):
            wrong.get_caller_identity()
        url = f"{cloud.endpoint}/_dojo/journal"
        headers = {"x-dojo-key": cloud.secret_access_key}
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as journal:
            told = journal.read().decode()
        printed = subprocess.run(
            [sys.executable, "-m", "lab_helpers", "cloud", "env"],
            env=clean_environment(tmp_path),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    finally:
        process.terminate()
        process.wait(20)
    said = log.read_text()
    assert "answers at http://127.0.0.1:" in said
    for secret in (cloud.secret_access_key, functions_secret):
        assert secret not in said
        assert secret not in told
    assert cloud.secret_access_key in printed


def test_two_clouds_have_different_keys_and_know_only_their_own(
    cloud: CloudProcess, tmp_path: Path
) -> None:
    other = CloudProcess.start(tmp_path, "--port", "0", "--parent-pid", str(os.getpid()))
    try:
        assert other.access_key_id != cloud.access_key_id
        stranger = boto3.client(
            "sts",
            endpoint_url=other.endpoint,
            aws_access_key_id=cloud.access_key_id,
            aws_secret_access_key=cloud.secret_access_key,
            region_name=cloud.region,
        )
        with pytest.raises(stranger.exceptions.ClientError, match="InvalidClientTokenId"):
            stranger.get_caller_identity()
        assert ask(other, "POST", "/_dojo/stop", b"", x_dojo_key=cloud.secret_access_key)[0] == 403
        assert other.process.poll() is None
    finally:
        other.stop()


# other machines, by --bind


@pytest.mark.parametrize("name", ["192.168.1.7", "[fe80::1]", "127.0.0.1", "localhost"])
def test_addresses_are_names_of_this_machine(name: str) -> None:
    assert is_name_of_this_machine(name)


@pytest.mark.parametrize("name", ["evil.example", "", "192.168.1.7.evil.example", "-"])
def test_a_name_that_dns_led_here_is_not(name: str) -> None:
    assert not is_name_of_this_machine(name)


@pytest.mark.parametrize("text", ["0.0.0.0", "4600", "evil.example:4600", ":4600", "0.0.0.0:x"])
def test_what_is_no_address_and_port_is_told(text: str) -> None:
    with pytest.raises(DojoError, match="--bind wants an address"):
        Outside.parse(text, None, None)


def test_half_of_a_certificate_is_told() -> None:
    with pytest.raises(DojoError, match="belong together"):
        Outside.parse("0.0.0.0:4600", Path("cert.pem"), None)


def test_only_other_machines_without_tls_are_warned_of() -> None:
    assert "without TLS" in Outside.parse("0.0.0.0:4600", None, None).warning
    assert Outside.parse("127.0.0.1:4600", None, None).warning == ""
    assert Outside.parse("[::1]:4600", Path("c"), Path("k")).warning == ""


async def _path(request: Request) -> Response:
    return Response(200, body=request.raw_path.encode())


def fetch(outside: Outside, path: str, host: str, context: ssl.SSLContext | None) -> Any:
    async def scenario() -> Any:
        endpoint = OutsideEndpoint(outside, _path)
        await endpoint.start()
        try:
            scheme = "http" if context is None else "https"
            url = f"{scheme}://127.0.0.1:{endpoint.port}{path}"
            request = urllib.request.Request(url, headers={"Host": host})
            return await asyncio.to_thread(_answer, request, context)
        finally:
            await endpoint.stop()

    return asyncio.run(scenario())


def _answer(request: urllib.request.Request, context: ssl.SSLContext | None) -> Any:
    try:
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_owners_routes_do_not_exist_outside() -> None:
    outside = Outside("127.0.0.1", 0)
    assert fetch(outside, "/bucket", "192.0.2.7:4600", None) == (200, b"/bucket")
    assert fetch(outside, "/_dojo/health", "127.0.0.1", None)[0] == 200
    for path in ("/_dojo/journal", "/_dojo/stop", "/_dojo/"):
        assert fetch(outside, path, "127.0.0.1", None)[0] == 403
    assert fetch(outside, "/bucket", "evil.example", None)[0] == 403


def test_with_a_certificate_it_speaks_tls(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    context = ssl.create_default_context(cafile=str(certificate))
    outside = Outside("127.0.0.1", 0, (certificate, key))
    assert fetch(outside, "/bucket", "127.0.0.1", context) == (200, b"/bucket")


def test_a_certificate_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("nothing")
    with pytest.raises(DojoError, match="certificate"):
        fetch(Outside("127.0.0.1", 0, (tmp_path / "x.pem",) * 2), "/", "127.0.0.1", None)


def self_signed(folder: Path) -> tuple[Path, Path]:
    from cryptography import x509  # of moto's own dependencies; only this test needs it
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lambda-dojo")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(private, hashes.SHA256())
    )
    certificate, key = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, key


@pytest.mark.slow
def test_a_signed_client_works_through_bind(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    port = free_port()
    options = ("--bind", f"127.0.0.1:{port}", "--tls-certificate", str(certificate))
    cloud = CloudProcess.start(
        tmp_path / "home", "--port", "0", *options, "--tls-key", str(key), "--forget"
    )
    try:
        client = boto3.client(
            "s3",
            endpoint_url=f"https://127.0.0.1:{port}",
            aws_access_key_id=cloud.access_key_id,
            aws_secret_access_key=cloud.secret_access_key,
            region_name=cloud.region,
            verify=str(certificate),
            config=Config(s3={"addressing_style": "path"}),
        )
        client.create_bucket(Bucket="through-tls")
        # Over TLS boto3 sends bodies in chunks, with the checksum in a trailer.
        client.put_object(Bucket="through-tls", Key="key", Body=b"content" * 1000)
        found = cloud.client("s3").get_object(Bucket="through-tls", Key="key")
        assert found["Body"].read() == b"content" * 1000
        assert "aws-chunked" not in found.get("ContentEncoding", "")
    finally:
        cloud.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
