"""The AWS::Serverless-2016-10-31 transform, done by AWS's own translator where it is installed.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-aws-serverless.html
"""

from __future__ import annotations

import copy
import os
from importlib import import_module
from typing import Any

from moto.cloudformation.exceptions import ValidationError

TRANSFORM = "AWS::Serverless-2016-10-31"
MISSING = (
    f"{TRANSFORM} needs AWS's translator, which is not installed where this cloud runs: "
    "pip install aws-sam-translator"
)


def transformed(template: Any) -> Any:
    """The template without serverless resources.

    Raises:
        ValidationError: the translator refuses the template, or is not there.
    """
    if not isinstance(template, dict) or TRANSFORM not in _named(template):
        return template
    # An optional dependency, and half a second to import.
    try:
        parser = import_module("samtranslator.parser.parser")
        refusals = import_module("samtranslator.public.exceptions")
        parameter = import_module("samtranslator.sdk.parameter")
        translator = import_module("samtranslator.translator.translator")
    except ImportError as error:
        raise ValidationError(message=MISSING) from error
    # The translator asks boto3 for the Region of its session.
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    source = copy.deepcopy(template)
    rest = [name for name in _named(source) if name != TRANSFORM]
    parameters = {
        name: one["Default"]
        for name, one in (source.get("Parameters") or {}).items()
        if "Default" in one
    }
    try:
        translation = translator.Translator(_managed_policies(), parser.Parser())
        values = parameter.SamParameterValues(parameters).parameter_values
        translated: dict[str, Any] = translation.translate(source, values)
    except refusals.InvalidDocumentException as error:
        raise ValidationError(
            message=f"Transform {TRANSFORM} failed with: {error.message}"
        ) from error
    if rest:
        translated["Transform"] = rest
    return translated


def _named(template: dict[str, Any]) -> list[str]:
    named = template.get("Transform") or []
    return [named] if isinstance(named, str) else list(named)


def _managed_policies() -> dict[str, str]:
    """Names that a template may give without their ARN."""
    prefix = "arn:aws:iam::aws:policy/"
    names = ("AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole")
    roles = (*names, "AWSLambdaDynamoDBExecutionRole", "AWSLambdaKinesisExecutionRole")
    plain = ("AmazonS3ReadOnlyAccess", "AmazonDynamoDBFullAccess", "AmazonSQSFullAccess")
    return {name: f"{prefix}service-role/{name}" for name in roles} | {
        name: f"{prefix}{name}" for name in plain
    }
