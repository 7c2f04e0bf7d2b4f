"""A forked kernel is a kernel like any other, and none outlives its nursery."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only"),
]

# In a process of its own: beside pytest's threads nothing may be forked.
DRIVER = """
import json, os, sys
from nbclient import NotebookClient
from nbformat import v4
from lab_helpers.authoring.warm_kernels import WarmKernelManager, nursery

def run(kernels, *cells, **environment):
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(
        notebook, km=WarmKernelManager(kernels), allow_errors=True,
        resources={"metadata": {"path": sys.argv[1]}}, timeout=60,
    )
    client.execute(env={**os.environ, **environment}, cleanup_kc=True)
    return [cell.outputs for cell in notebook.cells]

with nursery() as kernels:
    told = [
        run(kernels, "import os; kept = os.getpid()",
            "print(kept, os.getcwd(), os.environ['WHO'], os.environ.get('OTHER'))", WHO="first",
            OTHER="1"),
        run(kernels, "import os; print(os.getpid(), os.getcwd(), os.environ['WHO'], "
            "os.environ.get('OTHER'))", "kept", "import random; print(random.random())",
            "import sys; print(sys.stdin.isatty(), __name__)", WHO="second"),
        run(kernels, "import random; 1", "1", "print(random.random())", WHO="third"),
    ]
    left = kernels.start(["-f", sys.argv[1] + "/k.json", "--log-level=ERROR"],
                         dict(os.environ), sys.argv[1])
print(json.dumps({"told": told, "left": left}))
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("nb")
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(folder)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found | {"folder": str(folder), "errors": done.stderr}


def text(outputs: list[dict[str, Any]]) -> str:
    return "".join(str(output.get("text", output.get("evalue", ""))) for output in outputs)


def test_each_kernel_has_its_own_process_folder_and_environment(ran: dict[str, Any]) -> None:
    first, second, _ = ran["told"]
    one, two = text(first[1]).split(), text(second[0]).split()
    assert one[1:] == [ran["folder"], "first", "1"]
    assert two[1:] == [ran["folder"], "second", "None"]
    assert one[0] != two[0]


def test_a_kernel_knows_nothing_of_the_one_before(ran: dict[str, Any]) -> None:
    _, second, _ = ran["told"]
    assert "name 'kept' is not defined" in text(second[1])
    assert text(second[3]).split() == ["False", "__main__"]


def test_two_kernels_do_not_draw_the_same_numbers(ran: dict[str, Any]) -> None:
    _, second, third = ran["told"]
    assert text(second[2]) != text(third[2])


def test_no_kernel_outlives_its_nursery(ran: dict[str, Any]) -> None:
    assert not psutil.pid_exists(ran["left"])
    assert "Ctrl-C will not work" not in ran["errors"]
    assert os.getpid() != ran["left"]


def test_a_nursery_ends_while_a_kernel_has_only_been_forked(tmp_path: Path) -> None:
    ends = """
import os, sys, time
from lab_helpers.authoring import warm_kernels
warm_kernels._become_kernel = lambda request: time.sleep(600)  # has made no session of its own
with warm_kernels.nursery() as kernels:
    kernels.start([], dict(os.environ), sys.argv[1])
"""
    subprocess.run([sys.executable, "-c", ends, str(tmp_path)], timeout=60, check=True)
