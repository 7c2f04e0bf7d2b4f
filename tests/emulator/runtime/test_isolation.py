"""The file system, the user and the ``/tmp`` of a function, with and without namespaces."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.emulator.runtime import sandbox_plan
from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.isolation import ENTER_NAMESPACES, Isolation, find_isolation
from lab_helpers.emulator.runtime.spec import Invocation


@pytest.fixture(scope="session")
def namespaces(tmp_path_factory: pytest.TempPathFactory) -> Isolation:
    found = find_isolation(tmp_path_factory.mktemp("probe"))
    if not found.is_on:
        pytest.skip(f"no namespaces here: {found.reason}")
    return found


@pytest.fixture(params=["namespaces", "none"])
def either(bench: Any, request: pytest.FixtureRequest) -> Any:
    """A bench in each mode that this machine has."""
    if request.param == "namespaces":
        bench.isolation = request.getfixturevalue("namespaces")
    else:
        bench.without_namespaces()
    return bench


def answer(bench: Any, source: str, event: object = None, **changes: Any) -> Any:
    (outcome,) = bench.invoke(source, event, **changes)
    return json.loads(outcome.payload)


def test_code_layers_runtime_and_interpreter_lie_where_aws_has_them(
    bench: Any, namespaces: Isolation
) -> None:
    bench.write("data", "python/data.txt", folder="layer1")
    bench.write("data", "lib/other.txt", folder="layer2")
    layers = (bench.root / "layer1", bench.root / "layer2")
    source = """
        import boto3, glob, json, logging, os, sys
        def handler(event, context):
            return {
                "file": __file__, "cwd": os.getcwd(), "path": sys.path, "argv": sys.argv,
                "task": sorted(os.listdir("/var/task")), "opt": sorted(glob.glob("/opt/*/*")),
                "json": json.__file__, "boto3": boto3.__file__, "python": sys.executable,
                "environ": dict(os.environ),
            }
    """
    found = answer(bench, source, layer_dirs=layers, memory_size_mb=512)
    version = f"python3.{sys.version_info[1]}"
    assert found["file"] == "/var/task/app.py"
    assert found["cwd"] == "/var/task"
    assert found["path"][:3] == [
        "/var/task",
        f"/opt/python/lib/{version}/site-packages",
        "/opt/python",
    ]
    assert found["argv"] == ["/var/runtime/bootstrap.py"]
    assert found["task"] == ["app.py"]
    assert found["opt"] == ["/opt/lib/other.txt", "/opt/python/data.txt"]
    assert found["boto3"] == "/var/runtime/boto3/__init__.py"
    assert found["python"].startswith("/var/lang/bin/python")
    environ = found["environ"]
    assert environ["LAMBDA_TASK_ROOT"] == environ["PWD"] == "/var/task"
    assert environ["LAMBDA_RUNTIME_DIR"] == environ["PYTHONPATH"] == "/var/runtime"
    assert environ["PATH"] == "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin"
    assert not {"HOME", "TMPDIR"} & set(environ)


def test_a_later_layer_s_file_replaces_an_earlier_one_s(bench: Any, namespaces: Isolation) -> None:
    first = bench.write("1", "data/which.txt", folder="layer1")
    second = bench.write("2", "data/which.txt", folder="layer2")
    source = "def handler(event, context): return open('/opt/data/which.txt').read()"
    assert answer(bench, source, layer_dirs=(first, second)) == "2"


def test_everything_but_tmp_is_read_only(bench: Any, namespaces: Isolation) -> None:
    bench.write("1", "data.txt", folder="layer")
    source = """
        import os
        def handler(event, context):
            results = {}
            for folder in event:
                try:
                    with open(os.path.join(folder, "new"), "w"): results[folder] = "written"
                except OSError as error:
                    results[folder] = error.errno
            return results
    """
    folders = ["/var/task", "/opt", "/var/runtime", "/var/lang", "/usr", "/", "/etc", "/tmp"]
    found = answer(bench, source, folders, layer_dirs=(bench.root / "layer",))
    assert found == dict.fromkeys(folders[:-1], errno.EROFS) | {"/tmp": "written"}
    assert [path.name for path in (bench.root / "code").iterdir()] == ["app.py"]


def test_the_user_is_not_the_learner_and_sees_none_of_their_files(
    bench: Any, namespaces: Isolation
) -> None:
    source = """
        import getpass, os, pwd
        def handler(event, context):
            with open("/proc/self/status") as file:
                status = dict(line.split(":\\t", 1) for line in file.read().splitlines())
            return [pwd.getpwuid(os.getuid()).pw_name, os.getuid(), os.path.expanduser("~"),
                    [os.path.exists(place) for place in event], int(status["CapEff"], 16),
                    int(status["CapPrm"], 16), status["NoNewPrivs"], sorted(os.listdir("/"))]
    """
    hidden = [str(Path.home()), str(bench.root), "/etc/shadow", "/var/lib", "/root"]
    name, uid, home, seen, effective, permitted, bound, root = answer(bench, source, hidden)
    assert (name, uid, home) == ("sbx_user1051", 993, "/home/sbx_user1051")
    assert not any(seen[1:4])
    assert (effective, permitted, bound) == (0, 0, "1")
    assert not {"home", "mnt", "srv", "boot", "media"} & set(root)


def test_what_was_mounted_cannot_be_undone(bench: Any, namespaces: Isolation) -> None:
    source = """
        import ctypes
        def handler(event, context):
            libc = ctypes.CDLL(None, use_errno=True)
            results = []
            for call in (lambda: libc.umount2(b"/var/task", 2),
                         lambda: libc.mount(None, b"/var/task", None, 32 | 4096, None),
                         lambda: libc.sethostname(b"x", 1)):
                results.append(call())
            return results
    """
    assert answer(bench, source) == [-1, -1, -1]


def test_it_signals_its_own_processes_and_no_others(bench: Any, namespaces: Isolation) -> None:
    major, minor = map(int, os.uname().release.split(".")[:2])
    if (major, minor) < (6, 12) or "landlock" not in _security_modules():
        pytest.skip("this kernel cannot keep signals in")
    source = """
        import os, signal, subprocess, sys
        def handler(event, context):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
            child.kill()
            results = [child.wait()]
            for pid in (event, os.getppid()):
                try:
                    os.kill(pid, signal.SIGCONT)
                    results.append("reached")
                except OSError as error:
                    results.append(type(error).__name__)
            return results
    """
    with subprocess.Popen(["sleep", "60"]) as other:
        try:
            found = answer(bench, source, other.pid)
        finally:
            other.kill()
    assert found == [-9, "PermissionError", "PermissionError"]


def _security_modules() -> str:
    found = Path("/sys/kernel/security/lsm")
    return found.read_text() if found.exists() else "landlock"  # not mounted: cannot be told


def test_the_function_reaches_the_cloud_on_loopback(either: Any) -> None:
    source = """
        import os, socket
        def handler(event, context):
            host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
            socket.create_connection((host, int(port)), 5).close()
            return socket.gethostbyname("localhost")
    """
    assert answer(either, source) == "127.0.0.1"


def test_tmp_has_the_configured_size(bench: Any, namespaces: Isolation) -> None:
    source = """
        import os
        def handler(event, context):
            try:
                with open("/tmp/big", "wb") as file:
                    for _ in range(event): file.write(bytes(1 << 20))
                return "fits"
            except OSError as error:
                return os.strerror(error.errno)
            finally:
                os.unlink("/tmp/big")
    """
    bench.write(source)
    spec = bench.spec(ephemeral_storage_mb=20)

    async def scenario(host: RuntimeHost) -> list[Any]:
        environment = host.new_environment(spec, bench.events.append)
        answers = [await environment.invoke(Invocation("1", b, "arn")) for b in (b"19", b"21")]
        return [json.loads(outcome.payload) for outcome in answers]

    assert bench.run(scenario) == ["fits", "No space left on device"]


KEEPS = """
    import os, sys, time
    def handler(event, context):
        known = os.path.exists("/tmp/seen")
        open("/tmp/seen", "w").close()
        if event == "exit": os._exit(1)
        if event == "hang": time.sleep(100)
        return known
