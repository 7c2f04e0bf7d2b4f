import json
from pathlib import Path

import nbformat
import pytest

from lab_helpers.authoring.build import build_all
from lab_helpers.authoring.lab_source import LabSource, find_labs
from lab_helpers.authoring.notebook_build import build_notebook, built_files
from lab_helpers.authoring.scaffold import write_scaffold
from lab_helpers.authoring.solution_fill import fill_notebook
from lab_helpers.errors import DojoError


@pytest.fixture
def lab(labs_root: Path) -> LabSource:
    write_scaffold(labs_root, "dead_letters")
    return find_labs(labs_root)[0]


def test_the_same_text_gives_the_same_bytes(lab: LabSource) -> None:
    assert built_files(lab) == built_files(lab)


def test_notebooks_have_no_outputs_and_no_counts(lab: LabSource) -> None:
    for text in built_files(lab).values():
        notebook = json.loads(text)
        nbformat.validate(notebook)
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        assert code
        assert all(cell["outputs"] == [] for cell in code)
        assert all(cell["execution_count"] is None for cell in code)


def test_both_languages_have_the_same_cells_in_the_same_order(lab: LabSource) -> None:
    en, ja = build_notebook(lab, "en"), build_notebook(lab, "ja")
    assert [(c.id, c.cell_type) for c in en.cells] == [(c.id, c.cell_type) for c in ja.cells]
    assert len({cell.id for cell in en.cells}) == len(en.cells)


def test_equal_cells_get_different_ids(lab: LabSource) -> None:
    again = "\n```{code-cell} ipython3\nlab\n```\n"
    lab.text_path.write_text(lab.read_text() + again + again, encoding="utf-8")
    ids = [cell.id for cell in build_notebook(lab, "en").cells]
    assert len(set(ids)) == len(ids)


def test_a_notebook_starts_the_lab_in_its_own_language(lab: LabSource) -> None:
    for language in ("en", "ja"):
        code = "\n".join(c.source for c in build_notebook(lab, language).cells)
        assert f'language="{language}")' in code
        assert code.count("start_lab(") == 1


def test_a_text_with_a_missing_pair_is_not_built(lab: LabSource) -> None:
    lab.text_path.write_text(lab.read_text() + '\n+++ {"lang": "en"}\n\nAlone\n', encoding="utf-8")
    with pytest.raises(DojoError, match="cannot be built"):
        build_notebook(lab, "en")


def test_an_edited_text_makes_the_built_files_stale(labs_root: Path, lab: LabSource) -> None:
    assert all(file.is_current for file in build_all(labs_root, [lab]))
    lab.text_path.write_text(lab.read_text().replace("Create the bucket", "Make the bucket"))
    stale = {file.path.name for file in build_all(labs_root, [lab]) if not file.is_current}
    assert "dead_letters.en.ipynb" in stale


def test_the_map_names_every_lab_and_links_both_notebooks(labs_root: Path, lab: LabSource) -> None:
    text = (labs_root / "README.md").read_text(encoding="utf-8")
    assert "(01_dead_letters/dead_letters.en.ipynb)" in text
    assert "(01_dead_letters/dead_letters.ja.ipynb)" in text
    assert "バージョニング" in text


def test_filling_puts_the_solution_under_the_first_line_and_leaves_the_rest(lab: LabSource) -> None:
    empty = build_notebook(lab, "en")
    filled = fill_notebook(empty, lab)
    changed = [(a, b) for a, b in zip(empty.cells, filled.cells, strict=True) if a != b]
    (answered, answers), (before, after) = changed
    assert answered.source == "lab.quiz(..., ..., ...)"
    assert answers.source == 'lab.quiz("a", "b", "b")'
    assert before.source.startswith("%%step create_bucket\n")
    assert after.source.startswith("%%step create_bucket\n")
    assert "..." in before.source
    assert "..." not in after.source
    assert 's3.create_bucket(Bucket=lab.name("bucket"))' in after.source


def test_a_cell_whose_solution_is_missing_cannot_be_filled(lab: LabSource) -> None:
    lab.solution_path.write_text("def other(lab):\n    pass\n")
    with pytest.raises(DojoError, match="create_bucket"):
        fill_notebook(build_notebook(lab, "en"), lab)
