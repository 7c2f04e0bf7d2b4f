"""The locks are of this ``pyproject.toml``, name every package once and leave no file open."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PROJECT = Path(__file__).resolve().parents[2]
LOCKS = ("learner.txt", "developer.txt", "localstack.txt")


def script() -> Any:
    found = importlib.util.spec_from_file_location("lock", PROJECT / "scripts" / "lock.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


lock = script()


@pytest.fixture
def project() -> Any:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


def entries(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Package → (its pinned version with the marker, the hashes of its files)."""
    text = (PROJECT / "requirements" / name).read_text(encoding="utf-8")
    found: dict[str, tuple[Requirement, list[str]]] = {}
    for block in re.split(r"\n(?=\w)", text.replace("\\\n", " ")):
        pin, *hashes = block.strip().split(" --hash=")
        if pin and not pin.startswith("#"):
            requirement = Requirement(pin.strip())
            marker = str(requirement.marker or "")
            found[f"{canonicalize_name(requirement.name)};{marker}"] = requirement, hashes
    return found


def test_the_locks_were_made_for_this_pyproject(project: Any) -> None:
    assert lock.stale(project) == [], "run: python scripts/lock.py"


def test_another_wish_makes_the_locks_stale(project: Any) -> None:
    project["project"]["dependencies"].append("another-package>=1")
    assert lock.stale(project) == ["learner.txt", "developer.txt"]


def test_another_wish_of_developers_leaves_the_learners_lock_alone(project: Any) -> None:
    project["dependency-groups"]["dev"].append("another-package>=1")
    assert lock.stale(project) == ["developer.txt"]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_and_every_file_has_its_hash(name: str) -> None:
    for requirement, hashes in entries(name).values():
        assert [spec.operator for spec in requirement.specifier] == ["=="], requirement
        assert requirement.url is None
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each.strip()) for each in hashes)


@pytest.mark.parametrize("name", LOCKS)
def test_what_pyproject_asks_for_is_locked_in_a_version_that_it_allows(
    name: str, project: Any
) -> None:
    pinned: dict[str, list[Version]] = {}
    for requirement, _ in entries(name).values():
        (spec,) = requirement.specifier
        pinned.setdefault(canonicalize_name(requirement.name), []).append(Version(spec.version))
    for line in lock.wanted(project)[name]:
        wish = Requirement(line)
        versions = pinned[canonicalize_name(wish.name)]
        assert all(wish.specifier.contains(version) for version in versions), line


def test_developers_test_what_learners_have() -> None:
    def files(name: str) -> dict[str, list[tuple[str, list[str]]]]:
        found: dict[str, list[tuple[str, list[str]]]] = {}
        for requirement, hashes in entries(name).values():
            found.setdefault(requirement.name, []).append((str(requirement.specifier), hashes))
        return found

    developer = files("developer.txt")
    for name, of_learner in files("learner.txt").items():
        assert developer[name] == of_learner


@pytest.mark.parametrize("name", LOCKS)
def test_no_address_of_a_machine_is_in_a_lock(name: str) -> None:
    text = (PROJECT / "requirements" / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|/home/|/tmp/", text)
