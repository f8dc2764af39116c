"""The writer of an archive, without a crawl."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cqnspider.archive.captures import Captures
from cqnspider.archive.records import ArchiveError, RecordReader
from cqnspider.archive.scan import scan, warc_files
from cqnspider.archive.warc_file import Exchange
from cqnspider.archive.writer import Seen, WarcWriter
from tests.conftest import SEED

ABOUT = {"software": "test", "isPartOf": "article"}
HEADERS = [
    ("Content-Type", "text/html"),
    ("Transfer-Encoding", "chunked"),
    ("Set-Cookie", "a=1"),
    ("Set-Cookie", "b=2"),
]


def page(body: bytes, url: str = SEED, status: int = 200) -> Exchange:
    return Exchange(url, status, HEADERS, body)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[WarcWriter]:
    found = WarcWriter(tmp_path, "test", 1_000_000, ABOUT)
    yield found
    found.close()


def test_what_is_written_is_read(writer: WarcWriter) -> None:
    capture = writer.write(page("正文".encode()))
    writer.sync()
    [found] = scan(capture.path)
    assert (found.url, found.status, found.at, found.offset, found.maker) == (
        SEED,
        200,
        capture.at,
        capture.offset,
        "article",
    )
    with RecordReader() as reader:
        answer = reader.read(found)
    assert answer.body.decode() == "正文"
    assert answer.headers == [HEADERS[0], *HEADERS[2:]]  # not chunked any more, in their order


@pytest.mark.parametrize("synced", [True, False])
def test_the_same_bytes_are_kept_once(synced: bool, writer: WarcWriter, tmp_path: Path) -> None:
    first = writer.write(page(b"one"))
    if synced:
        writer.sync()
    again = writer.write(page(b"one"))
    assert again.location == first.location
    assert again.at >= first.at
    other = writer.write(page(b"two"))
    assert other.location != first.location
    writer.sync()
    with Captures(warc_files(tmp_path)) as captures:
        answer = captures.find(SEED)
    assert answer is not None and answer.body == b"two"


@pytest.mark.parametrize(
    ("conditions", "same"),
    [
        (('"1"', ""), True),
        (("", "Mon"), True),
        (('"1"', "Tue"), True),
        (('"2"', "Mon"), False),
        (("", "Tue"), False),
        (("", ""), False),
    ],
)
def test_not_modified_means_the_page_that_the_condition_came_from(
    conditions: tuple[str, str], same: bool, writer: WarcWriter
) -> None:
    first = writer.write(Exchange(SEED, 200, [*HEADERS, ("ETag", '"1"'), ("Last-Modified", "Mon")], b"one"))
    answer = writer.write(Exchange(SEED, 304, HEADERS, b"", conditions=conditions))
    assert (answer.location == first.location) is same


def test_an_answer_that_is_not_modified_but_not_known_is_kept_as_it_is(writer: WarcWriter, tmp_path: Path) -> None:
    writer.write(page(b"", status=304))
    writer.sync()
    [found] = scan(warc_files(tmp_path)[0])
    assert (found.status, found.refers_to) == (304, None)
    with Captures(warc_files(tmp_path)) as captures:
        assert captures.find(SEED) is None


def test_an_error_page_is_no_capture_to_refer_to(writer: WarcWriter) -> None:
    error = writer.write(page(b"sorry", status=500))
    assert writer.write(page(b"sorry")).location != error.location


def test_a_later_process_finds_what_an_earlier_one_kept(tmp_path: Path) -> None:
    first = WarcWriter(tmp_path, "first", 1_000_000, ABOUT)
    capture = first.write(page(b"one"))
    first.close()
    second = WarcWriter(tmp_path, "second", 1_000_000, ABOUT)
    assert second.write(page(b"one")).location == capture.location
    second.close()
    capture.path.unlink()
    third = WarcWriter(tmp_path, "third", 1_000_000, ABOUT)
    assert third.write(page(b"one")).path.name == "third-00001.warc.gz"  # its file is gone
    third.close()


def test_a_new_file_begins_where_one_is_full(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "test", 500, ABOUT)
    names = {writer.write(page(bytes([number]) * 50, f"{SEED}?{number}")).path.name for number in range(4)}
    writer.close()
    assert names == {path.name for path in warc_files(tmp_path)} and len(names) > 1


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match="cannot be written: File exists"):
        WarcWriter(tmp_path / "file", "test", 500, ABOUT)


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "test-00001.warc.gz").write_bytes(b"mine")
    writer = WarcWriter(tmp_path, "test", 500, ABOUT)
    with pytest.raises(ArchiveError, match="File exists"):
        writer.write(page(b"one"))
    writer.close()
    assert (tmp_path / "test-00001.warc.gz").read_bytes() == b"mine"


def test_what_is_no_index_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "seen.sqlite").write_bytes(b"nonsense" * 200)
    with pytest.raises(ArchiveError, match="It may be deleted"):
        Seen(tmp_path)
