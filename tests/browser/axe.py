"""axe-core in the page: what it finds that shuts people out (https://github.com/dequelabs/axe-core).

``LAMBDA_DOJO_AXE`` names an ``axe.min.js``; otherwise ``scripts/fetch_axe.py`` fetches it with npm.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

PROJECT = Path(__file__).resolve().parents[2]
FETCH_PATIENCE_S = 240
CONTRAST = ("color-contrast",)
"""The rules whose answer depends on the theme."""
_LOOK = """
async ([selector, rules]) => {
  const options = { resultTypes: ["violations"] };
  if (rules.length) options.runOnly = rules;
  const found = (await axe.run(selector, options)).violations;
  return found.flatMap((one) => one.nodes.map((node) => ({
    impact: one.impact, rule: one.id, html: node.html.slice(0, 300), why: node.failureSummary,
  })));
}
"""


@cache
def axe_script() -> str:
    """The text of axe.min.js. Skips the test on a machine without npm, but never in CI."""
    if named := os.environ.get("LAMBDA_DOJO_AXE"):
        return Path(named).read_text(encoding="utf-8")
    if shutil.which("npm") is None and not os.environ.get("CI"):
        pytest.skip("no npm on this machine")
    fetched = subprocess.run(
        [sys.executable, PROJECT / "scripts" / "fetch_axe.py"],
        capture_output=True,
        text=True,
        timeout=FETCH_PATIENCE_S,
    )
    assert fetched.returncode == 0, fetched.stderr
    return Path(fetched.stdout.strip()).read_text(encoding="utf-8")


def serious_findings(page: Page, selector: str, rules: Sequence[str] = ()) -> list[str]:
    """Rule, element and reason of each serious or critical finding below ``selector``.

    Args:
        rules: only these; empty: all of axe-core's.
    """
    script = axe_script()
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(script)
    assert page.locator(selector).count(), f"nothing to look at: {selector}"
    return [
        f"{one['rule']}: {one['html']}\n{one['why']}"
        for one in page.evaluate(_LOOK, [selector, list(rules)])
        if one["impact"] in ("serious", "critical")
    ]
