"""What LocalStack finds by the entry points of this package."""

from __future__ import annotations

import os
import signal
import threading
import time

from localstack.runtime import hooks
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin

LOOK_S = 2.0


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """Chosen with ``LAMBDA_RUNTIME_EXECUTOR=process``."""

    name = "process"

    def load(self, *args: object, **kwargs: object) -> type:
        # LocalStack loads plugins before its services: importing Lambda's insides waits for these
        from dojo_processes.executor import ProcessExecutor

        return ProcessExecutor


@hooks.on_infra_start()
def dojo_stand_ins() -> None:
    # As above: only once LocalStack starts its services.
    from dojo_processes.dynamodb import serve_dynamodb_with_moto
    from dojo_processes.hidden_messages import hide_messages_for_less

    serve_dynamodb_with_moto()
    hide_messages_for_less()


@hooks.on_infra_start()
def dojo_end_with_parent() -> None:
    """Whoever started it may be killed; nobody would be left to end it."""
    threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10 * LOOK_S)
    os.kill(os.getpid(), signal.SIGKILL)
