"""The console without its picture: questions from the panel, answers from the cloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lab_helpers.backends.backend import Backend
from lab_helpers.errors import DojoError
from lab_helpers.notebook.console import (
    add_trigger,
    asynchronous,
    code_tab,
    concurrency,
    general_settings,
    monitor_tab,
    permissions,
    test_tab,
    triggers,
    versions_aliases,
)
from lab_helpers.notebook.console.backend_limits import lacking_on
from lab_helpers.notebook.console.calls import Calls, broke_down, error_text
from lab_helpers.notebook.console.desk import Desk
from lab_helpers.notebook.console.overview import overview, overview_svg, sentence_svg
from lab_helpers.notebook.console.sections import Section

CONFIGURATION: dict[str, Callable[[Desk], Section]] = {
    "general": general_settings.show,
    "triggers": triggers.show,
    "permissions": permissions.show,
    "destinations": asynchronous.show_destinations,
    "environment_variables": general_settings.show_environment,
    "asynchronous": asynchronous.show,
    "concurrency": concurrency.show,
}
"""The pages of the Configuration tab, in AWS's order."""

ACTIONS: dict[str, Callable[[Desk, Mapping[str, Any]], str]] = {
    "deploy": code_tab.deploy,
    "runtime_settings": code_tab.change_runtime_settings,
    "general": general_settings.change,
    "environment": general_settings.change_environment,
    "add_trigger": add_trigger.add,
    "switch_mapping": triggers.switch_mapping,
    "delete_mapping": triggers.delete_mapping,
    "remove_permission": permissions.remove,
    "asynchronous": asynchronous.change,
    "add_destination": asynchronous.add_destination,
    "remove_destination": asynchronous.remove_destination,
    "reserved_concurrency": concurrency.reserve,
    "provisioned_concurrency": concurrency.provision,
    "remove_provisioned": concurrency.remove_provisioned,
    "publish_version": versions_aliases.publish,
    "create_alias": versions_aliases.create_alias,
    "update_alias": versions_aliases.update_alias,
    "delete_alias": versions_aliases.delete_alias,
}
"""What can be done; each answers with a sentence."""


class FunctionConsole:
    """Answers what the panel asks, each time with the boto3 calls that were made for it.

    Args:
        function: the one that is open; empty: the first there is.
    """

    def __init__(self, cloud: Backend, function: str, language: str) -> None:
        calls = Calls(cloud.session())
        self._cloud = cloud
        self.desk = Desk(calls, function, language, cloud.region, cloud.account_id)

    def functions(self) -> list[str]:
        """The names of all functions, sorted."""
        listed = self.desk.calls.every("lambda", "list_functions", "Functions")
        return sorted(str(one["FunctionName"]) for one in listed)

    def open(self, function: str) -> None:
        self.desk = replace(self.desk, function=function)

    def answer(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one message of the panel; errors are told, never raised.

        Args:
            message: ``id``, ``ask`` (a page, or ``act``) and what belongs to it.

        Returns:
            ``id``, ``data`` or ``error`` (text), ``calls``: what was called, as text, and
            ``lacking``: a sentence where the backend does not have what was asked for.
        """
        told: dict[str, Any] = {"id": message.get("id")}
        try:
            told["data"] = self._data(message)
        except (ClientError, BotoCoreError) as error:
            told["error"] = self._refusal(error)
        except DojoError as error:
            told["error"] = str(error)
        except (ValueError, OSError) as error:
            told["error"] = f"{type(error).__name__}: {error}"
        told["lacking"] = self._lacking(str(message.get("ask")))
        told["calls"] = [call.as_json() for call in self.desk.calls.take()]
        return told

    def _lacking(self, page: str) -> str:
        found = self.desk.calls.take_unanswered()
        told = [self.desk.say("backend_lacks", operations=", ".join(found))] if found else []
        for why in lacking_on(self._cloud, page, self.desk.language):
            told.append(self.desk.say("backend_limit", why=why))
        return " ".join(told)

    def _refusal(self, error: ClientError | BotoCoreError) -> str:
        """In AWS's words; where the cloud itself broke down, that it did."""
        broke = isinstance(error, ClientError) and broke_down(error)
        return error_text(error) + (f" {self.desk.say('backend_broke')}" if broke else "")

    def _data(self, message: Mapping[str, Any]) -> Any:
        ask, asked = str(message.get("ask")), message.get("with") or {}
        if function := message.get("function"):
            self.open(str(function))
        match ask:
            case "open":
                return self._open()
            case "code":
                return code_tab.show(self.desk)
            case "test":
                return test_tab.show(self.desk)
            case "invoke":
                return test_tab.invoke(self.desk, asked)
            case "metrics":
                return monitor_tab.show(self.desk, asked)
            case "logs":
                return monitor_tab.show_logs(self.desk, asked)
            case "act":
                return ACTIONS[str(message["action"])](self.desk, asked)
            case _:
                return self.section(ask).as_json()

    def section(self, name: str) -> Section:
        """One page of facts. Raises DojoError for a name that is none."""
        if name in CONFIGURATION:
            return CONFIGURATION[name](self.desk)
        if name == "versions":
            return versions_aliases.show_versions(self.desk)
        if name == "aliases":
            return versions_aliases.show_aliases(self.desk)
        raise DojoError(
            f'The console has no page "{name}".',
            now="Use one of: " + ", ".join([*CONFIGURATION, "versions", "aliases"]),
        )

    def _open(self) -> dict[str, Any]:
        names = self.functions()
        if not self.desk.function and names:
            self.open(names[0])
        if self.desk.function not in names:
            return {"functions": names, "function": self.desk.function, "overview": ""}
        seen = overview(self.desk)
        return {
            "functions": names,
            "function": self.desk.function,
            "overview": overview_svg(self.desk, seen),
            "section": seen.section(self.desk).as_json(),
        }

    def picture(self) -> str:
        """SVG of the function overview, for a saved notebook; a sentence where there is none."""
        try:
            if self.desk.function:
                return overview_svg(self.desk, overview(self.desk))
            return sentence_svg(self.desk.say("choose_function"))
        except (ClientError, BotoCoreError) as error:
            return sentence_svg(error_text(error))
        finally:
            self.desk.calls.take()

    def table(self, page: str | None = None) -> str:
        """The facts of one page as text, or of every page; AWS's words where it refuses."""
        try:
            if page:
                told = [self.section(page).as_text(), self._lacking(page)]
                return "\n\n".join(filter(None, told))
            sections = [overview(self.desk).section(self.desk)]
            pages = (*CONFIGURATION, "versions", "aliases")
            sections += [self.section(name) for name in pages]
            lacks = dict.fromkeys(self._lacking(name) for name in pages)
            told = [*(section.as_text() for section in sections), *lacks]
            return "\n\n".join(filter(None, told))
        except (ClientError, BotoCoreError) as error:
            return error_text(error)
        finally:
            self.desk.calls.take()
