"""What the labs are: read from each lab's ``.source`` folder, never written here.

``labs/NN_name/.source/lab.toml``::

    id = "create_function"
    order = 1
    minutes = 30
    needs = ["lambda", "iam", "logs"]            # Capability values
    exam = ["SAA-C03 2.1", "SOA-C03 3.1"]
    docs = ["https://docs.aws.amazon.com/lambda/latest/dg/getting-started.html"]
    title = { en = "Create a function", ja = "関数を作る" }

    [names]                                      # lab.name("uploads"); {account_id}, {region}
    function = "s3-python-lambda"
    uploads = "dojo-uploads-{account_id}"

    [[steps]]
    id = "create_role"
    points = 1
    title = { en = "Create the execution role", ja = "実行ロールを作る" }

``labs/NN_name/.source/hints.toml``, from vague to plain, as many in each language::

    [create_role]
    en = ["…", "…", "…"]
    ja = ["…", "…", "…"]

``.source/solution/steps.py`` has ``def <step_id>(lab: SolutionContext) -> None`` for every step,
and may have ``def prepare(lab)`` for what the lab stands on and ``def reset(lab)`` for what it
leaves behind. ``.source/wrong/<name>.py`` has ``STEP``, ``DIAGNOSIS`` and ``def apply(lab)``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lab_helpers.errors import DojoError

Language = Literal["en", "ja"]
LANGUAGES: tuple[Language, ...] = ("en", "ja")


@dataclass(frozen=True)
class Text:
    """The same words in both languages."""

    en: str
    ja: str

    def in_language(self, language: str) -> str:
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True)
class Step:
    """One thing to do. ``hints`` go from vague to plain; empty where none are written yet."""

    id: str
    points: int
    title: Text
    hints: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Lab:
    """One lab, as its author described it.

    Attributes:
        folder: the lab's folder, which holds ``.source``.
        minutes: how long a beginner needs.
        needs: Capability values that a backend must have.
        names: key → name of a resource; may hold ``{account_id}`` and ``{region}``.
        exam: the exam guide's task statements that the lab serves.
        docs: AWS's pages behind the lab.
    """

    id: str
    order: int
    minutes: int
    title: Text
    folder: Path
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    exam: tuple[str, ...] = ()
    docs: tuple[str, ...] = ()

    @property
    def source(self) -> Path:
        """All that an author writes."""
        return self.folder / ".source"

    @property
    def points(self) -> int:
        return sum(step.points for step in self.steps)

    def step(self, step_id: str) -> Step:
        """Raises DojoError, naming the steps there are."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise DojoError(
            f'The lab "{self.id}" has no step "{step_id}".',
            now="Use one of: " + ", ".join(step.id for step in self.steps),
        )


def labs_folder() -> Path:
    """Where the labs are: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_labs"
    return installed if installed.is_dir() else package.parent / "labs"


def load_labs(folder: Path | None = None) -> tuple[Lab, ...]:
    """Every lab under ``folder`` (default: the project's own), in order.

    Raises:
        DojoError: a lab's files cannot be read, or two labs share an id.
    """
    root = _root(folder)
    labs = sorted(
        (load_lab(path.parent.parent) for path in root.glob("*/.source/lab.toml")),
        key=lambda lab: (lab.order, lab.id),
    )
    seen: dict[str, Lab] = {}
    for lab in labs:
        if lab.id in seen:
            raise DojoError(
                f'Two labs have the id "{lab.id}": {seen[lab.id].folder} and {lab.folder}.',
                now="Give one of them another id in its lab.toml.",
            )
        seen[lab.id] = lab
    return tuple(labs)


def find_lab(lab_id: str, folder: Path | None = None) -> Lab:
    """The lab with this id. Raises DojoError, naming the labs there are."""
    labs = load_labs(folder)
    for lab in labs:
        if lab_id in (lab.id, lab.folder.name, str(lab.order)):
            return lab
    raise DojoError(
        f'There is no lab "{lab_id}".',
        now="Use one of: " + (", ".join(lab.id for lab in labs) or f"(no labs in {_root(folder)})"),
    )


def _root(folder: Path | None) -> Path:
    return folder or labs_folder()


def load_lab(folder: Path) -> Lab:
    """Read ``folder/.source/lab.toml`` and ``hints.toml``.

    Raises:
        DojoError: a file is missing or malformed; the message names the file and the key.
    """
    path = folder / ".source" / "lab.toml"
    table = _read_toml(path)
    hints_path = folder / ".source" / "hints.toml"
    hints = _read_toml(hints_path) if hints_path.exists() else {}
    try:
        steps = tuple(_step(entry, hints.get(entry["id"], {})) for entry in table["steps"])
        lab = Lab(
            id=table["id"],
            order=int(table["order"]),
            minutes=int(table["minutes"]),
            title=Text(**table["title"]),
            folder=folder,
            steps=steps,
            needs=tuple(table.get("needs", ())),
            names=dict(table.get("names", {})),
            exam=tuple(_as_lines(table.get("exam", ()))),
            docs=tuple(_as_lines(table.get("docs", ()))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DojoError(
            f"{path} does not describe a lab.",
            why=f"{type(error).__name__}: {error}",
            now="Compare it with the example in lab_helpers/catalog.py.",
        ) from error
    _refuse_unknown_hints(hints_path, hints, lab)
    return lab


def _step(entry: Mapping[str, Any], hints: Mapping[str, Any]) -> Step:
    levels = zip(hints.get("en", ()), hints.get("ja", ()), strict=True)
    return Step(
        id=entry["id"],
        points=int(entry.get("points", 1)),
        title=Text(**entry["title"]),
        hints=tuple(Text(en, ja) for en, ja in levels),
    )


def _refuse_unknown_hints(path: Path, hints: Mapping[str, Any], lab: Lab) -> None:
    unknown = set(hints) - {step.id for step in lab.steps}
    if unknown:
        raise DojoError(
            f"{path} has hints for steps that the lab does not have: {', '.join(sorted(unknown))}.",
            now="Rename the table, or add the step to lab.toml.",
        )


def _as_lines(value: Any) -> list[str]:
    """``exam`` and ``docs`` may be written as texts or as tables with more to say."""
    return [item if isinstance(item, str) else " ".join(map(str, item.values())) for item in value]


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DojoError(f"{path} is missing.", now="Every lab needs one.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DojoError(f"{path} cannot be read.", why=str(error), now="Mend the file.") from error
