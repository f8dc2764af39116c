"""Saved pages and WARC files into each other."""

from pathlib import Path

import pytest

from cqnspider.archive.captures import Captures
from cqnspider.archive.convert import folder_to_warc, warc_to_folder
from cqnspider.archive.folder import Folder
from cqnspider.urls import SITE
from tests.archive.test_captures import response, write
from tests.conftest import FIXTURES
from tests.test_processes import scrapy


def test_addresses_never_lead_out_of_the_folder(tmp_path: Path) -> None:
    urls = [f"{SITE}/../../../evil.htm", f"{SITE}/%2e%2e/%2e%2e/evil.htm", f"{SITE}/a%00b.htm", f"{SITE}/..%5cevil.htm"]
    file = write(
        tmp_path / "a.warc.gz", *[response(url, b"evil") for url in urls], response("https://evil.example/x", b"evil")
    )
    saved, left_out = warc_to_folder([file], tmp_path / "in" / "folder")
    assert (saved, len(left_out)) == (0, 4)
    assert [path for path in tmp_path.rglob("*evil*")] == []


def test_a_page_is_saved_as_its_newest_good_answer(tmp_path: Path) -> None:
    url, lost = f"{SITE}/zj/node_1.htm?a=1", f"{SITE}/zj/node_2.htm"
    file = write(
        tmp_path / "a.warc.gz",
        response(url, b"old", "2026-11-01T00:00:00Z"),
        response(url, b"new", "2026-11-02T00:00:00Z"),
        response(url, b"broken", "2026-11-03T00:00:00Z", "500 Internal Server Error"),
        response(lost, b"", "2026-11-03T00:00:00Z", "404 Not Found"),
        response(f"{SITE}/zj/", b"front"),
    )
    saved, left_out = warc_to_folder([file], tmp_path / "out")
    assert (saved, left_out) == (2, [f"{lost}: never answered with 200"])
    www = tmp_path / "out" / "www.cqn.com.cn" / "zj"
    assert (www / "node_1.htm?a=1").read_bytes() == b"new"
    assert (www / "index.htm").read_bytes() == b"front"


def test_pages_that_cannot_both_be_files_are_reported(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.warc.gz", response(f"{SITE}/zj", b"a file"), response(f"{SITE}/zj/node_1.htm", b"below it")
    )
    saved, [left_out] = warc_to_folder([file], tmp_path / "out")
    assert saved == 1 and "node_1.htm: " in left_out


def test_a_folder_becomes_a_file_and_the_folder_again(tmp_path: Path) -> None:
    count = folder_to_warc(FIXTURES, tmp_path / "pages.warc.gz")
    assert warc_to_folder([tmp_path / "pages.warc.gz"], tmp_path / "back") == (count, [])
    for path in (tmp_path / "back").rglob("*.*"):
        if path.is_file():
            assert path.read_bytes() == (FIXTURES / path.relative_to(tmp_path / "back")).read_bytes()


ODD = {
    "a b.htm": "/a%20b.htm",
    "100%.htm": "/100%25.htm",
    "100%25.htm": "/100%2525.htm",
    "质量.htm": "/%E8%B4%A8%E9%87%8F.htm",
    "x#1.htm": "/x%231.htm",
    "list.jsp?page=2&name=%E8%B4%A8%20%E9%87%8F": "/list.jsp?page=2&name=%E8%B4%A8%20%E9%87%8F",
    "list.jsp?a=b?c": "/list.jsp?a=b?c",
    "a+b;c=d,e.htm": "/a+b;c=d,e.htm",
}


def test_odd_names_there_and_back(tmp_path: Path) -> None:
    pages = tmp_path / "in" / "www.cqn.com.cn"
    pages.mkdir(parents=True)
    for name in ODD:
        (pages / name).write_text(name)
    file = tmp_path / "pages.warc.gz"
    assert folder_to_warc(tmp_path / "in", file) == len(ODD)
    with Captures([file]) as captures:
        for source in (captures, Folder(tmp_path / "in")):
            answers = {name: source.find(SITE + address) for name, address in ODD.items()}
            assert {name: answer and answer.body.decode() for name, answer in answers.items()} == {
                name: name for name in ODD
            }
    assert warc_to_folder([file], tmp_path / "back") == (len(ODD), [])
    assert {path.name: path.read_text() for path in (tmp_path / "back" / "www.cqn.com.cn").iterdir()} == {
        name: name for name in ODD
    }


def test_an_address_is_one_word_of_ascii(tmp_path: Path) -> None:
    page = tmp_path / "www.cqn.com.cn" / "list.jsp?name=质 量\u2028"
    page.parent.mkdir()
    page.write_text("x")
    [(address, _)] = Folder(tmp_path).pages()
    assert address == f"{SITE}/list.jsp?name=%E8%B4%A8%20%E9%87%8F%E2%80%A8"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "say what and where"),
        (("fixtures",), 2, "say what and where"),
        (("nowhere", "x.warc.gz"), 2, "nowhere is no folder of saved pages"),
        (("fixtures", "x.warc"), 2, "call it x.warc.gz"),
        (("fixtures", "folder"), 2, "fixtures is no WARC file"),
        (("tests", "/tmp/never.warc.gz"), 1, "tests holds no saved pages"),
        (("fixtures", "/proc/none/x.warc.gz"), 1, "No such file or directory"),
    ],
)
def test_wrong_arguments(arguments: tuple[str, ...], code: int, said: str) -> None:
    refused = scrapy("warc", *arguments)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (code, 1)
    assert said in refused.stderr
    assert not Path("/tmp/never.warc.gz").exists()


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(b"mine")
    assert scrapy("warc", "fixtures", f"{tmp_path}/x.warc.gz").returncode == 2
    assert (tmp_path / "x.warc.gz").read_bytes() == b"mine"
    assert len(list(tmp_path.iterdir())) == 1
