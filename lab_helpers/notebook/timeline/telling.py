"""Stations and runs in words: for pictures, tables, and who cannot see them."""

from __future__ import annotations

from lab_helpers.notebook.timeline.history import RUNNING, Run, Wait
from lab_helpers.notebook.timeline.life import Life, Piece, PieceKind
from lab_helpers.notebook.timeline.words import duration, say

_REASONS = ("function error", "throttled")


def mark(piece: Piece) -> str:
    """A symbol, so that no colour has to be seen."""
    if piece.run is not None:
        return run_mark(piece.run)
    return {
        PieceKind.CALLER: "●",
        PieceKind.QUEUE: "≡",
        PieceKind.BATCH: "≡",
        PieceKind.WAIT: "⋯",
        PieceKind.THROTTLE: "⊘",
        PieceKind.ANSWER: "←",
        PieceKind.SUCCEEDED: "✓",
        PieceKind.GIVEN_UP: "✗",
        PieceKind.NOT_DELIVERED: "✗",
        PieceKind.STOPPED: "✗",
    }.get(piece.kind, "→")


def run_mark(run: Run) -> str:
    if run.status == RUNNING:
        return "▷"
    return "✗" if run.failed else "✓"


def headline(piece: Piece, language: str) -> str:
    """What happened at this station."""
    facts = piece.facts
    match piece.kind:
        case PieceKind.CALLER:
            return _caller(piece, language)
        case PieceKind.RUN if piece.run is not None:
            return f"{_attempt(piece.run, language)}: {result(piece.run, language)}"
        case PieceKind.THROTTLE if piece.throttle is not None:
            return say("throttle", language, reason=piece.throttle.reason)
        case PieceKind.WAIT if piece.wait is not None:
            return wait_text(piece.wait, language)
        case PieceKind.WAIT:
            return say(
                "wait_batch", language, aws=duration(float(facts.get("wait_s", 0)), language)
            )
        case PieceKind.BATCH:
            source = _name(str(facts.get("source_arn")))
            return say("batch", language, records=facts.get("records", "?"), source=source)
        case PieceKind.ANSWER:
            return say("answer", language, status=facts.get("status", "?"))
        case PieceKind.GIVEN_UP:
            reason = facts.get("reason") or facts.get("condition") or "?"
            return say("given_up", language, reason=reason)
        case PieceKind.DEAD_LETTER:
            target = str(facts.get("target"))
            key = "dead_letter_topic" if ":sns:" in target else "dead_letter"
            return say(key, language, target=_name(target))
        case PieceKind.DESTINATION:
            return say("destination", language, target=_name(str(facts.get("target"))))
        case PieceKind.NOT_DELIVERED:
            target = _name(str(facts.get("target")))
            return say("not_delivered", language, target=target, reason=facts.get("reason", "?"))
        case PieceKind.RETURNED:
            deleted, returned = facts.get("deleted", 0), facts.get("returned", 0)
            return say("returned", language, deleted=deleted, returned=returned)
        case _:
            return say(piece.kind.value, language)


def details(piece: Piece, language: str) -> str:
    """More of it, in one line; empty where there is no more."""
    if piece.run is not None:
        return f"{phases(piece.run, language)} · {environment(piece.run, language)}"
    if piece.kind is PieceKind.DEAD_LETTER:
        attributes = piece.facts.get("attributes") or {}
        return ", ".join(f"{name}={value}" for name, value in attributes.items())
    if piece.kind is PieceKind.DESTINATION:
        return str(piece.facts.get("condition") or "")
    if piece.kind is PieceKind.CALLER:
        return str(piece.facts.get("resource") or "")
    return ""


def wait_text(wait: Wait, language: str) -> str:
    reason = say(f"reason_{wait.reason}", language) if wait.reason in _REASONS else wait.reason
    aws = duration(wait.aws_s, language)
    if wait.here_s is None:
        return say("wait_now", language, aws=aws, reason=reason)
    return say("wait", language, aws=aws, here=duration(wait.here_s, language), reason=reason)


def result(run: Run, language: str) -> str:
    """``succeeded``, or what went wrong, with the error's type."""
    said = say(run.status, language) if run.status in _STATUSES else run.status
    return f"{said} ({run.error_type})" if run.error_type else said


_STATUSES = (RUNNING, "success", "error", "timeout", "failed")


def phases(run: Run, language: str) -> str:
    invoke = "…" if run.duration_ms is None else f"{run.duration_ms:g} ms"
    billed = "…" if run.billed_ms is None else str(run.billed_ms)
    if not run.cold and run.init_ms is None:
        return say("phases_warm", language, invoke=invoke, billed=billed)
    init = "…" if run.init_ms is None else f"{run.init_ms:g} ms"
    told = say("phases_cold", language, init=init, invoke=invoke, billed=billed)
    return told.replace("INIT", "RESTORE", 1) if run.restored else told


def environment(run: Run, language: str) -> str:
    key = "environment_new" if run.cold else "environment_old"
    return say(key, language, name=f"[{run.version}] {run.environment}")


def run_text(run: Run, language: str) -> str:
    """All there is to say of one run, in lines."""
    memory = f"{run.used_mb} / {run.memory_mb} MB" if run.used_mb is not None else ""
    lines = [
        f"{run_mark(run)} {run.function} · {_attempt(run, language)}: {result(run, language)}",
        phases(run, language),
        environment(run, language),
        memory,
        f"RequestId: {run.request_id}",
    ]
    return "\n".join(line for line in lines if line)


def life_text(life: Life, language: str) -> str:
    return say(
        "life_desc",
        language,
        function=life.function_arn.partition(":function:")[2] or life.request_id,
        attempts=len(life.runs),
        billed=life.billed_ms,
        end=say("over" if life.over else "going_on", language),
    )


def _attempt(run: Run, language: str) -> str:
    if run.attempt is None:
        return say("invocation", language)
    return say("attempt", language, number=run.attempt)


def _caller(piece: Piece, language: str) -> str:
    facts = piece.facts
    if facts.get("operation"):
        who = str(facts.get("caller", "")).rpartition(":")[2] or "?"
        operation = f"{facts.get('service')}:{facts['operation']}"
        return say("caller_api", language, who=who, operation=operation)
    return say("caller_service", language, source=facts.get("source") or "?")


def _name(arn: str) -> str:
    """The last part of an ARN: the name that a learner gave."""
    return arn.rpartition(":")[2] or arn
