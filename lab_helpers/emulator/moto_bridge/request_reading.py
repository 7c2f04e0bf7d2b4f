"""moto reads a request as it was authorised: the same operation, members from the same place.

moto looks for ``Action`` and for members in whatever has an equals sign, a JSON body's texts and
headers included: a message that says ``&Action=DeleteQueue&`` would delete its queue.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import BaseResponse

from lab_helpers.emulator.moto_bridge.current_call import current_call

_get_action = BaseResponse._get_action
_setup_class = BaseResponse.setup_class


def install() -> None:
    """Replace moto's guesses, for every service."""

    def get_action(response: Any) -> Any:
        return current_call.get().operation or _get_action(response)

    def setup_class(response: Any, request: Any, *arguments: Any, **named: Any) -> None:
        _setup_class(response, request, *arguments, **named)
        if "X-Amz-Target" in request.headers:
            response.querystring = response.data = {}

    BaseResponse._get_action = get_action
    BaseResponse.setup_class = setup_class
