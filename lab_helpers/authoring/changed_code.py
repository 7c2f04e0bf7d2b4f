"""Wrong answers that are the solution's code with one change: the mistake, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from lab_helpers.authoring.wrong_answers import zip_of
from lab_helpers.errors import DojoError
from lab_helpers.grading.solution import SolutionContext


def changed_code(
    lab: SolutionContext, folders: Sequence[str], file: str, old: str, new: str
) -> dict[str, str]:
    """Path in the package → text of all files in ``folders``, with ``old`` replaced in ``file``.

    Raises:
        DojoError: ``file`` does not have ``old`` exactly once, so the mistake would not be made.
    """
    files = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for root in map(lab.path, folders)
        for path in sorted(root.rglob("*.py"))
    }
    if files.get(file, "").count(old) != 1:
        raise DojoError(
            f"The wrong answer cannot change {file}.",
            why=f"It should have exactly once: {old}",
            now="Compare the wrong answer with the solution's file.",
        )
    return files | {file: files[file].replace(old, new)}


def deploy_changed(
    lab: SolutionContext, function: str, folders: Sequence[str], file: str, old: str, new: str
) -> None:
    """Give ``function`` the code of ``folders`` with that one change, and wait for it."""
    lambda_client = lab.client("lambda")
    package = zip_of(changed_code(lab, folders, file, old, new))
    lambda_client.update_function_code(FunctionName=function, ZipFile=package)
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)
