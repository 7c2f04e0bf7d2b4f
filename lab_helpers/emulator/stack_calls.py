"""What CloudFormation's stacks call: this cloud's Lambda and moto's services, without the network.

As at AWS the calls are made as whoever asks for the stack, or as the service role that they pass.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from lab_helpers.emulator.http import Request, Response
from lab_helpers.emulator.lambda_service import LambdaService
from lab_helpers.emulator.moto_bridge.changes import CHANGES
from lab_helpers.emulator.moto_bridge.dispatch import MotoServices
from lab_helpers.emulator.moto_bridge.stacks.api_calls import StackApi
from lab_helpers.emulator.moto_bridge.stacks.install import install
from lab_helpers.emulator.s3_service import S3Service
from lab_helpers.emulator.stack_access import StackAccess


class StackCalls:
    """Calls from the thread in which moto carries a stack's request out.

    Args:
        on_loop: has the event loop do something, and does not wait for it.
    """

    def __init__(
        self,
        lambda_service: LambdaService,
        moto: MotoServices,
        s3_service: S3Service,
        access: StackAccess,
        endpoint_url: str,
        on_loop: Callable[[Callable[[], object]], None],
    ) -> None:
        self._lambda = lambda_service
        self._moto = moto
        self._s3 = s3_service
        self._endpoint_url = endpoint_url
        self._on_loop = on_loop
        self._access = access

    def install(self) -> None:
        """From now on stacks are made with these calls."""
        install(
            lambda region: StackApi(
                region,
                self._ask_lambda,
                self._ask_moto,
                self._lambda.change_left_s,
                self._access.authorise,
                self._access.permit,
                self._access.may_act_as,
            )
        )

    def _ask_lambda(self, request: Request, region: str) -> Response:
        return self._lambda.handle_in_thread(request, region, str(uuid.uuid4()), self._on_loop)

    def _ask_moto(self, service: str, request: Request, region: str) -> Response:
        """Raises AwsError."""
        if service == "s3":
            # What it looks at may be gone when the change is repeated: it was allowed then.
            CHANGES.asked(lambda: self._s3.refuse(request, region))
        return self._moto.handle(service, request, self._endpoint_url)
