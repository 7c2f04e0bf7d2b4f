"""Steps of idempotency: the table that remembers, and the function that asks it first."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from lab_helpers.arns import partition_of
from lab_helpers.checks.invocation_types.charge_book import LAB, charges_of, lab_function
from lab_helpers.grading.check import check
from lab_helpers.grading.deployment_package import Package
from lab_helpers.grading.evidence import Evidence
from lab_helpers.grading.expectations import Unmet, expect, expect_equal, expect_found
from lab_helpers.grading.function_copy import function_copy
from lab_helpers.grading.invoking import Invoked
from lab_helpers.grading.role_reading import denied_actions, role_of
from lab_helpers.grading.table_items import all_items, delete_items, table_of

ACTIONS = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
"""https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/"""


# --- idempotency_table


@check(lab=LAB, step="idempotency_table")
def table_has_the_key(ev: Evidence) -> None:
    table = expect_found(table_of(ev, ev.name("idempotency")), "idempotency_missing")
    keys = ", ".join(f"{key['AttributeName']} ({key['KeyType']})" for key in table["KeySchema"])
    expect_equal(keys, "id (HASH)", "table_key_wrong")


@check(lab=LAB, step="idempotency_table")
def table_forgets_in_time(ev: Evidence) -> None:
    answer = ev.client("dynamodb").describe_time_to_live(TableName=ev.name("idempotency"))
    ttl = answer["TimeToLiveDescription"]
    expect(ttl["TimeToLiveStatus"] in ("ENABLED", "ENABLING"), "ttl_missing")
    expect_equal(ttl.get("AttributeName"), "expiration", "ttl_attribute_wrong")


@check(lab=LAB, step="idempotency_table")
def role_may_use_the_table(ev: Evidence) -> None:
    role = expect_found(role_of(ev, ev.name("role")), "role_missing")
    denied = denied_actions(ev, role["Arn"], ACTIONS, _table_arn(ev, ev.name("idempotency")))
    expect(not denied, "role_lacks_actions", found=", ".join(denied))
    other = _table_arn(ev, f"dojo-check-{ev.token()}")
    denied = denied_actions(ev, role["Arn"], ACTIONS, other)
    expect(len(denied) == len(ACTIONS), "role_too_broad")


def _table_arn(ev: Evidence, table: str) -> str:
    region = ev.region
    return f"arn:{partition_of(region)}:dynamodb:{region}:{ev.account_id}:table/{table}"


# --- idempotent


class Probe:
    """A copy of the learner's function, and payments that no one has seen."""

    def __init__(self, ev: Evidence, copy_name: str) -> None:
        self._ev = ev
        self._copy_name = copy_name
        self.payment_ids: list[str] = []

    def new_payment(self) -> dict[str, Any]:
        self.payment_ids.append(f"dojo-check-{self._ev.token()}")
        return {"payment_id": self.payment_ids[-1], "amount": 700}

    def pay(self, payment: Mapping[str, Any]) -> Invoked:
        """Invoke directly; the error of a receipt that cannot be sent is wanted."""
        known_as = self._ev.name("function")
        invoked = self._ev.invoke(self._copy_name, payment, known_as=known_as)
        if payment.get("mail") != "down" or "mail server" not in invoked.error_message:
            _succeeded(invoked)
        return invoked

    def pay_through_queue(self, payment: Mapping[str, Any]) -> Invoked:
        """Invoke with a message of a queue, as a mapping does."""
        return self.pay({"Records": [{"body": json.dumps(payment)}]})

    def charges(self, payment: Mapping[str, Any]) -> int:
        return len(charges_of(self._ev, payment["payment_id"]))


def _succeeded(invoked: Invoked) -> None:
    if "aws_lambda_powertools" in invoked.error_message:
        raise Unmet("powertools_missing", details=invoked.log_tail)
    if "AccessDenied" in invoked.error_message + invoked.log_tail:
        raise Unmet("table_refused", details=invoked.log_tail)
    invoked.succeeded()


@contextlib.contextmanager
def _probe(ev: Evidence) -> Iterator[Probe]:
    """Leaves the charge book and the memory as they were."""
    function = lab_function(ev)
    code = Package.of_function(function)
    source = "".join(code.source(name.removesuffix(".py")) or "" for name in _modules(code))
    expect("idempotent" in source, "code_unchanged")
    memory = ev.name("idempotency")
    before = {str(item["id"]) for item in all_items(ev, memory) if "id" in item}
    with function_copy(ev, function) as copy_name:
        probe = Probe(ev, copy_name)
        try:
            yield probe
        finally:
            for payment_id in probe.payment_ids:
                charged = charges_of(ev, payment_id)
                delete_items(ev, ev.name("charges"), ("payment_id", "charge_id"), charged)
            made = [item for item in all_items(ev, memory) if item.get("id", "") not in before]
            # Records of the learner's own function that came meanwhile bear its own name.
            own = [item for item in made if str(item.get("id", "")).startswith(copy_name)]
            delete_items(ev, memory, ("id",), own)


def _modules(code: Package) -> list[str]:
    return [name for name in code.files if name.endswith(".py") and "/" not in name]


@check(lab=LAB, step="idempotent")
def each_payment_is_charged_once(ev: Evidence) -> None:
    """Does it ever remember; does it tell payments apart; does an error make it forget?"""
    with _probe(ev) as probe:
        plain, other, failing, resent = (probe.new_payment() for _ in range(4))
        for _ in range(2):
            probe.pay(plain)
        expect(probe.charges(plain), "never_charged")
        expect(probe.charges(plain) == 1, "not_idempotent", found=probe.charges(plain))
        probe.pay(other)
        expect(probe.charges(other), "key_too_narrow")
        for _ in range(2):
            probe.pay({**failing, "mail": "down"})
        expect(probe.charges(failing) == 1, "forgets_on_error", found=probe.charges(failing))
        for moment in ("09:00", "09:05"):
            probe.pay({**resent, "sent_at": moment})
        probe.pay_through_queue({**resent, "sent_at": "09:10"})
        expect(probe.charges(resent) == 1, "key_too_wide", found=probe.charges(resent))
