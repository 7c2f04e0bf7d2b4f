"""From ``_HANDLER`` to something that can be called.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

from __future__ import annotations

import sys
from importlib import import_module

from .faults import Fault

TYPE_CHECKING = False  # typing would cost a cold start 5 ms; type checkers know the name
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def load_handler(handler: str) -> Callable[[Any, Any], Any]:
    """Raises Fault with AWS's text, or whatever the module raises while it is imported."""
    parts = handler.rsplit(".", 1)
    if len(parts) != 2:
        reason = f"not enough values to unpack (expected 2, got {len(parts)})"
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{handler}': {reason}")
    module_name, function_name = parts
    if module_name.split(".")[0] in sys.builtin_module_names:
        message = f"Cannot use built-in module {module_name} as a handler module"
        raise Fault("Runtime.BuiltInModuleConflict", message)
    try:
        module = import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise Fault("Runtime.ImportModuleError", message) from None
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        message = f"Syntax error in module '{module_name}': {error}"
        raise Fault("Runtime.UserCodeSyntaxError", message, trace) from None
    try:
        function: Callable[[Any, Any], Any] = getattr(module, function_name)
    except AttributeError:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise Fault("Runtime.HandlerNotFound", message) from None
    return function
