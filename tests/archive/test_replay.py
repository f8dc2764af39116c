from pathlib import Path

import pytest
from scrapy.settings import Settings

from cqnspider.archive.folder import saved_page
from cqnspider.archive.replay import check_replay
from cqnspider.arguments import ArgumentError
from cqnspider.urls import SITE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("www.cqn.com.cn/zj/index.htm", "www.cqn.com.cn/a b.htm", "www.cqn.com.cn/x.htm?a=1"):
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "secret.htm").write_text("secret")
    (tmp_path / "site" / "www.cqn.com.cn" / "link.htm").symlink_to(tmp_path / "secret.htm")
    return (tmp_path / "site").resolve()


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/zj/index.htm", "zj/index.htm"),
        ("/zj/", "zj/index.htm"),
        ("/a%20b.htm", "a b.htm"),
        ("/x.htm?a=1", "x.htm?a=1"),
    ],
)
def test_the_file_of_a_url(folder: Path, path: str, file: str) -> None:
    assert saved_page(folder, SITE + path) == folder / "www.cqn.com.cn" / file


@pytest.mark.parametrize(
    "path",
    [
        "/none.htm",
        "/zj",
        "/../../secret.htm",
        "/%2e%2e/%2e%2e/secret.htm",
        "/link.htm",
        "/zj/index.htm%00",
        "/..%5c..%5csecret.htm",
        "/" + "x" * 5000,
        "/x.htm",
    ],
)
def test_nothing_outside_the_folder_is_read(folder: Path, path: str) -> None:
    assert saved_page(folder, SITE + path) is None


def test_a_missing_folder_is_said_so() -> None:
    with pytest.raises(
        ArgumentError, match=r"REPLAY=/none is no folder of saved pages and no WARC file; expected e.g. REPLAY=fixtures"
    ):
        check_replay(Settings({"REPLAY": "/none"}))
