"""Which request or invocation moto is working for, for whatever it sets off.

moto's services call each other without saying on whose behalf; a context variable says it. An
object's notification names the request, a message carries its tracing header on, and the
journal gets to know what led to what.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass

from lab_helpers.emulator.access.principals import Caller


@dataclass(frozen=True)
class CurrentCall:
    """One request, or one delivery of Lambda's own.

    Attributes:
        request_id: of the request, or of the invocation whose record is delivered.
        operation: the API's name for it, empty for a delivery.
        trace_header: the chain of requests it belongs to, as its sender told it.
    """

    request_id: str = "EMBEDDED00000000"
    host_id: str = "embedded"
    principal_id: str = "AIDAEMBEDDED"
    source_ip: str = "127.0.0.1"
    operation: str = ""
    trace_header: str = ""


current_call: ContextVar[CurrentCall] = ContextVar("current_call", default=CurrentCall())  # noqa: B039

stack_caller: ContextVar[Caller | None] = ContextVar("stack_caller", default=None)
"""Who asks CloudFormation for a stack; None where a change is repeated, which was allowed then."""
