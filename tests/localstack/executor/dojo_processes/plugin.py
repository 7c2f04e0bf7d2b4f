"""What LocalStack finds by the entry points of this package."""

from __future__ import annotations

from localstack.runtime import hooks
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """Chosen with ``LAMBDA_RUNTIME_EXECUTOR=process``."""

    name = "process"

    def load(self, *args: object, **kwargs: object) -> type:
        # LocalStack loads plugins before its services: importing Lambda's insides waits for these
        from dojo_processes.executor import ProcessExecutor

        return ProcessExecutor


@hooks.on_infra_start()
def dojo_dynamodb_stand_in() -> None:
    # As above: only once LocalStack starts its services.
    from dojo_processes.dynamodb import serve_dynamodb_with_moto

    serve_dynamodb_with_moto()
