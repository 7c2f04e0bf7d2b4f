"""What a learner can do after a lab: the list with which its text opens."""

from __future__ import annotations

from lab_helpers.authoring.pairing import LabText, Prose


def goals(lab_text: LabText, language: str) -> list[str]:
    """The first list of the first prose cell, an entry each; empty where there is none."""
    first = next((cell for cell in lab_text.cells if isinstance(cell, Prose)), None)
    found: list[str] = []
    for line in first.in_language(language).splitlines() if first else ():
        if line.startswith("- "):
            found.append(line[2:].strip())
        elif found and line.startswith("  "):
            found[-1] += ("" if language == "ja" else " ") + line.strip()
        elif found:
            break
    return found
