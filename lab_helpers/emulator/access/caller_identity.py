"""STS GetCallerIdentity: who signed a request is known before any service is asked.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from lab_helpers.arns import Arn
from lab_helpers.emulator.access.principals import Caller
from lab_helpers.emulator.http import Headers, Response

_ANSWER = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
    "<GetCallerIdentityResult><Arn>{arn}</Arn><UserId>{user_id}</UserId>"
    "<Account>{account}</Account></GetCallerIdentityResult>"
    "<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
    "</GetCallerIdentityResponse>"
)


def caller_identity(caller: Caller, request_id: str) -> Response:
    """The whole answer."""
    text = _ANSWER.format(
        arn=escape(caller.arn),
        user_id=escape(caller.principal_id),
        account=Arn.parse(caller.arn).account_id,
        request_id=request_id,
    )
    headers = Headers([("Content-Type", "text/xml"), ("x-amzn-RequestId", request_id)])
    return Response(200, headers, text.encode())
