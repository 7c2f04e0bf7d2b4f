"""What a function finds around it: paths, user, ``/tmp``, CPU."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from lab_helpers.emulator.runtime.isolation import find_isolation
from tests.cloud_process import CloudProcess, eventually, zipped

ENVIRONMENT_PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"
ELSEWHERE = "Linux with user namespaces; elsewhere "


def invoke(cloud: CloudProcess, function: str, event: object = None) -> Any:
    answer = cloud.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return json.loads(answer["Payload"].read())


@pytest.fixture(scope="session")
def _namespaces(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = find_isolation(tmp_path_factory.mktemp("probe"))
    if not found.is_on:
        pytest.skip(f"no namespaces here: {found.reason}")


@pytest.mark.fidelity(
    "Tracebacks name the function's files below `/var/task` and a layer's below `/opt`",
    page="https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html",
)
def test_a_stack_trace_names_aws_s_paths(cloud: CloudProcess) -> None:
    layer = {"python/shared.py": "def fail(): raise ValueError('x')"}
    version = cloud.client("lambda").publish_layer_version(
        LayerName="traces", Content={"ZipFile": zipped(layer)}
    )
    function = cloud.create_function(
        "import shared\ndef handler(event, context): shared.fail()",
        Layers=[version["LayerVersionArn"]],
    )
    trace = invoke(cloud, function)["stackTrace"]
    assert trace[0].startswith('  File "/var/task/m.py", line 2, in handler')
    assert trace[1].startswith('  File "/opt/python/shared.py", line 1, in fail')


@pytest.mark.usefixtures("_namespaces")
@pytest.mark.fidelity(
    "Code lies at `/var/task`, layers merged at `/opt`, the runtime at `/var/runtime`, read-only",
    page="https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
    difference=ELSEWHERE + "they lie in folders of the cloud",
)
def test_code_and_layers_lie_at_aws_s_paths_read_only(cloud: CloudProcess) -> None:
    layer = cloud.client("lambda").publish_layer_version(
        LayerName="paths", Content={"ZipFile": zipped({"data/x.txt": "x"})}
    )
    function = cloud.create_function(
        "import os\n"
        "def handler(event, context):\n"
        "    return [__file__, os.getcwd(), os.listdir('/opt/data'),\n"
        "            [os.access(p, os.W_OK) for p in ('/var/task', '/opt', '/var/runtime', '/')]]",
        Layers=[layer["LayerVersionArn"]],
    )
    found = invoke(cloud, function)
    assert found == ["/var/task/m.py", "/var/task", ["x.txt"], [False, False, False, False]]


@pytest.mark.usefixtures("_namespaces")
@pytest.mark.fidelity(
    "`/tmp` is the environment's own, has the configured size, and stays after a crash",
    page="https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html",
    difference="Kept in memory, not on a disk, and not counted as the function's memory; "
    + ELSEWHERE
    + "a folder without a limit that `TMPDIR` names",
)
def test_tmp_is_private_sized_and_outlives_a_crash(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import os, shutil\n"
        "def handler(event, context):\n"
        "    known = os.path.exists('/tmp/seen')\n"
        "    open('/tmp/seen', 'w').close()\n"
        "    if event == 'crash': os._exit(1)\n"
        "    return [known, shutil.disk_usage('/tmp').total // 2**20]",
        EphemeralStorage={"Size": 600},
    )
    assert invoke(cloud, function) == [False, 600]
    assert invoke(cloud, function, "crash")["errorType"] == "Runtime.ExitError"
    assert invoke(cloud, function) == [True, 600]
    assert not Path("/tmp/seen").exists()


@pytest.mark.usefixtures("_namespaces")
@pytest.mark.fidelity(
    "A function runs as a user without privileges and sees no one else's files",
    page=ENVIRONMENT_PAGE,
    difference="A user namespace stands for AWS's microVM: processes of the machine are listed in "
    "`/proc`, and the network is the machine's; " + ELSEWHERE + "it runs as the learner",
)
def test_a_function_runs_as_a_user_of_its_own(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import os, pwd\n"
        "def handler(event, context):\n"
        "    return [pwd.getpwuid(os.getuid()).pw_name, [os.path.exists(p) for p in event]]"
    )
    hidden = [str(cloud.home), __file__, "/etc/shadow"]
    assert invoke(cloud, function, hidden) == ["sbx_user1051", [False, False, False]]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no process can be stopped from outside there")
@pytest.mark.fidelity(
    "CPU is proportional to memory: at 1,769 MB one vCPU, at 128 MB a fourteenth of it",
    page="https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html",
    difference="A part of this machine's CPU, not of AWS's; the first 4 ms of CPU time of an "
    "invocation are not held back. `LAMBDA_DOJO_CPU_SHARE=off` turns it off; Windows has no way",
)
def test_more_memory_makes_a_busy_handler_faster(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import time\n"
        "def handler(event, context):\n"
        "    wall, cpu = time.perf_counter(), time.process_time()\n"
        "    while time.process_time() - cpu < 0.08: pass\n"
        "    return 0.08 / (time.perf_counter() - wall)",
    )
    assert min(invoke(cloud, function) for _ in range(3)) <= 128 / 1769 * 1.15
    cloud.change_function(function, MemorySize=1769)
    assert max(invoke(cloud, function) for _ in range(3)) > 128 / 1769 * 2  # even when busy


@pytest.mark.fidelity(
    "An on-demand INIT has a whole vCPU whatever the memory",
    page="https://serverlessland.com/content/service/lambda/guides/"
    "effectively-running-java-on-serverless/init-heavy-lifting",
)
def test_init_is_not_held_back(cloud: CloudProcess) -> None:
    source = (
        "import time\n"
        "wall, cpu = time.perf_counter(), time.process_time()\n"
        "while time.process_time() - cpu < 0.1: pass\n"
        "share = 0.1 / (time.perf_counter() - wall)\n"
        "def handler(event, context): return share"
    )
    # A busy machine may hold one back; it does not hold back three.
    shares = (invoke(cloud, cloud.create_function(source)) for _ in range(3))
    assert any(share > 128 / 1769 * 2 for share in shares)


@pytest.mark.fidelity(
    "SnapStart: INIT belongs to the published version; REPORT shows the restore, no Init Duration",
    page="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-monitoring.html",
    difference="No memory is copied: INIT code runs again for each environment and counts as its "
    "Restore Duration, so what it draws at random differs between environments (at AWS it would "
    "be the same)",
)
def test_snapstart_restores_published_versions(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import os\n"
        "def handler(event, context): return os.environ['AWS_LAMBDA_INITIALIZATION_TYPE']",
        Runtime="python3.13",
        SnapStart={"ApplyOn": "PublishedVersions"},
    )
    client = cloud.client("lambda")
    published = client.publish_version(FunctionName=function)
    version = published["Version"]
    assert published["State"] == "Pending"
    eventually(lambda: state_of(cloud, function, version)["State"] == "Active")
    assert state_of(cloud, function, version)["SnapStart"]["OptimizationStatus"] == "On"
    ahead = [line.partition(" ")[0] for line in cloud.log_lines(function)]
    assert ahead == ["INIT_START", "INIT_REPORT"]
    assert invoke(cloud, function) == "on-demand"
    answer = client.invoke(FunctionName=function, Qualifier=version, LogType="Tail")
    assert json.loads(answer["Payload"].read()) == "snap-start"
    report = base64.b64decode(answer["LogResult"]).decode().splitlines()[-1]
    assert "\tRestore Duration: " in report
    assert "\tBilled Restore Duration: " in report
    assert "Init Duration" not in report
    lines = [line.partition(" ")[0] for line in cloud.log_lines(function) if "_" in line]
    assert {"RESTORE_START", "RESTORE_REPORT"} <= set(lines)
    assert lines.count("INIT_REPORT") == 1


def state_of(cloud: CloudProcess, function: str, version: str) -> dict[str, Any]:
    found: dict[str, Any] = cloud.client("lambda").get_function_configuration(
        FunctionName=function, Qualifier=version
    )
    return found


@pytest.mark.fidelity(
    "A SnapStart version cannot be invoked while its snapshot is taken, and is Failed where its "
    "INIT fails",
    page="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-activate.html",
    difference="AWS's StateReason of a failed INIT is not known",
)
@pytest.mark.slow
def test_a_snapstart_version_is_pending_and_may_fail(cloud: CloudProcess) -> None:
    client = cloud.client("lambda")
    settings = {"Runtime": "python3.13", "SnapStart": {"ApplyOn": "PublishedVersions"}}
    slow = cloud.create_function(
        "import time\ntime.sleep(1)\ndef handler(event, context): return 1", **settings
    )
    version = client.publish_version(FunctionName=slow)["Version"]
    with pytest.raises(client.exceptions.SnapStartNotReadyException):
        client.invoke(FunctionName=slow, Qualifier=version)
    eventually(lambda: state_of(cloud, slow, version)["State"] == "Active")
    assert client.invoke(FunctionName=slow, Qualifier=version)["StatusCode"] == 200
    broken = cloud.create_function("raise ValueError('no')", **settings)
    version = client.publish_version(FunctionName=broken)["Version"]
    eventually(lambda: state_of(cloud, broken, version)["State"] == "Failed")
    assert state_of(cloud, broken, version)["StateReasonCode"] == "FunctionError"
    with pytest.raises(client.exceptions.ResourceConflictException):
        client.invoke(FunctionName=broken, Qualifier=version)


@pytest.mark.usefixtures("_namespaces")
@pytest.mark.fidelity(
    "There is no `/dev/shm`: `multiprocessing` has pipes and processes, but no queues or pools",
    page="https://aws.amazon.com/blogs/compute/parallel-processing-in-python-with-aws-lambda/",
    difference="The error's number may differ with the machine's C library; "
    + ELSEWHERE
    + "queues and pools work",
)
def test_multiprocessing_has_pipes_but_no_queues(cloud: CloudProcess) -> None:
    function = cloud.create_function(
        "import multiprocessing\n"
        "def child(end): end.send('through a pipe')\n"
        "def handler(event, context):\n"
        "    here, there = multiprocessing.Pipe()\n"
        "    process = multiprocessing.Process(target=child, args=(there,))\n"
        "    process.start()\n"
        "    found = here.recv()\n"
        "    process.join()\n"
        "    try:\n"
        "        multiprocessing.Queue()\n"
        "    except OSError:\n"
        "        return [found, 'no queue']\n"
        "    return [found, 'queue']",
        MemorySize=1769,
    )
    assert invoke(cloud, function) == ["through a pipe", "no queue"]
