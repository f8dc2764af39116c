"""The project as others get it: a copy of its own, built and deployed with the real tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

import cqnspider
from tests.conftest import ROOT

VERSION = f"{cqnspider.__version__}+copy"  # what says so ran from what was built, not from this checkout
DEADLINE = 120  # seconds for what takes a few


def environment(**changes: str) -> dict[str, str]:
    """Nothing that could lead a process to this checkout instead of the egg, or to another server."""
    ours = ("MONGO_", "MONGODB_", "CQNSPIDER", "SCRAPY", "ARCHIVE_DIR", "ALERT_WEBHOOK", "PYTHONPATH")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) and not name.lower().endswith("_proxy")
    }
    return kept | changes


def run(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    """Standard output of a command that must succeed."""
    done = subprocess.run(
        command, cwd=cwd, env=environment(**(env or {})), capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def scrapyd_deploy(project: Path, *arguments: str) -> str:
    return run(str(Path(sysconfig.get_path("scripts"), "scrapyd-deploy")), *arguments, cwd=project)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, because building writes into it."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        made = {name for name in names if name.startswith(".") or name.endswith(".egg-info") or name == "__pycache__"}
        return made | ({"archive", "build", "fixtures"} if Path(folder) == ROOT else set())

    copy = Path(shutil.copytree(ROOT, tmp_path_factory.mktemp("project") / "cqnspider", ignore=left_out))
    module = copy / "cqnspider" / "__init__.py"
    module.write_text(module.read_text().replace(f'"{cqnspider.__version__}"', f'"{VERSION}"'))
    return copy
