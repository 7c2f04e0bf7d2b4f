"""What every tab works with: the open function, the calls to the cloud, the language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lab_helpers.notebook.console.calls import Calls
from lab_helpers.notebook.console.words import say


@dataclass(frozen=True)
class Desk:
    """One function, open in the console.

    Attributes:
        function: its name, without a qualifier.
        account_id: 12 digits.
    """

    calls: Calls
    function: str
    language: str
    region: str
    account_id: str

    def say(self, key: str, **values: Any) -> str:
        return say(key, self.language, **values)

    @property
    def arn(self) -> str:
        """Unqualified."""
        return f"arn:aws:lambda:{self.region}:{self.account_id}:function:{self.function}"

    def configuration(self, qualifier: str = "") -> Mapping[str, Any]:
        """boto3's answer of ``get_function_configuration``."""
        wanted = {"FunctionName": self.function}
        if qualifier:
            wanted["Qualifier"] = qualifier
        read: Mapping[str, Any] = self.calls.do("lambda", "get_function_configuration", wanted)
        return read

    def change(self, **changes: Any) -> None:
        """Update the function's configuration and wait until that is done."""
        self.calls.do(
            "lambda",
            "update_function_configuration",
            {"FunctionName": self.function, **changes},
        )
        self.calls.wait("lambda", "function_updated_v2", {"FunctionName": self.function})


def whole_number(value: Any) -> int:
    """A number that a learner typed; anything else is passed on as ValueError with its text."""
    return int(str(value).strip().replace(",", ""))
