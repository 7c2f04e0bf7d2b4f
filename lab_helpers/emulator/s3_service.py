"""What S3 does for Lambda and moto leaves out: notification rules are checked when they are put."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.event_sources.s3_notification_rules import (
    NotificationRefusedError,
    parse_notification_configuration,
    refuse_unreachable,
)
from lab_helpers.emulator.http import Request, Response

MayInvoke = Callable[[str, str], bool]
"""(function ARN, bucket) → whether S3 may invoke the function for this bucket."""
MayPublish = Callable[[str, str, str], bool]
"""(``sqs`` or ``sns``, its ARN, bucket) → whether S3 may send there for this bucket."""

_FILTER_NAME = re.compile(rb"<Name>(prefix|suffix)</Name>", re.IGNORECASE)


class S3Service:
    """Looks at S3 requests before moto does, and at answers after it."""

    def __init__(
        self,
        may_invoke: MayInvoke,
        destination_exists: Callable[[str, str], bool],
        bucket_region: Callable[[str], str | None],
        may_publish: MayPublish,
    ) -> None:
        self._may_publish = may_publish
        self._may_invoke = may_invoke
        self._destination_exists = destination_exists
        self._bucket_region = bucket_region

    def refuse(self, request: Request, region: str) -> None:
        """Raises AwsError for a notification configuration that S3 would not take."""
        if request.method != "PUT" or "notification" not in request.query:
            return
        bucket = unquote(request.raw_path).strip("/")
        try:
            rules = parse_notification_configuration(request.body)
            home = self._bucket_region(bucket)
            skip = request.headers.get("x-amz-skip-destination-validation").lower() == "true"
            if home is not None and not skip:
                refuse_unreachable(
                    rules,
                    home,
                    lambda arn: self._may_invoke(arn, bucket),
                    self._destination_exists,
                    lambda service, arn: self._may_publish(service, arn, bucket),
                )
        except NotificationRefusedError as error:
            arguments = [
                pair
                for number, (name, value) in enumerate(error.arguments, 1)
                for pair in ((f"ArgumentName{number}", name), (f"ArgumentValue{number}", value))
            ]
            raise AwsError(error.code, error.message, 400, arguments) from error
        # moto takes the rule names in lower case only; S3 takes any and keeps "Prefix", "Suffix".
        request.body = _FILTER_NAME.sub(
            lambda m: b"<Name>" + m[1].lower() + b"</Name>", request.body
        )

    def finish(self, request: Request, response: Response) -> Response:
        """Show filter names as S3 stores them."""
        if request.method == "GET" and "notification" in request.query and response.status == 200:
            response.body = _FILTER_NAME.sub(
                lambda m: b"<Name>" + m[1].capitalize() + b"</Name>", response.body
            )
        return response
