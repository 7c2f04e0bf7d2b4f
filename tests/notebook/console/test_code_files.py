"""A package's files: read as text, edited, and packed again."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_helpers.errors import DojoError
from lab_helpers.notebook.console.code_tab import (
    LARGEST_FILE,
    handler_file,
    packing_text,
    safe_name,
    text_files,
    with_files,
)
from tests.cloud_process import zipped

NAMES = st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?\.py", fullmatch=True)
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))


@settings(deadline=None)
@given(st.dictionaries(NAMES, TEXTS), st.dictionaries(NAMES, TEXTS))
def test_edited_files_take_the_place_of_those_that_were_there(
    before: dict[str, str], edited: dict[str, str]
) -> None:
    assert text_files(with_files(zipped(before), dict(edited))) == before | edited


def test_what_is_not_text_is_listed_kept_and_not_opened() -> None:
    binary = bytes(range(256))
    package = zipped({"a.so": binary, "big.txt": "x" * (LARGEST_FILE + 1), "m.py": "pass"})
    assert text_files(package) == {"a.so": None, "big.txt": None, "m.py": "pass"}
    again = with_files(package, {"m.py": "new"})
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert archive.read("a.so") == binary


def test_a_file_is_removed_and_the_same_files_make_the_same_bytes() -> None:
    package = zipped({"a.py": "1", "b.py": "2"})
    assert text_files(with_files(package, {"b.py": None})) == {"a.py": "1"}
    assert with_files(package, {}) == with_files(with_files(package, {}), {})


def test_a_script_stays_one_that_can_be_run() -> None:
    described = zipfile.ZipInfo("bootstrap")
    described.external_attr = 0o755 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(described, "#!/bin/sh\n")
    again = with_files(packed.getvalue(), {"bootstrap": "#!/bin/sh\nexit\n"})
    with zipfile.ZipFile(io.BytesIO(again)) as archive:
        assert archive.getinfo("bootstrap").external_attr >> 16 == 0o755


@pytest.mark.parametrize("name", ["/etc/passwd", "../m.py", "a//b.py", "", "a/./b", "..\\m.py"])
def test_a_name_that_leads_out_of_the_package_is_refused(name: str) -> None:
    with pytest.raises(DojoError, match="no name of a file"):
        safe_name(name)


@pytest.mark.parametrize(
    ("handler", "opened"),
    [
        ("m.handler", "m.py"),
        ("app.main.handler", "app/main.py"),
        ("app/main.handler", "app/main.py"),
        ("gone.handler", "app/main.py"),
    ],
)
def test_the_file_of_the_handler_is_opened_first(handler: str, opened: str) -> None:
    assert handler_file(handler, ["app/main.py", "m.py"]) == opened
    assert handler_file(handler, []) == ""


def test_the_text_that_packs_the_files_names_them_all() -> None:
    assert '["m.py", "設定.json"]' in packing_text(["m.py", "設定.json"])
