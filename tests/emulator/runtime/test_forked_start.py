"""A function that is forked from a warm parent cannot tell that from one that is started."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.emulator.runtime.host import RuntimeHost
from lab_helpers.emulator.runtime.isolation import Isolation, find_isolation
from lab_helpers.emulator.runtime.spec import Invocation, RoleCredentials

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")

FACTS = """
    import sys
    loaded = sorted(sys.modules)
    import gc, json, locale, logging, os, resource, signal, tempfile, threading, time, traceback
    import warnings
    from pathlib import Path

    status = dict(
        line.split(":\\t") for line in Path("/proc/self/status").read_text().splitlines()
    )
    limits = ("CORE", "CPU", "DATA", "FSIZE", "NOFILE", "NPROC", "STACK")
    signals = {int(n): str(signal.getsignal(n)) for n in signal.valid_signals()}
    umask = os.umask(0)
    os.umask(umask)

    def handler(event, context):
        frames = traceback.extract_stack()
        environ = Path("/proc/self/environ").read_bytes().rstrip(b"\\0").split(b"\\0")
        descriptors = {
            int(fd): os.readlink(f"/proc/self/fd/{fd}").split(":")[0]
            for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")
        }
        return {
            "environ": dict(os.environ),
            "environ shown to others": sorted(item.decode() for item in environ),
            "python": [sys.path, sys.argv, list(sys.flags), sys.prefix, sys.executable],
            "finders": [getattr(f, "__name__", type(f).__name__) for f in sys.meta_path],
            "hooks": len(sys.path_hooks),
            "folders": [os.getcwd(), tempfile.gettempdir(), os.path.expanduser("~"), umask],
            "root": os.listdir("/") if os.getuid() == 993 else None,
            "descriptors": descriptors,
            "output": [sys.stdout.encoding, sys.stdout.isatty(), sys.stdout.seekable()],
            "signals": [signals, sorted(signal.pthread_sigmask(signal.SIG_BLOCK, []))],
            "limits": {n: resource.getrlimit(getattr(resource, f"RLIMIT_{n}")) for n in limits},
            "threads": [threading.active_count(), threading.current_thread().name],
            "leads": [os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid()],
            "locale": [locale.setlocale(locale.LC_ALL), time.tzname, time.localtime().tm_hour],
            "user": [os.getuid(), os.getgid(), Path("/proc/self/uid_map").read_text().split()[0]],
            "power": [status[n] for n in ("CapEff", "CapPrm", "CapBnd", "NoNewPrivs", "Seccomp")],
            "main": sorted(vars(sys.modules["__main__"])),
            "main file": sys.modules["__main__"].__file__,
            "stack": [(frame.filename, frame.name) for frame in frames],
            "logging": [str(h) for h in logging.root.handlers] + [logging.root.level],
            "warnings": len(warnings.filters),
            "garbage": [gc.isenabled(), gc.get_threshold()],
            "loaded": loaded,
        }
"""


@pytest.fixture(params=["namespaces", "none", "strict"])
def kind(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Each isolation that this machine has."""
    if request.param == "none":
        return Isolation("none", "as a test wants it")
    if request.param == "strict":
        monkeypatch.setenv("LAMBDA_DOJO_ISOLATION", "strict")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = find_isolation(scratch)
    if found.kind != request.param:
        pytest.skip(f"no such isolation here: {found.reason}")
    return found


def facts(bench: Any, forks: bool, **changes: Any) -> dict[str, Any]:
    bench.forks = forks
    (outcome,) = bench.invoke(FACTS, {}, **changes)
    found: dict[str, Any] = json.loads(outcome.payload)
    assert "errorMessage" not in found, found
    return found


def without_numbers(found: dict[str, Any], bench: Any) -> dict[str, Any]:
    """Ports and the host's own folder differ from run to run."""
    environ = found["environ"]
    text = json.dumps(found).replace(environ["AWS_LAMBDA_RUNTIME_API"], "API")
    if "TMPDIR" in environ:
        text = text.replace(str(Path(environ["TMPDIR"]).parent), "FOLDER")
    plain: dict[str, Any] = json.loads(text)
    return plain


def test_everything_is_as_in_a_process_that_was_started(bench: Any, kind: Isolation) -> None:
    bench.isolation = kind
    layer = bench.write("", "python/in_layer.py", folder="layer")
    changes = {"layer_dirs": (layer,), "environment": {"MINE": "ä", "TZ": "Asia/Tokyo"}}
    forked = without_numbers(facts(bench, True, **changes), bench)
    started = without_numbers(facts(bench, False, **changes), bench)
    more = set(forked.pop("loaded")) - set(started.pop("loaded"))
    assert forked == started
    assert {"logging", "lambda_dojo_runtime.lambda_logging"} <= more, "it was not forked"
    own = {name for name in more if "dojo" in name or "parent" in name or "preload" in name}
    assert own == {"lambda_dojo_runtime.lambda_logging"}


def two_environments(bench: Any, source: str, *specs: Any, event: object = None) -> list[Any]:
    """What each of two functions answers, and whether both were forked."""
    bench.forks = True
    bench.write(source)

    async def scenario(host: RuntimeHost) -> list[Any]:
        assert host.parents is not None
        found = []
        for spec in specs or (bench.spec(), bench.spec()):
            environment = host.new_environment(spec, bench.events.append)
            payload = json.dumps(event).encode()
            outcome = await environment.invoke(Invocation("1", payload, spec.function_arn))
            assert parent_of(environment.pid) in host.parents.pids
            found.append(json.loads(outcome.payload))
        return found

    results: list[Any] = bench.run(scenario)
    return results


