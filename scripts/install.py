"""Make .venv and install Lambda Dojo into it; do nothing where that is done already.

    python scripts/install.py [--dev]

Standard library only, Python 3.11 or newer. Uses uv where it is installed, else venv and pip.
``--dev`` adds what the tests need. Installed again only when pyproject.toml or the lock has
changed (see lock.py).
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "lambda-dojo-installed"
WITHOUT_WHEEL = ("localstack-client",)
JAPANESE = os.environ.get("LANG_UI", "en").lower().startswith("ja")


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - the one file that an older Python may run
        return fail(
            f"This is Python {sys.version.split()[0]}; Lambda Dojo needs 3.11 or newer.",
            f"この Python は {sys.version.split()[0]} です。ラムダ道場には 3.11 以降が必要です。",
        )
    dev = "--dev" in sys.argv[1:]
    if is_installed(dev):
        return 0
    STAMP.unlink(missing_ok=True)
    began = time.monotonic()
    say(
        f"Installing Lambda Dojo into {VENV} (about a minute, once).",
        f"ラムダ道場を {VENV} にインストールします（初回のみ、1 分ほど）。",
    )
    uv = shutil.which("uv")
    try:
        make_venv(uv)
        install(uv, dev)
        compile_all()
    except subprocess.CalledProcessError as failure:
        return fail(
            f"The installation failed (exit status {failure.returncode}); the reason is above.\n"
            "  Now: check the network connection (a proxy?) and the disk, then run it again.",
            f"インストールに失敗しました（終了ステータス {failure.returncode}）。"
            "理由は上のとおりです。\n"
            "  次に: ネットワーク（プロキシなど）とディスクを確かめて、もう一度実行してください。",
        )
    STAMP.write_text(fingerprint(dev), encoding="utf-8")
    say(
        f"Installed in {time.monotonic() - began:.0f} s.",
        f"{time.monotonic() - began:.0f} 秒でインストールしました。",
    )
    return 0


def fingerprint(dev: bool) -> str:
    """Changes when an installation is due again."""
    files = (PROJECT / "pyproject.toml", lock_of(dev))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    return f"{digest} {'dev' if dev else 'learner'}"


def is_installed(dev: bool) -> bool:
    # What the tests need includes what a learner needs.
    wanted = {fingerprint(True), fingerprint(dev)}
    return PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") in wanted


def make_venv(uv: str | None) -> None:
    """A virtual environment of this Python; an existing one that works is kept."""
    # One made by uv has no pip, and one whose Python was uninstalled does not run.
    needs = "sys" if uv else "pip, sys"
    if runs([PYTHON, "-c", f"import {needs}; sys.exit(sys.version_info < (3, 11))"]):
        return
    say(f"  Python {sys.version.split()[0]} ({sys.executable})")
    if uv:
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV])
        return
    if not runs([sys.executable, "-c", "import ensurepip, venv"]):
        minor = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SystemExit(
            fail(
                f"Python {minor} of this machine cannot make virtual environments.\n"
                "  Why: its modules venv and ensurepip are packaged apart (Debian, Ubuntu).\n"
                f"  Now: sudo apt-get install python{minor}-venv   or install uv.",
                f"この Python {minor} では仮想環境を作れません。\n"
                "  理由: venv と ensurepip が別のパッケージになっています（Debian、Ubuntu）。\n"
                f"  次に: sudo apt-get install python{minor}-venv\n"
                "  または uv をインストールしてください。",
            )
        )
    run([sys.executable, "-m", "venv", "--clear", VENV])


def install(uv: str | None, dev: bool) -> None:
    """What the lock names, each file of it with the hash that stands there, then ourselves."""
    locked = ["--require-hashes", "--requirement", str(lock_of(dev))]
    if not (sys.platform == "darwin" and platform.machine() == "x86_64"):
        # No package's own code runs while it is installed, but for those that publish no wheel.
        # Not every package still has wheels for Intel Macs.
        locked += ["--only-binary", ":all:", "--no-binary", ",".join(WITHOUT_WHEEL)]
    # What builds us is in the lock, too.
    ourselves = ["--no-deps", "--no-build-isolation", "--editable", str(PROJECT)]
    if uv:
        quick = [uv, "pip", "install", "--python", PYTHON]
        run([*quick, *locked])
        run([*quick, *ourselves])
        return
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    show_progress([*pip, *locked], packages_in(lock_of(dev).read_text(encoding="utf-8")))
    run([*pip, "--quiet", *ourselves])


def compile_all() -> None:
    """Byte code of everything, ourselves too.

    uv leaves it to the first import, and so does pip where PYTHONDONTWRITEBYTECODE is set: then
    every process would compile anew what it imports, which is half of its start.
    """
    packages = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    show_status("  compiling …", last=True)
    # Some packages carry files for other Python versions, which do not compile: no reason to stop.
    subprocess.run(
        [PYTHON, "-m", "compileall", "-q", "-j", "0", packages, str(PROJECT / "lab_helpers")],
        check=False, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def lock_of(dev: bool) -> Path:
    return PROJECT / "requirements" / ("developer.txt" if dev else "learner.txt")


def packages_in(lock: str) -> int:
    """How many packages a lock names; a few of them may be for other systems."""
    return len(re.findall(r"^[A-Za-z0-9][^\s=]*==", lock, re.MULTILINE))


def bar(done: int, total: int, width: int = 24) -> str:
    """``[######..................]  40 / 160``: never beyond its end."""
    filled = min(width, done * width // max(1, total))
    return f"[{'#' * filled}{'.' * (width - filled)}] {done:3d} / {max(done, total)}"


def show_progress(pip: list[str], total: int) -> None:
    """Run pip, showing each package as it comes instead of pip's hundreds of lines.

    Args:
        total: how many packages there will be, or a few more.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as everything:
        process = subprocess.Popen(
            pip, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        assert process.stdout is not None
        count = 0
        for line in process.stdout:
            everything.write(line)
            text = line.strip()
            if text.startswith("Collecting "):
                count += 1
                name = text.removeprefix("Collecting ").split(" (")[0]
                at = bar(count, total) if sys.stdout.isatty() else f"{count:3d}"
                show_status(f"  {at}  {name}")
            elif text.startswith(("Downloading ", "Using cached ")):
                continue
            elif text.startswith("Installing collected packages"):
                at = bar(count, count) if sys.stdout.isatty() else f"{count:3d}"
                show_status(f"  {at}  installing …", last=True)
        if process.wait() != 0:
            everything.seek(0)
            sys.stderr.write("".join(everything.readlines()[-40:]))
            raise subprocess.CalledProcessError(process.returncode, pip)


def show_status(text: str, *, last: bool = False) -> None:
    """One line that rewrites itself in a terminal; a line each in a log."""
    if sys.stdout.isatty():
        print(f"\r\033[K{text[:78]}", end="\n" if last else "", flush=True)
    else:
        print(text, flush=True)


def run(command: list[object]) -> None:
    subprocess.run([str(part) for part in command], check=True)


def runs(command: list[object]) -> bool:
    try:
        return subprocess.run([str(part) for part in command], capture_output=True).returncode == 0
    except OSError:
        return False


def say(english: str, japanese: str = "") -> None:
    print(japanese if JAPANESE and japanese else english, flush=True)


def fail(english: str, japanese: str) -> int:
    print(japanese if JAPANESE else english, file=sys.stderr)
    return 1


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    raise SystemExit(main())