"""


@pytest.mark.parametrize("failure", ["exit", "hang"])
@pytest.mark.slow
def test_tmp_outlives_the_process_but_not_the_environment(
    fast_bench: Any, namespaces: Isolation, failure: str
) -> None:
    fast_bench.write(KEEPS)
    body = json.dumps(failure).encode()

    async def scenario(host: RuntimeHost) -> list[Any]:
        found = []
        for _ in range(2):
            environment = host.new_environment(fast_bench.spec(timeout_s=8), lambda event: None)
            for payload in (body, b"1"):
                found.append(await environment.invoke(Invocation("1", payload, "arn")))
            await environment.shutdown()
        return [json.loads(outcome.payload) for outcome in found]

    failed, first, failed_too, second = fast_bench.run(scenario)
    assert failed["errorType"] in ("Runtime.ExitError", "Sandbox.Timedout")
    assert failed_too["errorType"] == failed["errorType"]
    assert first is True
    assert second is True


def test_two_environments_share_no_tmp(bench: Any, namespaces: Isolation) -> None:
    bench.write(KEEPS)

    async def scenario(host: RuntimeHost) -> list[Any]:
        environments = [host.new_environment(bench.spec(), lambda event: None) for _ in range(2)]
        call = Invocation("1", b"1", "arn")
        outcomes = await asyncio.gather(*(each.invoke(call) for each in environments))
        return [json.loads(outcome.payload) for outcome in outcomes]

    assert bench.run(scenario) == [False, False]


def test_nothing_stays_mounted_after_the_environments_are_gone(
    bench: Any, namespaces: Isolation
) -> None:
    before = Path("/proc/self/mountinfo").read_text()
    bench.invoke("def handler(event, context): return 1", {})
    assert Path("/proc/self/mountinfo").read_text() == before
    assert _mount_namespaces_of_children() == {os.readlink("/proc/self/ns/mnt")}  # noqa: PTH115


def _mount_namespaces_of_children() -> set[str]:
    found = {os.readlink("/proc/self/ns/mnt")}  # noqa: PTH115
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    for pid in children:
        found.add(os.readlink(f"/proc/{pid}/ns/mnt"))  # noqa: PTH115
    return found


CLOUD = """
import asyncio, os, sys
from pathlib import Path
from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.spec import EnvironmentSpec, Invocation, RoleCredentials
async def main():
    host = RuntimeHost()
    await host.start()
    spec = EnvironmentSpec("f", "arn", "$LATEST", "app.handler", sys.argv[2], 512, 3,
        Path(sys.argv[1]), "g", "s", "us-east-1", RoleCredentials("a", "b", "c"))
    environment = host.new_environment(spec, lambda event: None)
    await environment.invoke(Invocation("1", b"{}", "arn"))
    print(os.readlink(f"/proc/{environment.pid}/ns/mnt"), flush=True)
    await asyncio.sleep(300)
