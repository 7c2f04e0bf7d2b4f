"""How each service words a refusal.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
"""

from __future__ import annotations

from lab_helpers.emulator.access.errors import AwsError
from lab_helpers.emulator.access.evaluation import Decision, PolicyType

# Error codes and statuses as boto3 shows them.
_CODES = {
    "lambda": ("AccessDeniedException", 403),
    "s3": ("AccessDenied", 403),
    "sns": ("AuthorizationError", 403),
    "iam": ("AccessDenied", 403),
    "sts": ("AccessDenied", 403),
    "monitoring": ("AccessDenied", 403),
    "sqs": ("AccessDenied", 403),
}
_JSON_SERVICES = ("AccessDeniedException", 400)

_ARTICLES = {
    PolicyType.IDENTITY: "an",
    **dict.fromkeys((PolicyType.RESOURCE, PolicyType.BOUNDARY, PolicyType.SESSION), "a"),
}


def denial(service: str, decision: Decision) -> AwsError:
    """The refusal of a decision that is not allowed; ``service`` is the signing name."""
    code, status = _CODES.get(service, _JSON_SERVICES)
    return AwsError(code, denial_text(service, decision), status)


def denial_text(service: str, decision: Decision) -> str:
    """``User: … is not authorized to perform: … on resource: … because …``"""
    asked = decision.request
    # S3 alone puts the resource in quotation marks.
    resource = f'"{asked.resource}"' if service == "s3" else asked.resource
    beginning = (
        f"User: {asked.principal.arn} is not authorized to perform: {asked.action} "
        f"on resource: {resource}"
    )
    if asked.action.startswith("sts:AssumeRole") and not decision.explicit:
        return beginning  # STS gives no reason
    if decision.explicit:
        article = _ARTICLES[decision.decided_by]
        return f"{beginning} with an explicit deny in {article} {decision.decided_by}"
    return f"{beginning} because no {decision.decided_by} allows the {asked.action} action"
