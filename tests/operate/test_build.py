"""What is built of the project, egg and wheel, is all of it."""

import sys
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.operate.conftest import run, scrapyd_deploy


@pytest.fixture(scope="module")
def egg(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("egg") / "cqnspider.egg"
    scrapyd_deploy(project, "--build-egg", str(path))
    return path


@pytest.fixture(scope="module")
def wheel(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    run(*pip, "-w", str(folder), ".", cwd=project)
    [path] = folder.glob("*.whl")
    return path


@pytest.mark.parametrize("form", ["egg", "wheel"])
def test_every_file_of_the_package_is_built_in(form: str, project: Path, request: pytest.FixtureRequest) -> None:
    with zipfile.ZipFile(request.getfixturevalue(form)) as built:
        names = {name for name in built.namelist() if not name.endswith((".pyc", "/"))}
    ours = {str(path.relative_to(project)) for path in (project / "cqnspider").rglob("*") if path.is_file()}
    ours = {name for name in ours if not name.endswith(".pyc")}
    assert "cqnspider/metrics/tables/units.txt" in ours
    assert {name for name in names if "EGG-INFO/" not in name and ".dist-info/" not in name} == ours
    [points] = [name for name in names if name.endswith("entry_points.txt")]
    with zipfile.ZipFile(request.getfixturevalue(form)) as built:
        assert "settings = cqnspider.settings" in built.read(points).decode().splitlines()


def test_code_has_one_digest_in_a_folder_and_in_an_egg(project: Path, egg: Path, tmp_path: Path) -> None:
    """An interrupted reparse goes on only with the code that began it."""
    command = (sys.executable, "-c", "from cqnspider.reparse.run import code_digest; print(code_digest())")
    here, copied, zipped = (run(*command, cwd=tmp_path, env={"PYTHONPATH": str(each)}) for each in (ROOT, project, egg))
    assert copied == zipped != here
