"""A denial, explained: as text and as HTML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import product
from typing import Any

from lab_helpers.grading.denials import Denial
from lab_helpers.grading.report_html import inline
from lab_helpers.notebook.shown import box
from lab_helpers.notebook.why_remedy import (
    BOUNDARY,
    IDENTITY,
    RESOURCE,
    SESSION,
    Remedy,
    remedies,
)
from lab_helpers.notebook.why_words import say

ALLOWS, DENIES, IS_NOT_ABOUT = "✓", "✗", "–"
_MOST_OTHERS = 5
_LABEL = "text-align:left;vertical-align:top;white-space:nowrap"


@dataclass(frozen=True)
class LookedAt:
    """One policy, or that there is none of a kind.

    Attributes:
        lines: (mark, statement's name and effect, what it says to the request).
    """

    title: str
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class ShownWhy:
    """Why something was refused.

    Attributes:
        others: further denials of the same kind of question, newest first.
    """

    denial: Denial
    language: str
    others: Sequence[Denial] = ()

    @property
    def decision(self) -> Mapping[str, Any]:
        """Who, action, resource, policies and statements, as data."""
        return self.denial.decision

    @property
    def statements(self) -> list[Mapping[str, Any]]:
        """The smallest statements that would allow it; empty where a Deny decided."""
        return [one.statement for one in remedies(self.decision)]

    def facts(self) -> Iterator[tuple[str, str]]:
        """Label and text, in order."""
        record = self.decision
        yield self._say("who"), f"`{record['principal']}`"
        yield self._say("action"), f"`{record['action']}`"
        yield self._say("resource"), f"`{record['resource']}`"
        known = {name: values for name, values in record["context"].items() if values}
        for name, values in known.items():
            yield self._say("context"), f"`{name}` = `{', '.join(values)}`"
        yield self._say("because"), self._say(_reason(record))

    def looked_at(self) -> Iterator[LookedAt]:
        """Every policy, and every kind of which there is none."""
        record = self.decision
        kinds = [RESOURCE] if record["is_service"] else [IDENTITY, RESOURCE, BOUNDARY, SESSION]
        for kind in kinds:
            names = [one["policy"] for one in record["policies"] if one["policy_type"] == kind]
            if not names:
                yield LookedAt(f"{self._say(kind)}{self._say('colon')}{self._say('none')}", ())
            for name in dict.fromkeys(names):
                lines = tuple(self._line(one) for one in self._statements_of(kind, name))
                nothing = ((IS_NOT_ABOUT, "", self._say("no_statements")),)
                title = f"{self._say(kind)}{self._say('colon')}`{name}`"
                yield LookedAt(title, lines or nothing)

    def advice(self) -> Iterator[tuple[str, str]]:
        """(sentence, statement as JSON or empty)."""
        record = self.decision
        if record["explicit_deny"]:
            denying = next(
                one
                for one in record["statements"]
                if one["effect"] == "Deny" and not one["mismatch"]
            )
            told = {name: denying[name] for name in ("statement", "policy")}
            yield self._say("remedy_deny", **told), ""
        for remedy in remedies(record):
            yield self._say(f"remedy_{remedy.place}", holder=remedy.holder), _as_json(remedy)
        for one in record["statements"]:
            if one["effect"] == "Allow" and one["details"].get("element") == "Condition":
                yield self._say("near_miss", statement=one["statement"]), ""

    def __repr__(self) -> str:
        lines = [f"✗ {self._head()}"]
        lines += [f"  {label}{self._say('colon')}{text}" for label, text in self.facts()]
        lines += ["", self._say("looked_at")]
        for policy in self.looked_at():
            lines.append(f"  {policy.title}")
            lines += [f"    {mark} {name}{text}" for mark, name, text in policy.lines]
        lines += [f"  {text}" for text in self._left_out()]
        lines += ["", self._say("would_allow")]
        for sentence, statement in self.advice():
            lines.append(f"  {sentence}")
            lines += [f"    {line}" for line in statement.splitlines()]
        if self.others:
            lines += ["", self._say("others")]
            lines += [f"  {text}" for text in self._other_lines()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th scope='row' style='{_LABEL}'>{escape(label)}</th>"
            f"<td style='text-align:left'>{inline(text)}</td></tr>"
            for label, text in self.facts()
        )
        policies = "".join(map(_policy_html, self.looked_at()))
        policies += "".join(f"<li>{escape(text)}</li>" for text in self._left_out())
        advice = "".join(
            f"<div>{inline(sentence)}</div>"
            + (f"<pre style='margin:.4em 0'>{escape(statement)}</pre>" if statement else "")
            for sentence, statement in self.advice()
        )
        parts = [f"<strong>✗ {inline(self._head())}</strong><table>{rows}</table>"]
        parts.append(f"<strong>{escape(self._say('looked_at'))}</strong><ul>{policies}</ul>")
        parts.append(f"<strong>{escape(self._say('would_allow'))}</strong>{advice}")
        if self.others:
            others = "".join(f"<li>{inline(text)}</li>" for text in self._other_lines())
            title = escape(self._say("others"))
            parts.append(f"<details><summary>{title}</summary><ul>{others}</ul></details>")
        return box("".join(parts))

    def _head(self) -> str:
        return self._say("refused", action=self.denial.operation or self.decision["action"])

    def _statements_of(self, kind: str, name: str) -> list[Mapping[str, Any]]:
        return [
            one
            for one in self.decision["statements"]
            if one["policy_type"] == kind and one["policy"] == name
        ]

    def _line(self, statement: Mapping[str, Any]) -> tuple[str, str, str]:
        named = f"`{statement['statement']}` ({statement['effect']}){self._say('colon')}"
        if statement["mismatch"]:
            return IS_NOT_ABOUT, named, self._mismatch(statement["details"])
        if statement["effect"] == "Deny":
            return DENIES, named, self._say("denies")
        partly = {"ACCOUNT": "account_only", "ROLE": "role_only"}
        return ALLOWS, named, self._say(partly.get(statement["names"], "allows"))

    def _mismatch(self, details: Mapping[str, Any]) -> str:
        values = {
            "element": details["element"],
            "wanted": self._listed(details["wanted"], details["more"]),
        }
        if details["element"] == "Condition":
            values |= {name: details[name] for name in ("operator", "key")}
            values["found"] = self._listed(details["found"], 0)
            return self._say("mismatch_condition", **values)
        negated = str(details["element"]).startswith("Not")
        told = self._say("mismatch_negated" if negated else "mismatch", **values)
        return told + self._closeness(details)

    def _closeness(self, details: Mapping[str, Any]) -> str:
        """What is often mixed up: a bucket and its objects, a function and its versions."""
        if details["element"] != "Resource":
            return ""
        for wanted, found in product(details["wanted"], details["found"]):
            if wanted.count(":") == 5 and found.startswith(wanted + "/"):
                return self._say("needs_objects", wanted=wanted, found=found)
            if wanted == found + "/*":
                return self._say("needs_bucket", found=found)
            if ":function:" in wanted and found.startswith(wanted + ":"):
                return self._say("needs_qualifier", found=found)
        return ""

    def _listed(self, values: Sequence[str], more: int) -> str:
        told = [f"`{one}`" for one in values] or [self._say("no_value")]
        return ", ".join([*told, *([self._say("and_more", count=more)] if more else [])])

    def _left_out(self) -> list[str]:
        count = self.decision["statements_left_out"]
        return [self._say("left_out", count=count)] if count else []

    def _other_lines(self) -> Iterator[str]:
        for one in self.others[:_MOST_OTHERS]:
            time = datetime.fromtimestamp(one.time, UTC).strftime("%H:%M:%SZ")
            who = str(one.decision["principal"]).rsplit(":", 1)[-1]
            yield f'{time} {who} `{one.decision["action"]}` · `lab.why("{one.request_id}")`'

    def _say(self, key: str, /, **values: Any) -> str:
        return say(key, self.language, **values)


def _reason(record: Mapping[str, Any]) -> str:
    if record["explicit_deny"]:
        return "explicit"
    if str(record["action"]).startswith("sts:AssumeRole") and record["decided_by"] == RESOURCE:
        return "no_trust"
    return f"no_{record['decided_by']}"


def _as_json(remedy: Remedy) -> str:
    return json.dumps(remedy.statement, indent=2, ensure_ascii=False)


def _policy_html(policy: LookedAt) -> str:
    lines = "".join(
        f"<li style='list-style:none'>{escape(mark)} {inline(name + text)}</li>"
        for mark, name, text in policy.lines
    )
    return f"<li>{inline(policy.title)}" + (f"<ul>{lines}</ul>" if lines else "") + "</li>"
