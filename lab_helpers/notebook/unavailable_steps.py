"""Which steps of a lab cannot be done on a backend: told before the learner starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab_helpers.backends.backend import Backend
from lab_helpers.catalog import Lab
from lab_helpers.errors import DojoError
from lab_helpers.notebook import words

if TYPE_CHECKING:
    from lab_helpers.notebook.open_lab import OpenLab


def refuse_backend_without_any_step(lab: Lab, backend: Backend) -> None:
    """Raises DojoError where no step of ``lab`` can be done on ``backend``."""
    lacking = [set(lab.lacking(step.id, backend.capabilities)) for step in lab.steps]
    if lacking and all(lacking):
        raise DojoError(
            f'The backend "{backend.name}" cannot run the lab "{lab.id}".',
            why=f"The lab needs {', '.join(sorted(set[str]().union(*lacking)))}.",
            now="Use the embedded cloud: unset LAB_BACKEND.",
        )


def tell_unavailable_steps(lab: OpenLab) -> list[str]:
    """A sentence for each step that the lab's backend cannot do; none where it can do all."""
    capabilities = lab.backend.capabilities
    return [
        words.tell(
            "unavailable_steps",
            lab.language,
            step=step.id,
            lacking=", ".join(lab.definition.lacking(step.id, capabilities)),
        )
        for step in lab.definition.steps
        if lab.definition.lacking(step.id, capabilities)
    ]
