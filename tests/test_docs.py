"""What the documents name exists: files, commands, settings, other documents."""

import re
from pathlib import Path

import pytest

from cqnspider import __version__
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@PAGE
def test_files_that_are_named_exist(page: Path) -> None:
    text = page.read_text()
    named = re.findall(r"(?<![\w/.-])((?:docs|tests|bench|cqnspider|deploy|fixtures)/[\w./-]*\w)(?!{)\b", text)
    named += [
        f"docs/{each}" if page.parent.name == "docs" else each for each in re.findall(r"\]\((?!http|#)([^)#]+)", text)
    ]
    missing = [each for each in named if not (ROOT / each).exists()]
    assert not missing


@PAGE
def test_commands_that_are_named_exist(page: Path) -> None:
    known = {each.stem for each in (ROOT / "cqnspider" / "commands").glob("*.py")}
    named = set(re.findall(r"(?<![\w-])scrapy ([a-z]+)(?=[ `\n,;:.)]|$)", page.read_text())) - {"project", "projects"}
    assert named <= known


def test_files_of_the_architecture_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    rows = [line.split("|")[2] for line in text.splitlines() if line.startswith("| ") and "?" in line.split("|")[1]]
    for cell in rows:
        folder = ROOT / "cqnspider"
        for name in re.findall(r"`([\w/]+(?:\.py|/))`", cell):
            first = next((each for each in (folder / name, ROOT / "cqnspider" / name) if each.exists()), None)
            assert first is not None, name
            folder = first.parent if first.is_file() else first


def test_the_version_is_the_newest_of_the_changes() -> None:
    assert re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0] == __version__
