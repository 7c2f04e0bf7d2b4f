"""What ``lambda-dojo doctor`` finds out about the backend that the labs are set to run on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lab_helpers.backends.aws_record import left_behind
from lab_helpers.backends.backend import Backend, Capability
from lab_helpers.backends.capability_table import capability_table
from lab_helpers.backends.health import ask_health
from lab_helpers.backends.select import select_backend
from lab_helpers.errors import DojoError
from lab_helpers.settings import Settings

Fact = tuple[str, str, Mapping[str, object]]
"""Level, key of ``doctor.toml`` and the values of its placeholders."""

SERVICES = ("lambda", "iam", "s3", "logs", "sqs", "sns", "dynamodb", "kinesis")
"""By the names under which LocalStack and MiniStack both list them (CloudWatch has two)."""
START = {
    "localstack": "docker compose up -d localstack",
    "ministack": "pip install ministack && ministack",
}
_CONCERNS_NO_STEP = (Capability.JOURNAL, Capability.RESET)


def backend_facts(settings: Settings, environ: Mapping[str, str]) -> Iterator[Fact]:
    """Starts nothing, asks AWS nothing."""
    for record in left_behind(settings.home):
        facts = {"count": len(record.left()), "account": record.account_id, "region": record.region}
        yield "warn", "backend_aws_left", {**facts, "profile": record.profile}
    if settings.backend == "aws":
        yield "warn", "backend_aws", {}
    elif settings.backend == "embedded":
        # Whether one runs, and where, is told by the findings on clouds.
        yield "ok", "backend", _capabilities("embedded")
    else:
        try:
            backend = select_backend(settings=settings, environ=environ)
        except DojoError as error:
            yield "problem", "backend_unknown", {"name": settings.backend, "reason": error.what}
            return
        yield "ok", "backend", _capabilities(backend.name)
        yield from _reached(backend)
        yield from _lacking(backend, settings.language)


def _capabilities(name: str) -> dict[str, object]:
    can = [
        str(capability) for capability in Capability if capability in capability_table()[name].can
    ]
    return {"name": name, "capabilities": ", ".join(can)}


def _reached(backend: Backend) -> Iterator[Fact]:
    url = backend.endpoint_url or ""
    facts: dict[str, object] = {"name": backend.name, "url": url}
    facts["start"] = START.get(backend.name, "start it")
    try:
        health = ask_health(url, backend.name)
    except OSError as error:
        yield "problem", "backend_silent", {**facts, "reason": error}
        return
    version, edition = (health.version, health.edition) if health else ("?", "?")
    yield "ok", "backend_reached", {**facts, "version": version, "edition": edition}
    if health and (missing := health.not_offered(SERVICES)):
        yield "warn", "backend_services_missing", {**facts, "services": ", ".join(missing)}


def _lacking(backend: Backend, language: str) -> Iterator[Fact]:
    for capability, why in capability_table()[backend.name].lacks.items():
        if capability not in _CONCERNS_NO_STEP:
            told = {"name": backend.name, "capability": capability}
            yield "warn", "backend_lacks", {**told, "why": why.in_language(language)}
