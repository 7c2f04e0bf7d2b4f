"""Recursive loop detection: stop a loop, or let it run.

https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionRecursionConfig.html
"""

from __future__ import annotations

from lab_helpers.emulator.control_plane.calls import Answer, Call, Operation


def put_function_recursion_config(call: Call) -> Answer:
    function = call.function()
    function.recursive_loop = call.params["RecursiveLoop"]
    return Answer({"RecursiveLoop": function.recursive_loop})


def get_function_recursion_config(call: Call) -> Answer:
    return Answer({"RecursiveLoop": call.function().recursive_loop})


OPERATIONS = {
    "PutFunctionRecursionConfig": Operation(put_function_recursion_config),
    "GetFunctionRecursionConfig": Operation(get_function_recursion_config),
}
