"""Code signing: there are no signing profiles here, so every account is one without any.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
"""

from __future__ import annotations

from lab_helpers.emulator.control_plane.calls import Answer, Call, Operation
from lab_helpers.emulator.control_plane.errors import LambdaError, not_found


def no_such_config(arn: str) -> LambdaError:
    return LambdaError(
        "CodeSigningConfigNotFoundException",
        "The code signing configuration cannot be found. Check that the provided configuration "
        f"is not deleted: {arn}.",
    )


def get_function_code_signing_config(call: Call) -> Answer:
    call.function()
    return Answer({})


def put_function_code_signing_config(call: Call) -> Answer:
    # AWS looks for the configuration before it looks for the function
    raise no_such_config(call.params["CodeSigningConfigArn"])


def delete_function_code_signing_config(call: Call) -> Answer:
    call.function()
    return Answer(status=204)


def _not_found(call: Call) -> Answer:
    arn = call.params["CodeSigningConfigArn"]
    raise not_found(f"The Lambda code signing configuration {arn} can not be found.")


def list_code_signing_configs(call: Call) -> Answer:
    return Answer({"CodeSigningConfigs": []})


OPERATIONS = {
    "GetFunctionCodeSigningConfig": Operation(get_function_code_signing_config),
    "PutFunctionCodeSigningConfig": Operation(put_function_code_signing_config),
    "DeleteFunctionCodeSigningConfig": Operation(delete_function_code_signing_config),
    "GetCodeSigningConfig": Operation(_not_found),
    "UpdateCodeSigningConfig": Operation(_not_found),
    "DeleteCodeSigningConfig": Operation(_not_found),
    "ListFunctionsByCodeSigningConfig": Operation(_not_found),
    "ListCodeSigningConfigs": Operation(list_code_signing_configs),
}
