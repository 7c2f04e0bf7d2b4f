"""Checks of the lab ``create_function``: what the cloud must show for each step.

The lab's ``[names]``: ``role`` (``dojo-s3-python-lambda-role``), ``function``
(``dojo-s3-python-lambda``), ``failing_function`` (``dojo-failing-function``). The steps, in order,
and what is looked at:

==================== =======================================================================
create_role          the role exists, Lambda may assume it, it may write logs
create_function      the function exists, any ``python3.x`` runtime, has the role; the module
                     and the function that ``Handler`` names are in the package
invoke               the log group shows one invocation at least that ended without an error
environment_variable ``GREETING`` is set; a copy of the function with an unseen value answers
                     with that value (anywhere in its result)
update_code          a copy's result holds the unseen ``event["name"]``, a Japanese one too, and
                     still the value of ``GREETING``; an event without ``name`` is answered too
cold_and_warm        a copy's result is a dict with a whole number ``count``: one more in the next
                     invocation of the same environment
failing_function     ``dojo-failing-function`` raises for every event, with an error type of its own
                     (no built-in exception) and a message
==================== =======================================================================
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from lab_helpers.grading.check import check
from lab_helpers.grading.deployment_package import Package, defined_names
from lab_helpers.grading.evidence import Evidence, absent_as_none
from lab_helpers.grading.expectations import expect, expect_found, unmet
from lab_helpers.grading.function_copy import function_copy
from lab_helpers.grading.invoking import Invoked
from lab_helpers.grading.log_reading import LoggedRun, log_group_of, logged_runs
from lab_helpers.grading.policy_reading import (
    allows,
    covers_action,
    service_principals,
    statements,
)
from lab_helpers.grading.role_policies import LOG_ACTIONS, actions_not_allowed, role_statements

LAB = "create_function"
STEPS = (
    "create_role",
    "create_function",
    "invoke",
    "environment_variable",
    "update_code",
    "cold_and_warm",
    "failing_function",
)


# --- create_role


def _role(ev: Evidence) -> Mapping[str, Any]:
    role = absent_as_none(lambda: ev.iam_client.get_role(RoleName=ev.name("role"))["Role"])
    return expect_found(role, "role_missing")


@check(lab=LAB, step="create_role")
def role_exists(ev: Evidence) -> None:
    _role(ev)


@check(lab=LAB, step="create_role")
def role_trusts_lambda(ev: Evidence) -> None:
    trust = [
        statement
        for statement in statements(_role(ev)["AssumeRolePolicyDocument"])
        if allows(statement) and covers_action(statement, "sts:AssumeRole")
    ]
    trusted = [service for statement in trust for service in service_principals(statement)]
    expect(
        "lambda.amazonaws.com" in trusted,
        "trust_policy_wrong",
        found=", ".join(trusted) or "-",
    )


@check(lab=LAB, step="create_role")
def role_may_write_logs(ev: Evidence) -> None:
    missing = actions_not_allowed(role_statements(ev.iam_client, ev.name("role")), LOG_ACTIONS)
    expect(not missing, "logs_permission_missing", found=", ".join(missing))


# --- create_function


def _function(ev: Evidence) -> Mapping[str, Any]:
    return expect_found(ev.function("function"), "function_missing")


@check(lab=LAB, step="create_function")
def function_exists(ev: Evidence) -> None:
    _function(ev)


@check(lab=LAB, step="create_function")
def function_runs_python(ev: Evidence) -> None:
    runtime = _function(ev)["Configuration"].get("Runtime", "")
    expect(runtime.startswith("python3."), "runtime_wrong", found=runtime)


@check(lab=LAB, step="create_function")
def function_has_role(ev: Evidence) -> None:
    found = _function(ev)["Configuration"]["Role"]
    expect(found.rsplit("/", 1)[-1] == ev.name("role"), "role_wrong", found=found)


@check(lab=LAB, step="create_function")
def handler_is_in_package(ev: Evidence) -> None:
    function = _function(ev)
    handler = function["Configuration"]["Handler"]
    module, dot, name = handler.rpartition(".")
    expect(dot, "handler_malformed", handler=handler)
    package = Package.of_function(function)
    source = package.source(module)
    if source is None:
        nested = [path for path in package.files if path.endswith(f"/{module}.py")]
        if nested:
            unmet("file_not_at_top", module=module, found=nested[0])
        unmet("module_missing", module=module, found=", ".join(package.files[:8]))
    names = defined_names(source)
    expect(names is None or name in names, "handler_missing", module=module, name=name)


# --- invoke


def _runs(ev: Evidence) -> list[LoggedRun]:
    group = log_group_of(ev.function("function"), ev.name("function"))
    return logged_runs(ev.logs_client, group) or []


@check(lab=LAB, step="invoke")
def function_was_invoked(ev: Evidence) -> None:
    _function(ev)
    expect(ev.wait_for_log(lambda: _runs(ev) or None), "never_invoked")


@check(lab=LAB, step="invoke")
def invocation_succeeded(ev: Evidence) -> None:
    """The log arrives a moment after the answer."""
    good = ev.wait_for(
        lambda: [run for run in _runs(ev) if run.finished and not run.error] or _all_failed(ev)
    )
    if good is None:
        unmet("report_missing")
    if all(run.error for run in good):
        unmet("only_failed_invocations", details=good[-1].text, error=good[-1].error)


def _all_failed(ev: Evidence) -> list[LoggedRun] | None:
    """The runs where each has ended with an error: there is nothing to wait for."""
    runs = _runs(ev)
    return runs if runs and all(run.finished and run.error for run in runs) else None


# --- environment_variable


@check(lab=LAB, step="environment_variable")
def greeting_is_set(ev: Evidence) -> None:
    variables = _function(ev)["Configuration"].get("Environment", {}).get("Variables", {})
    if "GREETING" not in variables:
        alike = [key for key in variables if key.upper() == "GREETING"]
        expect(not alike, "variable_misspelt", found=", ".join(alike))
        unmet("variable_missing")
    expect(variables["GREETING"].strip(), "variable_empty")


@check(lab=LAB, step="environment_variable")
def greeting_is_used(ev: Evidence) -> None:
    unseen = f"Salut-{ev.token()}"
    with function_copy(ev, _function(ev), {"GREETING": unseen}) as name:
        invoked = _greet(ev, name, "Dojo")
    expect(unseen in invoked.result_text, "variable_not_used", found=invoked.result_text)


# --- update_code


@check(lab=LAB, step="update_code")
def names_are_greeted(ev: Evidence) -> None:
    function = _function(ev)
    latin, japanese = f"Aki-{ev.token()}", f"さくら{ev.token()}"
    with function_copy(ev, function) as copy:
        answers = {name: _greet(ev, copy, name) for name in (latin, japanese)}
        nameless = ev.invoke(copy, {}, known_as=ev.name("function"))
    found = answers[latin].result_text
    if latin not in found:
        reads_name = Package.of_function(function).mentions("name")
        unmet("name_not_used" if reads_name else "code_not_updated", name=latin, found=found)
    found = answers[japanese].result_text
    expect(japanese in found, "name_garbled", name=japanese, found=found)
    variables = function["Configuration"].get("Environment", {}).get("Variables", {})
    greeting = expect_found(variables.get("GREETING"), "variable_missing")
    found = answers[latin].result_text
    expect(greeting in found, "greeting_lost", greeting=greeting, found=found)
    error = f"{nameless.error_type}: {nameless.error_message}"
    expect(not nameless.function_error, "name_required", details=nameless.log_tail, error=error)


def _greet(ev: Evidence, function_name: str, name: str) -> Invoked:
    known_as = ev.name("function")
    return ev.invoke(function_name, {"name": name}, known_as=known_as).succeeded()


# --- cold_and_warm


@check(lab=LAB, step="cold_and_warm")
def count_grows_while_warm(ev: Evidence) -> None:
    """Invocations one after the other meet the same environment, but nothing promises it."""
    with function_copy(ev, _function(ev)) as copy:
        counts = [_count(_greet(ev, copy, "Dojo").result) for _ in range(4)]
    if 1 in [after - before for before, after in pairwise(counts)]:
        return
    found = ", ".join(map(str, counts))
    unmet("count_always_same" if len(set(counts)) == 1 else "count_not_by_one", found=found)


def _count(result: Any) -> int:
    expect(isinstance(result, dict) and "count" in result, "count_missing", found=result)
    count = result["count"]
    is_number = isinstance(count, int) and not isinstance(count, bool)
    expect(is_number, "count_not_a_number", found=repr(count))
    return int(count)


# --- failing_function


def _failure(ev: Evidence) -> Invoked:
    expect_found(ev.function("failing_function"), "failing_function_missing")
    return ev.invoke(ev.name("failing_function"), {"probe": ev.token()})


@check(lab=LAB, step="failing_function")
def failing_function_fails(ev: Evidence) -> None:
    failure = _failure(ev)
    expect(failure.function_error, "does_not_fail", found=failure.result_text)


@check(lab=LAB, step="failing_function")
def it_fails_by_its_own_raise(ev: Evidence) -> None:
    failure = _failure(ev)
    returned = failure.error_type == "Runtime.MarshalError"
    told = failure.error_message
    expect(not returned, "error_returned", details=failure.log_tail, error_message=told)
    by_lambda = failure.error_type.startswith(("Runtime.", "Sandbox.", "Function."))
    expect(
        not by_lambda,
        "fails_before_raise",
        details=failure.log_tail,
        error_type=failure.error_type,
        error_message=failure.error_message,
    )


@check(lab=LAB, step="failing_function")
def error_type_is_own(ev: Evidence) -> None:
    failure = _failure(ev)
    found = failure.error_type
    expect(not hasattr(builtins, found), "error_type_not_own", error_type=found)


@check(lab=LAB, step="failing_function")
def error_says_why(ev: Evidence) -> None:
    failure = _failure(ev)
    expect(failure.error_message.strip(), "error_message_empty", error_type=failure.error_type)
