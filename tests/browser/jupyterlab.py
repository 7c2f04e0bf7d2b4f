"""What the tests do in any JupyterLab: open a notebook, wait for its kernel, run a cell."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser.course import chromium_path

PATIENCE_MS = 60_000
_PICTURES = os.environ.get("LAMBDA_DOJO_SCREENSHOTS")
PICTURES = Path(__file__).resolve().parents[2] / _PICTURES if _PICTURES else None
"""Where the READMEs' pictures go: LAMBDA_DOJO_SCREENSHOTS=docs writes them anew."""


def need_chromium() -> None:
    """Skip the test where there is none; in CI that would look like a pass."""
    if chromium_path() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")


def write_notebook(path: Path, cells: Iterable[str]) -> None:
    """A notebook of these code cells, for this Python's kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c.strip()) for c in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


def wait_for_kernel(page: Page) -> None:
    """Before the open notebook's kernel is there, JupyterLab would not run a cell."""
    kernel = page.locator(".jp-NotebookPanel-toolbar .jp-KernelName")
    expect(kernel.first).to_contain_text("ipykernel", timeout=PATIENCE_MS)
    idle = page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    expect(idle.first).to_be_visible(timeout=PATIENCE_MS)


def run_cell(page: Page, number: int) -> None:
    page.locator(".jp-NotebookPanel .jp-CodeCell .cm-content").nth(number).click()
    page.keyboard.press("Shift+Enter")


def choose_theme(page: Page, name: str) -> None:
    """JupyterLab's theme whose name ends so, through its menu."""
    page.locator(".lm-MenuBar-item", has_text="Settings").click()
    page.locator('.lm-Menu-item[data-type="submenu"]').first.hover()
    page.locator(
        '.lm-Menu-item[data-command="apputils:change-theme"]', has_text=re.compile(f"{name}$")
    ).click()
