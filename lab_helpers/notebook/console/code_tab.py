"""The Code tab: the files of the deployment package, edited and deployed."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from collections.abc import Mapping
from typing import Any

from lab_helpers.errors import DojoError
from lab_helpers.notebook.console.boto3_text import Verbatim
from lab_helpers.notebook.console.desk import Desk
from lab_helpers.notebook.console.sections import Field, Form, Section

LARGEST_FILE = 512 * 1024
"""Bytes of a file that the editor opens; larger ones are listed only."""
DOWNLOAD_LIMIT_S = 30
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def show(desk: Desk) -> dict[str, Any]:
    """The files, and the runtime settings that AWS shows under them.

    Returns:
        ``files``: name → text, or None where it is not text or too large; ``handler_file``: the
        one to open first; ``settings``: a section.
    """
    answer = desk.calls.do("lambda", "get_function", {"FunctionName": desk.function})
    configuration = answer["Configuration"]
    files, note = {}, ""
    if configuration.get("PackageType", "Zip") == "Zip":
        try:
            files = text_files(download(str(answer["Code"]["Location"])))
        except OSError as error:
            note = desk.say("code_far_away", why=error)
    else:
        note = desk.say("image_code")
    return {
        "files": files,
        "note": note,
        "handler_file": handler_file(str(configuration.get("Handler", "")), list(files)),
        "settings": runtime_settings(desk, configuration).as_json(),
    }


def runtime_settings(desk: Desk, configuration: Mapping[str, Any]) -> Section:
    say = desk.say
    return Section(
        say("runtime_settings"),
        facts=[
            (say("runtime"), str(configuration.get("Runtime", "-"))),
            (say("handler"), str(configuration.get("Handler", "-"))),
            (say("architecture"), ", ".join(configuration.get("Architectures", ["x86_64"]))),
            (say("package_size"), say("bytes", count=f"{configuration.get('CodeSize', 0):,}")),
            (say("code_sha"), str(configuration.get("CodeSha256", "-"))),
            (say("last_modified"), str(configuration.get("LastModified", "-"))),
        ],
        forms=[
            Form(
                "runtime_settings",
                say("edit_runtime_settings"),
                say("save"),
                [
                    Field("runtime", say("runtime"), configuration.get("Runtime", "")),
                    Field("handler", say("handler"), configuration.get("Handler", "")),
                ],
            )
        ],
    )


def deploy(desk: Desk, asked: Mapping[str, Any]) -> str:
    """Put the edited files in place of those in the package, and wait until they are deployed.

    Args:
        asked: ``files``: name → text of those that were edited or made, None where one is removed.
    """
    edited = {safe_name(name): text for name, text in asked["files"].items()}
    answer = desk.calls.do("lambda", "get_function", {"FunctionName": desk.function})
    try:
        package = with_files(download(str(answer["Code"]["Location"])), edited)
    except OSError as error:
        raise DojoError(
            desk.say("code_far_away", why=error),
            now="Deploy the code from a cell: lambda_client.update_function_code(…)",
        ) from error
    desk.calls.do(
        "lambda",
        "update_function_code",
        {"FunctionName": desk.function, "ZipFile": package},
        shown={"ZipFile": Verbatim("package.getvalue()")},
        before=packing_text(list(text_files(package))),
    )
    desk.calls.wait("lambda", "function_updated_v2", {"FunctionName": desk.function})
    return desk.say("deployed", function=desk.function)


def change_runtime_settings(desk: Desk, asked: Mapping[str, Any]) -> str:
    desk.change(Runtime=str(asked["runtime"]).strip(), Handler=str(asked["handler"]).strip())
    return desk.say("saved")


def download(location: str) -> bytes:
    """The package behind a pre-signed URL, which stays in the kernel: it is a key to the code."""
    if not location.startswith(("http://", "https://")):
        raise DojoError(
            "The deployment package cannot be downloaded.",
            why="The cloud gave no address for it.",
            now="Deploy the code from a cell: lambda_client.update_function_code(…)",
        )
    handlers = []
    if location.startswith(("http://127.0.0.1", "http://localhost")):
        handlers.append(urllib.request.ProxyHandler({}))  # a proxy cannot reach this machine
    with urllib.request.build_opener(*handlers).open(location, timeout=DOWNLOAD_LIMIT_S) as answer:
        read: bytes = answer.read()
    return read


def text_files(package: bytes) -> dict[str, str | None]:
    """Name → text of each file of a zip, sorted; None for what an editor cannot show."""
    files: dict[str, str | None] = {}
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
            if not entry.is_dir():
                small = entry.file_size <= LARGEST_FILE
                files[entry.filename] = _as_text(archive.read(entry)) if small else None
    return files


def _as_text(content: bytes) -> str | None:
    try:
        return None if b"\0" in content else content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def with_files(package: bytes, edited: Mapping[str, str | None]) -> bytes:
    """The zip with these files in place of, or beside, those it has; None removes one.

    The same files make the same bytes, so that a deployment with no change keeps its hash.
    """
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        entries = {entry.filename: entry for entry in old.infolist() if not entry.is_dir()}
        contents = {name: old.read(entry) for name, entry in entries.items()}
    for name, text in edited.items():
        if text is None:
            contents.pop(name, None)
        else:
            contents[name] = text.encode("utf-8")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(contents):
            described = zipfile.ZipInfo(name, _FIXED_TIME)
            kept = entries[name].external_attr >> 16 if name in entries else 0
            described.external_attr = (kept or 0o644) << 16
            new.writestr(described, contents[name], zipfile.ZIP_DEFLATED)
    return made.getvalue()


def packing_text(names: list[str]) -> str:
    """Python that makes ``package`` from files of these names."""
    return "\n".join(
        [
            "import io, zipfile",
            "package = io.BytesIO()",
            "# the files as the editor shows them, saved in this folder",
            'with zipfile.ZipFile(package, "w") as archive:',
            f"    for name in {json.dumps(names, ensure_ascii=False)}:",
            "        archive.write(name)",
        ]
    )


def safe_name(name: str) -> str:
    """A file's name inside a package. Raises DojoError for one that would lead out of it."""
    parts = name.strip().replace("\\", "/").split("/")
    if name.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise DojoError(
            f'"{name}" is no name of a file in a deployment package.',
            now="Use a name such as lambda_function.py or package/module.py.",
        )
    return "/".join(parts)


def handler_file(handler: str, names: list[str]) -> str:
    """The file that holds the handler, else the first: ``app.main.handler`` → ``app/main.py``."""
    stem = handler.rsplit(".", 1)[0].replace(".", "/")
    fitting = [name for name in names if name.rsplit(".", 1)[0] == stem]
    return next(iter(fitting or names), "")
