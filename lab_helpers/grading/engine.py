"""Runs the checks of a lab and turns whatever happens into a report; raises nothing itself."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping, Sequence

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
)

from lab_helpers.catalog import Lab, Step, Text
from lab_helpers.grading.check import Condition, conditions_of
from lab_helpers.grading.evidence import Evidence, error_code
from lab_helpers.grading.expectations import CannotLook, Unmet
from lab_helpers.grading.messages import MessageTable, fill, lab_messages
from lab_helpers.grading.outcome import FACES, Outcome
from lab_helpers.grading.report import NOTHING, LabReport, Message, StepReport

NOT_ALLOWED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "NotImplemented",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
"""Error codes that say "you may not look", not "this is not there"."""


class Judge:
    """The checks of one lab.

    Args:
        lab: its steps and names.
        conditions: step id → conditions; default: those registered by ``lab_helpers.checks``.
        messages: default: the lab's own table.
    """

    def __init__(
        self,
        lab: Lab,
        conditions: Mapping[str, Sequence[Condition]] | None = None,
        messages: MessageTable | None = None,
    ) -> None:
        self._lab = lab
        self._conditions = conditions_of(lab.id) if conditions is None else conditions
        self._messages = messages or lab_messages(lab.id)

    def judge(self, evidence: Evidence, steps: Iterable[str], backend: str = "") -> LabReport:
        """Look at ``steps``, one after the other."""
        reports = tuple(self.judge_step(evidence, step) for step in steps)
        return LabReport(self._lab.id, self._lab.title, backend, reports)

    def judge_step(self, evidence: Evidence, step_id: str) -> StepReport:
        """The first condition of the step that does not hold, or that all do."""
        step = self._lab.step(step_id)
        conditions = self._conditions.get(step_id, ())
        met = 0
        condition: Condition | None = None
        names = evidence.names
        try:
            self._refuse_what_the_backend_lacks(step_id, evidence)
            if not conditions:
                raise LookupError(f"no check is written for the step {step_id!r}")
            for condition in conditions:
                condition.look(evidence)
                met += 1
        except Exception as error:  # whatever a check raises must become an outcome
            return self._not_passed(step, condition, error, names, met, len(conditions))
        return self._passed(step, names, len(conditions))

    def _refuse_what_the_backend_lacks(self, step_id: str, evidence: Evidence) -> None:
        backend = evidence.backend
        if lacking := self._lab.lacking(step_id, backend.capabilities):
            raise Unmet("capability_missing", backend=backend.name, lacking=", ".join(lacking))

    def _passed(self, step: Step, names: Mapping[str, str], total: int) -> StepReport:
        praise = self._messages.passed[step.id]
        message = Message(
            verdict=_verdict(step, Outcome.PASSED),
            looked_at=_join(
                fill(self._messages.looks[condition.name], names)
                for condition in self._conditions[step.id]
            ),
            found=fill(praise.found, names),
            expected=NOTHING,
            why=fill(praise.why, names),
            next=self._after(step),
        )
        return StepReport(
            self._lab.id, step.id, step.title, Outcome.PASSED, message, step.points, total, total
        )

    def _after(self, step: Step) -> Text:
        ids = [known.id for known in self._lab.steps]
        following = self._lab.steps[ids.index(step.id) + 1 :]
        if not following:
            return Text("That was the last step of this lab.", "このラボの最後のステップでした。")
        title = following[0].title
        return Text(f"Go on with “{title.en}”.", f"次は「{title.ja}」です。")

    def _not_passed(
        self,
        step: Step,
        condition: Condition | None,
        error: Exception,
        names: Mapping[str, str],
        met: int,
        total: int,
    ) -> StepReport:
        code, values, details = _diagnose(error)
        try:
            diagnosis = self._messages.diagnosis(code)
            filled = {**names, **values}
            found, expected, why, after = (
                fill(text, filled)
                for text in (diagnosis.found, diagnosis.expected, diagnosis.why, diagnosis.next)
            )
        except (KeyError, IndexError, ValueError) as missing:  # the table lacks a code or a value
            fault = LookupError(f"the message for {code!r} cannot be told: {missing!r}")
            fault.__cause__ = error
            return self._not_passed(step, condition, fault, names, met, total)
        looks = self._messages.looks.get(condition.name, NOTHING) if condition else NOTHING
        message = Message(
            verdict=_verdict(step, diagnosis.outcome),
            looked_at=fill(looks, names),
            found=found,
            expected=expected,
            why=why,
            next=after,
        )
        return StepReport(
            self._lab.id, step.id, step.title, diagnosis.outcome, message, step.points,
            met, total, code, details,
        )  # fmt: skip


def _verdict(step: Step, outcome: Outcome) -> Text:
    word = FACES[outcome].word
    return Text(f"{step.title.en}: {word.en}", f"{step.title.ja}：{word.ja}")


def _join(texts: Iterable[Text]) -> Text:
    """Sentences without a verb of their own, made into one."""
    found = list(texts)
    en = "; ".join(text.en.removesuffix(".") for text in found)
    ja = "、".join(text.ja.removesuffix("。") for text in found)
    return Text(f"{en}.", f"{ja}。")


def _diagnose(error: Exception) -> tuple[str, Mapping[str, object], str]:
    """Diagnosis code, values and details of whatever a condition raised."""
    if isinstance(error, Unmet):
        return error.diagnosis, error.values, error.details
    if isinstance(error, CannotLook) or _is_unreachable(error):
        return "backend_unavailable", {"reason": str(error)}, ""
    trace = "".join(traceback.format_exception(error))
    return "check_broken", {"reason": f"{type(error).__name__}: {error}"}, trace


def _is_unreachable(error: Exception) -> bool:
    """Whether the cloud could not be asked, as against: it was asked and something broke."""
    if isinstance(error, ClientError):
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return status >= 500 or status == 429 or error_code(error) in NOT_ALLOWED
    if isinstance(error, HTTPClientError | NoCredentialsError | PartialCredentialsError):
        return True
    return isinstance(error, BotoCoreError | OSError) and "connect" in str(error).lower()
