"""Stands in for ``lambda-dojo cloud run --json``: says where it is, and can be made to fail."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

options = argparse.ArgumentParser()
options.add_argument("--json", action="store_true")
options.add_argument("--port", type=int)
options.add_argument("--account")
chosen = options.parse_args()

chosen.access_key_id = os.environ.get("LAMBDA_DOJO_ACCESS_KEY_ID", "AKIDRANDOM")
chosen.secret_access_key = os.environ.get("LAMBDA_DOJO_SECRET_ACCESS_KEY", "secret")

home = Path(os.environ["LAMBDA_DOJO_HOME"])
with (home / "cloud-starts").open("a") as starts:
    # Keys come as variables, never as arguments: every user of a machine sees those.
    told = "again" if "LAMBDA_DOJO_SECRET_ACCESS_KEY" in os.environ else "new"
    print(chosen.port, chosen.access_key_id, told, file=starts)
if (home / "cloud-refuses").exists():
    sys.exit("no cloud today")
# A function process, as the real one has.
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
(home / "cloud-pids").write_text(f"{os.getpid()} {child.pid}")
if not (home / "cloud-is-silent").exists():
    facts = {
        "endpoint": "http://127.0.0.1:4599",
        "region": "us-east-1",
        "account_id": "123456789012",
        "access_key_id": chosen.access_key_id,
        "secret_access_key": chosen.secret_access_key,
    }
    print(json.dumps(facts), flush=True)
while not (home / "cloud-fails").exists():
    time.sleep(0.02)
status = int((home / "cloud-fails").read_text())
(home / "cloud-fails").unlink()
child.kill()
sys.exit(status)
