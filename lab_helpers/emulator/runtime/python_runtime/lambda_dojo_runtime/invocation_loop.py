"""INIT, then one invocation after the other until the platform ends the process."""

from __future__ import annotations

import _sitebuiltins
import builtins
import json
import os
import sys

from . import aws_paths, invocation_state
from .faults import UNHANDLED_WARNING, Fault, error_payload, error_text, xray_cause
from .handler_loading import load_handler
from .json_marshaller import follow_runtime, marshal_result, to_json, unmarshal_event
from .lambda_context import LambdaContext
from .lazy_logging import LoggingFinder
from .log_sink import JSON_FRAME, TEXT_FRAME, LogSink, frame_type
from .module_search import RuntimePackagesFinder, StandardLibraryOnly
from .runtime_client import RuntimeApiClosed, RuntimeClient

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ERROR_LEVEL = 40
RESPONSE_TOO_LARGE = 413
MAX_OPEN_FILES = 1024


def run(runtime_dir: str, package_dirs: list[str], layer_dirs: list[str], prefix: str) -> None:
    """Never returns while the Runtime API is there. ``prefix``: of the interpreter, as started."""
    sink = invocation_state.sink = LogSink()
    _prepare_interpreter()
    _rename_for_tracebacks(runtime_dir, package_dirs, layer_dirs, prefix)
    library = _arrange_search_path(runtime_dir, package_dirs, layer_dirs)
    environ = os.environ
    log_format = "JSON" if environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON" else "Text"
    log_level = environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    follow_runtime()
    logging = sys.modules.get("lambda_dojo_runtime.lambda_logging")
    if logging is not None:  # a forked process, whose parent has imported it
        logging.set_up(sink, log_format, log_level)
    else:
        sys.meta_path.insert(0, LoggingFinder(library, sink, log_format, log_level))
    runtime = PythonRuntime(RuntimeClient(environ["AWS_LAMBDA_RUNTIME_API"]), sink, library)
    runtime.is_json_log = log_format == "JSON"
    try:
        runtime.serve(environ["_HANDLER"])
    except (RuntimeApiClosed, ConnectionError):
        os._exit(0)


class PythonRuntime:
    """The loop between the Runtime API and the handler."""

    is_json_log = False

    def __init__(self, client: RuntimeClient, sink: LogSink, library: StandardLibraryOnly) -> None:
        self._client = client
        self._sink = sink
        self._library = library

    def serve(self, handler_name: str) -> None:
        try:
            handler = load_handler(handler_name)
        except Exception as error:
            self._fail_init(error)
        if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
            self._be_restored()
        while True:
            headers, body = self._client.next_invocation()
            self.handle_event_request(handler, headers, body)

    def _be_restored(self) -> None:
        """SnapStart: hooks before the snapshot, the snapshot, hooks after the restore."""
        hooks = sys.modules.get("snapshot_restore_py")
        try:
            if hooks is not None:
                hooks.run_before_snapshot()
        except Exception as error:
            self._fail_restore(error, "init/error", "Runtime.BeforeSnapshotError", 64)
        self._client.restore_next()
        try:
            if hooks is not None:
                hooks.run_after_restore()
        except Exception as error:
            self._fail_restore(error, "restore/error", "Runtime.AfterRestoreError", 65)

    def _fail_restore(self, error: Exception, path: str, error_type: str, status: int) -> None:
        with self._library:
            payload, _ = error_payload(error, "")
        self._log_error(payload)
        self._client.post_phase_error(path, to_json(payload).encode("utf-8"), error_type)
        sys.exit(status)

    def _fail_init(self, error: Exception) -> None:
        with self._library:
            import logging  # a failing INIT alone pays for this import

            payload, _ = error_payload(error, "")
        logging.warning(UNHANDLED_WARNING)
        self._log_error(payload)
        body = to_json(payload).encode("utf-8")
        self._client.post_phase_error("init/error", body, payload["errorType"])
        sys.exit(1)

    def handle_event_request(
        self, request_handler: Callable[[Any, Any], Any], headers: dict[str, str], body: bytes
    ) -> None:
        """Called and written so that a stack trace that ends here reads as at AWS."""
        request_id = headers["lambda-runtime-aws-request-id"]
        invocation_state.request_id = request_id
        invocation_state.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        _set_trace_id(headers.get("lambda-runtime-trace-id"))
        try:
            lambda_context = _context(headers)
            event = unmarshal_event(body, headers.get("content-type", ""))
            response = request_handler(event, lambda_context)
            result, content_type = marshal_result(response)
        except Exception as error:
            self._report(error, request_id)
        else:
            self._respond(request_id, result, content_type)

    def _respond(self, request_id: str, result: bytes | str, content_type: str) -> None:
        """What Lambda does not take ends AWS's runtime, and so does text that is no UTF-8."""
        body = result if isinstance(result, bytes) else result.encode("utf-8")
        status, told = self._client.post_response(request_id, body, content_type)
        if status != RESPONSE_TOO_LARGE:
            return
        import time  # already loaded by the context's module

        sys.stderr.write(
            f"[ERROR] [{time.time() * 1000:.0f}] LAMBDA_RUNTIME Failed to post handler success "
            f"response. Http response code: {status}. {told}\n"
        )
        raise RuntimeError("Failed to post invocation response")

    def _report(self, error: Exception, request_id: str) -> None:
        with self._library:
            payload, frames = error_payload(error, request_id)
        working_dir = os.getcwd()  # noqa: PTH109 # pathlib would cost a cold start 5 ms
        if isinstance(error, Fault):
            shown = {**payload, "errorType": "LambdaValidationError"}
            cause = xray_cause(shown, [], working_dir)
        else:
            cause = xray_cause(payload, frames, working_dir)
        self._log_error(payload)
        body = to_json(payload).encode("utf-8", "backslashreplace")
        self._client.post_error(request_id, body, payload["errorType"], json.dumps(cause))

    def _log_error(self, payload: dict[str, Any]) -> None:
        if self.is_json_log:
            import time  # already loaded by the context's module

            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            text = to_json({"timestamp": stamp, "level": "ERROR", **payload})
            self._sink.write(text, frame_type(JSON_FRAME, ERROR_LEVEL))
        else:
            self._sink.write(error_text(payload), frame_type(TEXT_FRAME, ERROR_LEVEL))