def parent_of(pid: int | None) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_random_numbers_are_each_environment_s_own(bench: Any) -> None:
    source = """
        import boto3, random, secrets, tempfile, uuid
        def handler(event, context):
            name = next(tempfile._get_candidate_names())
            return [random.random(), secrets.token_hex(8), str(uuid.uuid4()), name]
    """
    first, second = two_environments(bench, source)
    assert not set(first) & set(second)


def test_nothing_of_a_function_is_found_in_the_next_one_s_memory(bench: Any) -> None:
    """Its parent never reads what a function is told: the whole memory is searched for it."""
    source = """
        import re
        marks = []
        def handler(event, context):
            marks.append(event)
            found = []
            with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
                for line in maps:
                    start, end = (int(each, 16) for each in line.split()[0].split("-"))
                    if " rw" in line and "[v" not in line:
                        memory.seek(start)
                        found += re.findall(rb"PRIVATE-[a-z]+", memory.read(end - start))
            return [sorted({each.decode() for each in found}), len(marks)]
    """
    one, other = (
        bench.spec(
            credentials=RoleCredentials("ASIAEXAMPLE", f"PRIVATE-{name}", "token"),
            environment={"MINE": f"PRIVATE-{name}"},
        )
        for name in ("one", "other")
    )
    assert two_environments(bench, source, one, other) == [
        [["PRIVATE-one"], 1],
        [["PRIVATE-other"], 1],
    ]


def test_boto3_is_ready_and_knows_its_own_function_only(bench: Any) -> None:
    source = """
        import sys
        were_there = "boto3" in sys.modules
        import boto3, botocore.session
        clients = [boto3.client(name) for name in ("s3", "dynamodb", "sts")]
        table = boto3.resource("dynamodb").Table("t")
        def handler(event, context):
            session = botocore.session.get_session()
            clients.append(session.create_client("s3"))
            again = boto3.Session().client("s3")
            frozen = boto3.DEFAULT_SESSION.get_credentials().get_frozen_credentials()
            return {
                "ready": were_there, "file": boto3.__file__, "key": frozen.access_key,
                "regions": sorted({client.meta.region_name for client in clients}),
                "where": sorted({client.meta.endpoint_url for client in clients}),
                "operations": len(again.meta.service_model.operation_names),
                "same": again.meta.service_model.operation_names
                        == clients[0].meta.service_model.operation_names,
                "models": session.get_component("data_loader").search_paths,
            }
    """
    specs = [
        bench.spec(
            region=region,
            endpoint_url=f"http://127.0.0.1:{port}",
            credentials=RoleCredentials(key, "secret", "token"),
        )
        for region, port, key in (("eu-west-1", 4001, "ASIAONE"), ("us-west-2", 4002, "ASIATWO"))
    ]
    for spec, found in zip(specs, two_environments(bench, source, *specs), strict=True):
        assert (found["ready"], found["same"]) == (True, True)
        assert found["operations"] > 90
        assert found["key"] == spec.credentials.access_key_id
        assert found["regions"] == [spec.region]
        assert found["where"] == [spec.endpoint_url]


CASES: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "nothing special": ({}, {}),
    "a package of boto3's": ({"code/s3transfer/__init__.py": ""}, {}),
    "the same in a layer": ({"layer/python/urllib3/__init__.py": ""}, {}),
    "a module of the standard library's": ({"code/random.py": ""}, {}),
    "what boto3 imports if it is there": ({"code/awscrt/__init__.py": ""}, {}),
    "a variable read at the start": ({}, {"environment": {"PYTHONHASHSEED": "0"}}),
    "shared libraries": ({"code/lib/libmine.so": ""}, {}),
    "hashes": ({"code/beside.py": "print(hash('a'))"}, {}),
}


@pytest.mark.slow
def test_only_who_cannot_tell_the_difference_gets_boto3_ahead(bench: Any) -> None:
    bench.forks = True
    source = """
        import sys
        def load():
            import boto3
        def handler(event, context): return "boto3" in sys.modules
    """
    specs = {}
    for number, (name, (files, changes)) in enumerate(CASES.items()):
        folders = [bench.write(source, folder=f"{number}/code")]
        for path, text in files.items():
            folder, _, path_inside = path.partition("/")
            folders.append(bench.write(text, path_inside, folder=f"{number}/{folder}"))
        layers = tuple(folders[1:]) if folders[-1] != folders[0] else ()
        specs[name] = bench.spec(code_dir=folders[0], layer_dirs=layers, **changes)
    bench.write(source)  # so that the workbench waits for a parent with boto3

    async def scenario(host: RuntimeHost) -> set[str]:
        got_it = set()
        for name, spec in specs.items():
            environment = host.new_environment(spec, bench.events.append)
            outcome = await environment.invoke(Invocation("1", b"{}", spec.function_arn))
            got_it |= {name} if outcome.payload == b"true" else set()
        return got_it

    assert bench.run(scenario) == {"nothing special"}


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["code", "layer/python"])
def test_a_boto3_of_the_function_s_own_is_the_one_it_gets(bench: Any, folder: str) -> None:
    bench.forks = True
    bench.write("def client(name): return 'mine'", "boto3/__init__.py", folder=folder)
    layers = (bench.root / "layer",) if folder != "code" else ()
    source = """
        import boto3
        client = boto3.client("s3")
        def handler(event, context): return client
    """
    (outcome,) = bench.invoke(source, {}, layer_dirs=layers)
    assert outcome.payload == b'"mine"'


@pytest.mark.slow
def test_its_memory_is_that_of_a_started_one(bench: Any) -> None:
    source = "import boto3\ns3 = boto3.client('s3')\ndef handler(event, context): return 1"
    (started,) = bench.invoke(source, {})
    bench.forks = True
    (forked,) = bench.invoke(source, {})
    assert 0.7 < forked.max_memory_used_mb / started.max_memory_used_mb < 1.2
