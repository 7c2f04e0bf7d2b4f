"""What the READMEs say holds: commands run, links lead somewhere, both languages agree."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lab_helpers.catalog import load_labs
from lab_helpers.cli import app
from tests.cloud_process import CloudProcess, clean_environment
from tests.docs.readme import PROJECT, READMES, fences

pytestmark = pytest.mark.parametrize("readme", READMES)


@pytest.mark.slow
def test_commands_that_need_a_cloud_run_as_they_stand(readme: str, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("the READMEs' paths are those of Linux and macOS")
    if readme != READMES[0]:
        pytest.skip("shows the same commands, as another test makes sure")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    blocks = [fence for fence in fences(readme) if fence.runnable == "cloud"]
    assert len(blocks) == 2
    cloud = CloudProcess.start(tmp_path / "home", "--port", "0")
    try:
        environment = clean_environment(tmp_path / "home") | {
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_DEFAULT_REGION": cloud.region,
            "AWS_ACCESS_KEY_ID": cloud.access_key_id,
            "AWS_SECRET_ACCESS_KEY": cloud.secret_access_key,
        }
        for block in blocks:
            done = subprocess.run(
                ["bash", "-euc", block.text],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert done.returncode == 0, f"{block.text}\n{done.stdout}\n{done.stderr}"
    finally:
        cloud.stop()


def test_every_command_named_exists(readme: str) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    for fence in fences(readme):
        for command in fence.commands:
            words = command.split()
            if words[0] == "make":
                assert re.search(rf"^{words[1]}:", makefile, re.MULTILINE), command
            if words[0].endswith("lambda-dojo"):
                options = [word for word in words[1:] if word.startswith("--")]
                _assert_help_knows(words[1:2], options)
            if words[0] == "py":
                assert (PROJECT / words[1].replace("\\", "/")).is_file(), command


def _assert_help_knows(command: list[str], options: list[str]) -> None:
    answer = CliRunner().invoke(app, [*command, "--help"])
    assert answer.exit_code == 0, command
    for option in options:
        assert option in answer.output


def test_every_link_leads_to_a_file(readme: str) -> None:
    text = (PROJECT / readme).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    assert len(links) > 4
    for link in links:
        assert (PROJECT / link).is_file(), link


def test_both_languages_show_the_same_commands(readme: str) -> None:
    def shown(name: str) -> list[list[str]]:
        japanese = re.compile(r" --lang ja| LANG_UI=ja")
        return [[japanese.sub("", line) for line in fence.commands] for fence in fences(name)]

    assert shown(readme) == shown("README.md")


def test_every_lab_is_named(readme: str) -> None:
    language = "ja" if ".ja." in readme else "en"
    text = (PROJECT / readme).read_text(encoding="utf-8")
    for lab in load_labs():
        assert f"| {lab.order} | {lab.title.in_language(language)} |" in text


def test_nothing_is_promised_of_a_file_that_is_not_there(readme: str) -> None:
    text = (PROJECT / readme).read_text(encoding="utf-8")
    assert ("docker-compose" in text) == (PROJECT / "docker-compose.yml").exists()
