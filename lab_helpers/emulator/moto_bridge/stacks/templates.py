"""Templates as CloudFormation reads them: YAML or JSON, its own tags, the SAM transform.

moto reads them with PyYAML's loader that builds any Python object that a text asks for; here a
template is data and nothing else.
"""

from __future__ import annotations

import json
from typing import Any

import yaml
from moto.cloudformation import models, responses, utils

from lab_helpers.emulator.moto_bridge.stacks.serverless import transformed

_LONG_NAMES = frozenset({"Ref", "Condition"})


class TemplateLoader(yaml.SafeLoader):
    """Plain values, and the short forms of CloudFormation's functions."""


def _short_form(loader: Any, tag: str, node: Any) -> dict[str, Any]:
    """``!GetAtt a.b`` is ``{"Fn::GetAtt": ["a", "b"]}``, ``!Ref a`` is ``{"Ref": "a"}``."""
    name = tag if tag in _LONG_NAMES else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if tag == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name: value}


def _date(loader: Any, node: Any) -> Any:
    """``2010-09-09`` without quotes stays a text, as CloudFormation takes it."""
    return loader.construct_scalar(node)


TemplateLoader.add_multi_constructor("!", _short_form)
TemplateLoader.add_constructor("tag:yaml.org,2002:timestamp", _date)


def read_template(text: Any) -> Any:
    """The template as CloudFormation carries it out: transformed."""
    if isinstance(text, str) and text.lstrip().startswith("{"):
        return transformed(json.loads(text))
    return transformed(yaml.load(text, Loader=TemplateLoader))  # a safe loader


class _TemplateYaml:
    """In place of PyYAML in moto's CloudFormation."""

    def load(self, text: Any, Loader: Any = None) -> Any:  # PyYAML's name
        return read_template(text)

    def add_multi_constructor(self, *_: Any, **__: Any) -> None:
        """moto adds its own again and again."""

    def __getattr__(self, name: str) -> Any:
        return getattr(yaml, name)


def install() -> None:
    for module in (models, responses, utils):
        if hasattr(module, "yaml"):
            module.yaml = _TemplateYaml()
