"""Stands in for ``jupyter lab``: writes the server's file, answers, shuts down when asked."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

home = Path(os.environ["LAMBDA_DOJO_HOME"])
if (home / "jupyter-refuses").exists():
    sys.exit("no JupyterLab today")
# A kernel that ignores what a good one obeys.
kernel = subprocess.Popen(
    [
        sys.executable,
        "-c",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
    ]
)
(home / "jupyter-pids").write_text(f"{os.getpid()} {kernel.pid}")
(home / "jupyter-environment").write_text(json.dumps(dict(os.environ)))
if (home / "jupyter-is-stubborn").exists():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.headers["Authorization"] == "token letmein" else 403)
        self.end_headers()

    def do_POST(self) -> None:
        self.do_GET()
        if self.path == "/api/shutdown" and not (home / "jupyter-is-stubborn").exists():
            threading.Thread(target=server.shutdown).start()

    def log_message(self, *_args: object) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
runtime = Path(os.environ["JUPYTER_RUNTIME_DIR"])
runtime.mkdir(parents=True)
url = f"http://127.0.0.1:{server.server_port}/"
(runtime / f"jpserver-{os.getpid()}.json").write_text(json.dumps({"url": url, "token": "letmein"}))


def watch() -> None:
    while not (home / "jupyter-fails").exists():
        threading.Event().wait(0.02)
    print("Segmentation fault, as it were", flush=True)
    os._exit(int((home / "jupyter-fails").read_text()))


threading.Thread(target=watch, daemon=True).start()
server.serve_forever()