def _context(headers: dict[str, str]) -> LambdaContext:
    return LambdaContext(
        headers["lambda-runtime-aws-request-id"],
        _json_header(headers, "lambda-runtime-client-context", "Client Context"),
        _json_header(headers, "lambda-runtime-cognito-identity", "Cognito Identity"),
        int(headers["lambda-runtime-deadline-ms"]),
        headers.get("lambda-runtime-invoked-function-arn"),
        headers.get("lambda-runtime-aws-tenant-id"),
    )


def _json_header(headers: dict[str, str], name: str, title: str) -> Any:
    text = headers.get(name)
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        message = f"Unable to parse {title} JSON: {error}"
        raise Fault("Runtime.LambdaContextUnmarshalError", message) from None


def _set_trace_id(trace_id: str | None) -> None:
    if trace_id:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)


def _prepare_interpreter() -> None:
    """What ``site`` would have done and what the other platforms lack."""
    for name in ("exit", "quit"):
        setattr(builtins, name, _sitebuiltins.Quitter(name, "Ctrl-D (i.e. EOF)"))
    if sys.platform == "darwin":  # on Linux the platform sets the limits from outside
        import resource  # does not exist on Windows

        resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN_FILES, MAX_OPEN_FILES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "win32":
        sys.stdout.reconfigure(newline="\n")  # type: ignore[union-attr]
        sys.stderr.reconfigure(newline="\n")  # type: ignore[union-attr]


def _rename_for_tracebacks(
    runtime_dir: str, package_dirs: list[str], layer_dirs: list[str], prefix: str
) -> None:
    task_root = os.environ["LAMBDA_TASK_ROOT"]
    names = [(task_root, aws_paths.TASK_ROOT)]
    names += [(layer, aws_paths.LAYERS_ROOT) for layer in layer_dirs]
    names += [(folder, aws_paths.RUNTIME_ROOT) for folder in (runtime_dir, *package_dirs)]
    names += [(prefix, aws_paths.INTERPRETER_ROOT)]
    for folder, name in names:
        aws_paths.rename(folder, name)
    aws_paths.compile_under_aws_names([task_root, *layer_dirs])


def _arrange_search_path(
    runtime_dir: str, package_dirs: list[str], layer_dirs: list[str]
) -> StandardLibraryOnly:
    """Task root, layers, ``PYTHONPATH`` (the runtime), standard library: AWS's order."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    search_path = [entry for entry in sys.path if entry != runtime_dir] + [runtime_dir]
    python_path = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    library = [entry for entry in search_path if entry not in python_path]
    if runtime_dir not in library:
        library.append(runtime_dir)
    layers: list[str] = []
    for layer in reversed(layer_dirs):  # a later layer's files win over an earlier one's
        layers += [f"{layer}/python/lib/{version}/site-packages", f"{layer}/python"]
    task_root = os.environ["LAMBDA_TASK_ROOT"]
    sys.path[:] = [task_root, *layers, *search_path]
    sys.meta_path.append(RuntimePackagesFinder(package_dirs))
    return StandardLibraryOnly(library)