asyncio.run(main())
"""


def test_a_killed_cloud_leaves_no_namespace_behind(bench: Any, namespaces: Isolation) -> None:
    code = bench.write("def handler(event, context): return 1")
    runtime = f"python3.{sys.version_info[1]}"
    command = [sys.executable, "-c", CLOUD, str(code), runtime]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as cloud:
        assert cloud.stdout is not None
        name = cloud.stdout.readline().strip()
        assert name in _mount_namespaces_of_all()
        cloud.kill()
    for _ in range(300):
        if name not in _mount_namespaces_of_all():
            return
        time.sleep(0.01)
    raise AssertionError(f"{name} is still there")


def _mount_namespaces_of_all() -> set[str]:
    found = set()
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            found.add(os.readlink(process / "ns/mnt"))  # noqa: PTH115
    return found


TRACES = """
    import json, logging, traceback
    import helper
    def handler(event, context):
        try:
            helper.fail()
        except ValueError:
            logging.exception("caught")
            print(traceback.format_exc())
        json.loads("{")
"""


@pytest.mark.parametrize("log_format", ["Text", "JSON"])
def test_tracebacks_show_aws_s_paths_and_the_source(either: Any, log_format: str) -> None:
    either.write("def fail():\n    raise ValueError('x')", "python/helper.py", folder="layer")
    found = answer(either, TRACES, layer_dirs=(either.root / "layer",), log_format=log_format)
    version = f"python3.{sys.version_info[1]}"
    assert found["stackTrace"][0].startswith(
        '  File "/var/task/app.py", line 10, in handler\n    json.loads("{")\n'
    )
    assert found["stackTrace"][1].startswith(f'  File "/var/lang/lib/{version}/json/__init__.py"')
    text = "\n".join(either.logs()).replace('\\"', '"')
    assert text.count('File "/var/task/app.py", line 6, in handler') == 2
    assert text.count('File "/opt/python/helper.py", line 2, in fail') == 2
    assert text.count("raise ValueError('x')") == 2
    assert str(either.root) not in text
    assert sys.base_prefix not in text


def test_a_file_beside_the_module_is_found(either: Any) -> None:
    either.write("data", "pkg/data.txt")
    either.write("NAME = __file__", "pkg/__init__.py")
    source = """
        import os, pkg
        def handler(event, context):
            return open(os.path.join(os.path.dirname(pkg.NAME), "data.txt")).read()
    """
    assert answer(either, source) == "data"


def test_the_switch_turns_namespaces_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAMBDA_DOJO_ISOLATION", "off")
    assert find_isolation(tmp_path) == Isolation("none", "LAMBDA_DOJO_ISOLATION=off")


def test_where_the_system_refuses_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox_plan, "UID", -1)
    found = find_isolation(tmp_path)
    assert not found.is_on
    assert found.reason


def test_both_sides_of_a_plan_agree_on_its_separators() -> None:
    source = ENTER_NAMESPACES.read_text(encoding="utf-8")
    assert (
        f"FIELD, STEP = {sandbox_plan.FIELD!r}, {sandbox_plan.STEP!r}".replace("'", '"') in source
    )
    with pytest.raises(ValueError, match="control character"):
        sandbox_plan.plan_text([("bind", "a\x1fb", "/c")])


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """One that every user can read: pytest's own are for their owner alone."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_user_without_privileges_gets_the_same(open_folder: Path, namespaces: Isolation) -> None:
    if os.getuid() != 0 or not Path("/usr/bin/python3").exists():
        pytest.skip("only root can become another user; for others every test here is this one")
    root, *layers = [open_folder / name for name in ("root", "layer1", "layer2")]
    for folder in (root, *layers):
        folder.mkdir()
    program = open_folder / "enter.py"
    program.write_bytes(ENTER_NAMESPACES.read_bytes())
    plan = sandbox_plan.plan_text(sandbox_plan.probe_steps(root, layers))
    done = subprocess.run(
        ["/usr/bin/python3", "-I", str(program), plan, "--", "/usr/bin/id", "-un"],
        user=65534,
        group=65534,
        cwd="/",
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "sbx_user1051\n", done.stderr


@pytest.mark.fidelity(
    "An execution environment has at most 1,024 processes and threads",
    page="https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    difference="Linux with user namespaces, and not where the cloud runs as root",
)
def test_a_function_has_a_thousand_processes_at_most(
    open_folder: Path, namespaces: Isolation
) -> None:
    if os.getuid() != 0 or not Path("/usr/bin/python3").exists():
        pytest.skip("only root can become another user, and root itself has no such limit")
    (open_folder / "root").mkdir()
    (open_folder / "code").mkdir()
    program = open_folder / "enter.py"
    program.write_bytes(ENTER_NAMESPACES.read_bytes())
    steps = sandbox_plan.environment_steps(
        open_folder / "root", open_folder / "code", [], [open_folder / "code"], 10
    )
    count = """
import os, time
count = 0
try:
    while count < 1500:
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
        count += 1
except OSError:
    pass
print(count, flush=True)
os.killpg(0, 9)
"""
    python = ["/usr/bin/python3", "-I"]
    done = subprocess.run(
        [*python, str(program), sandbox_plan.plan_text(steps), "--", *python, "-S", "-c", count],
        user=65534,
        group=65534,
        cwd="/",
        env={},
        start_new_session=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 1000 <= int(done.stdout) <= 1024, done.stderr
