import io
import zipfile
from pathlib import Path

import pytest

from lab_helpers.authoring.wrong_answers import load_wrong_answer, zip_of
from lab_helpers.errors import DojoError


def test_a_wrong_answer_names_its_step_and_its_diagnosis(tmp_path: Path) -> None:
    path = tmp_path / "too_late.py"
    path.write_text('STEP = "invoke"\nDIAGNOSIS = "late"\ndef apply(lab):\n    lab.append(1)\n')
    wrong = load_wrong_answer(path)
    assert (wrong.name, wrong.step, wrong.diagnosis) == ("too_late", "invoke", "late")
    done: list[int] = []
    wrong.apply(done)  # type: ignore[arg-type]
    assert done == [1]


def test_a_file_that_lacks_something_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "half.py"
    path.write_text('STEP = "invoke"\n')
    with pytest.raises(DojoError, match="DIAGNOSIS, apply"):
        load_wrong_answer(path)


def test_a_zip_holds_the_texts_under_their_paths() -> None:
    package = zipfile.ZipFile(io.BytesIO(zip_of({"a/b.py": "x = 1", "花.py": "y"})))
    assert package.read("a/b.py") == b"x = 1"
    assert package.namelist() == ["a/b.py", "花.py"]
