"""Amazon Resource Names of the services that the labs use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Arn:
    """``arn:partition:service:region:account_id:resource``, taken apart."""

    partition: str
    service: str
    region: str
    account_id: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Raises ValueError where ``text`` is not an ARN."""
        parts = text.split(":", 5)
        if len(parts) != 6 or parts[0] != "arn" or not parts[2] or not parts[5]:
            raise ValueError(f"not an ARN: {text!r}")
        return cls(*parts[1:])

    def __str__(self) -> str:
        return (
            f"arn:{self.partition}:{self.service}:{self.region}:{self.account_id}:{self.resource}"
        )


def partition_of(region: str) -> str:
    """``aws``, ``aws-cn`` or ``aws-us-gov``."""
    if region.startswith("cn-"):
        return "aws-cn"
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws"


def function_arn(region: str, account_id: str, name: str, qualifier: str | None = None) -> str:
    """The ARN of a function, or with ``qualifier`` of one of its versions or aliases."""
    suffix = f":{qualifier}" if qualifier else ""
    return f"arn:{partition_of(region)}:lambda:{region}:{account_id}:function:{name}{suffix}"
