"""``lambda-dojo up`` with stand-ins for the cloud and JupyterLab: drive_up.py WORKSPACE LABS."""

from __future__ import annotations

import sys
from pathlib import Path

from lab_helpers.errors import DojoError
from lab_helpers.launcher.course import Plan
from lab_helpers.launcher.up import up
from lab_helpers.launcher.words import Announcer
from lab_helpers.settings import Settings

STAND_INS = Path(__file__).with_name("stand_ins")

settings = Settings.from_environment()
plan = Plan(
    workspace=Path(sys.argv[1]),
    settings=settings,
    show_browser=False,
    shipped=Path(sys.argv[2]),
    cloud_program=(sys.executable, str(STAND_INS / "cloud.py")),
    jupyter_program=(sys.executable, str(STAND_INS / "jupyterlab.py")),
)
try:
    status = up(plan, Announcer(settings.language))
except DojoError as error:
    sys.exit(str(error))
sys.exit(status)
