"""moto in the place of DynamoDB Local, which LocalStack downloads from where tests cannot reach.

LocalStack's own DynamoDB (its API, its streams, its checks of names) stays in front of it: only the
server that it hands its requests on to is another.
"""

from __future__ import annotations

from localstack.services.dynamodb.server import DynamodbServer
from localstack.utils.threads import FuncThread
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


def serve_dynamodb_with_moto() -> None:
    DynamodbServer.do_start_thread = _start_moto


def _start_moto(self: DynamodbServer) -> FuncThread:
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", self.port, application, threaded=True)

    def serve(*_: object, **__: object) -> None:
        server.serve_forever()

    thread = FuncThread(serve, name="moto-dynamodb")
    thread.start()
    return thread
