"""The console as a tab of its own in JupyterLab: the kernel's side of it.

The browser's side is the small extension in ``labextensions/``. It runs :func:`serve` in a kernel
that is there for this alone, opens a comm, and draws the panel that the comm's first message
brings: the same module as in the notebook.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lab_helpers.backends.select import select_backend
from lab_helpers.errors import DojoError
from lab_helpers.notebook.console.function_console import CONFIGURATION, FunctionConsole
from lab_helpers.notebook.console.panel_files import MODULE, STYLE
from lab_helpers.notebook.console.words import in_language
from lab_helpers.settings import Settings

TARGET = "lambda-dojo-console"
"""Of the comm; the extension has the same name for it."""


def serve() -> None:
    """Answer the pages that open a comm of this name, from now on."""
    # Only a Jupyter kernel has IPython with a kernel in it; tests call open_page themselves.
    from IPython import get_ipython

    get_ipython().kernel.comm_manager.register_target(TARGET, open_page)


def open_page(comm: Any, opened: Mapping[str, Any]) -> None:
    """A page is there: send it the panel, and answer what it asks.

    Args:
        comm: of ipykernel; ``send`` may be called from any thread.
        opened: the ``comm_open`` message; its data: ``function`` (may be empty), ``language``.
    """
    asked = opened["content"]["data"]
    language = "ja" if asked.get("language") == "ja" else "en"
    try:
        cloud = select_backend(None, settings=Settings.from_environment(os.environ))
        console = FunctionConsole(cloud, str(asked.get("function") or ""), language)
    except DojoError as error:
        comm.send({"failed": str(error)})
        return
    except (ClientError, BotoCoreError) as error:
        comm.send({"failed": f"{type(error).__name__}: {error}"})
        return
    worker = ThreadPoolExecutor(1, thread_name_prefix="lambda-dojo-console")

    def answer(message: Mapping[str, Any]) -> None:
        content = message["content"]["data"]
        worker.submit(lambda: comm.send(console.answer(content)))

    comm.on_msg(answer)
    comm.on_close(lambda _message: worker.shutdown(wait=False, cancel_futures=True))
    comm.send(
        {
            "module": MODULE,
            "style": STYLE,
            "words": in_language(language),
            "pages": list(CONFIGURATION),
            "language": language,
            "own_page": True,
        }
    )
