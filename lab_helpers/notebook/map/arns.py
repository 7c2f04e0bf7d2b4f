"""What an ARN says about the thing that it names."""

from __future__ import annotations


def service_of(arn: str) -> str:
    """``sqs`` of an ARN of a queue; empty for what is none."""
    parts = arn.split(":")
    return parts[2] if len(parts) > 5 and parts[0] == "arn" else ""


def unqualified(arn: str) -> str:
    """A function's ARN without its version or alias; any other as it is."""
    return ":".join(arn.split(":")[:7]) if service_of(arn) == "lambda" else arn


def place_of(arn: str) -> tuple[str, str]:
    """Region and account; empty where the ARN names none, as that of a bucket."""
    parts = arn.split(":")
    return (parts[3], parts[4]) if service_of(arn) else ("", "")
