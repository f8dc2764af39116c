"""WARC files of any maker: wget's, browsertrix's shapes, damaged ones; and which capture answers."""

import gzip
import subprocess
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from cqnspider.archive.captures import Captures
from cqnspider.archive.records import ArchiveError, RecordReader, TooLarge, page_key, parse_date
from cqnspider.archive.scan import scan, warc_files
from cqnspider.archive.writer import digest_of
from cqnspider.urls import SITE
from tests.conftest import FIXTURES, SEED, TestDatabase, saved
from tests.site import serve
from tests.test_processes import scrapy

PAGE = saved(SEED)


def response(
    url: str,
    body: bytes,
    date: str = "2026-11-01T00:00:00Z",
    status: str = "200 OK",
    kind: str = "response",
    **headers: str,
) -> Callable[[WARCWriter], Any]:
    def make(writer: WARCWriter) -> Any:
        http = StatusAndHeaders(status, [(k.replace("_", "-"), v) for k, v in headers.items()], protocol="HTTP/1.1")
        return writer.create_warc_record(
            url, kind, BytesIO(body), len(body), warc_headers_dict={"WARC-Date": date}, http_headers=http
        )

    return make


def revisit(url: str, date: str, refers_to: str, digest: str) -> Callable[[WARCWriter], Any]:
    def make(writer: WARCWriter) -> Any:
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        return writer.create_revisit_record(url, digest, url, refers_to, http, {"WARC-Date": date})

    return make


def write(path: Path, *makers: Callable[[WARCWriter], Any], gzipped: bool = True) -> Path:
    with open(path, "wb") as file:
        writer = WARCWriter(file, gzip=gzipped, warc_version="1.0")
        for make in makers:
            writer.write_record(make(writer))
    return path


@pytest.mark.parametrize(
    ("encode", "headers"),
    [
        (lambda body: body, {}),
        (gzip.compress, {"Content_Encoding": "gzip"}),
        (zlib.compress, {"Content_Encoding": "deflate"}),
        (lambda body: b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body), {"Transfer_Encoding": "chunked"}),
        (lambda body: body, {"Content_Encoding": "gzip"}),  # decoded by the tool that wrote it, which kept the header
        (lambda body: body, {"Transfer_Encoding": "chunked"}),
    ],
    ids=["plain", "gzip", "deflate", "chunked", "decoded gzip", "decoded chunks"],
)
@pytest.mark.parametrize("gzipped", [True, False])
def test_bodies_are_decoded(
    encode: Callable[[bytes], bytes], headers: dict[str, str], gzipped: bool, tmp_path: Path
) -> None:
    file = write(tmp_path / "a.warc", response(SEED, encode(PAGE), **headers), gzipped=gzipped)
    with Captures([file]) as found:
        answer = found.find(SEED)
    assert answer is not None and answer.body == PAGE
    assert answer.header("Content-Encoding") is answer.header("Transfer-Encoding") is None


def test_the_newest_capture_wins_or_the_newest_up_to_a_moment(tmp_path: Path) -> None:
    dates = ("2026-11-03T00:00:00Z", "2026-11-01T00:00:00.5Z", "2026-11-02T00:00:00Z")
    files = [
        write(tmp_path / f"{number}.warc.gz", response(SEED.replace("https", "http"), date.encode(), date))
        for number, date in enumerate(dates)
    ]
    for moment, expected in [
        (None, dates[0]),
        (datetime(2026, 11, 2, 12, tzinfo=UTC), dates[2]),
        (datetime(2026, 11, 1, 1, tzinfo=UTC), dates[1]),
    ]:
        with Captures(files, moment) as found:
            answer = found.find(SEED)
        assert answer is not None and answer.body.decode() == expected
    assert Captures(files, datetime(2026, 10, 1, tzinfo=UTC)).find(SEED) is None


def test_a_revisit_has_the_body_that_it_refers_to(tmp_path: Path) -> None:
    first, other = "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"
    digest = "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    file = write(
        tmp_path / "a.warc.gz",
        response(SEED, b"first", first),
        response(SEED, b"other", other),
        revisit(SEED, "2026-11-03T00:00:00Z", first, digest),
    )
    with Captures([file]) as found:
        answer = found.find(SEED)
    assert answer is not None and answer.body == b"first"
    assert answer.capture is not None and answer.capture.at == datetime(2026, 11, 3, tzinfo=UTC)
    lonely = write(tmp_path / "b.warc.gz", revisit(SEED, "2026-11-03T00:00:00Z", first, digest))
    assert Captures([lonely]).find(SEED) is None


def test_records_that_are_no_pages_are_passed_over(tmp_path: Path) -> None:
    def info(writer: WARCWriter) -> Any:
        return writer.create_warcinfo_record("x.warc.gz", {"software": "Browsertrix-Crawler 1.5 (with warcio.js)"})

    def metadata(kind: str, url: str) -> Callable[[WARCWriter], Any]:
        return lambda writer: writer.create_warc_record(url, kind, BytesIO(b'{"pageid": "1"}'), 15, "application/json")

    file = write(
        tmp_path / "a.warc.gz",
        info,
        metadata("resource", "urn:pageinfo:" + SEED),
        metadata("metadata", SEED),
        response("dns:www.cqn.com.cn", b"1.2.3.4"),
        response("https://www.cqn.com.cn:port/", b"bad address"),
        response(SEED, PAGE, x_orig_content_encoding="br", Content_Type="text/html"),
        response(SEED, b"", "2026-10-01T00:00:00Z", "404 Not Found"),
        metadata("conversion", "urn:text:" + SEED),
    )
    assert [(each.url, each.status) for each in scan(file)] == [(SEED, 200), (SEED, 404)]


def test_a_real_wget_archive_replays(tmp_path: Path, database: TestDatabase) -> None:
    with serve(FIXTURES) as site:
        urls = [
            f"https://{path.relative_to(FIXTURES)}" for path in sorted((FIXTURES / "www.cqn.com.cn").rglob("*.htm*"))
        ]
        (tmp_path / "urls").write_text("\n".join(urls))
        command = [
            "wget",
            "--quiet",
            "--no-check-certificate",
            "--warc-file=got",
            "--no-warc-keep-log",
            "-O",
            "/dev/null",
            "-i",
            "urls",
        ]
        subprocess.run(command, cwd=tmp_path, env={"https_proxy": site.proxy}, check=True)
    [file] = warc_files(tmp_path)
    assert {page_key(each.url) for each in scan(file)} >= {page_key(url) for url in urls}
    replayed = scrapy("crawl", "local_news", "-s", f"REPLAY={file}", env=database.environment)
    assert replayed.returncode == 0, replayed.stderr
    again = database.content()
    database.client.drop_database(database.name)
    scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", env=database.environment)
    folder = database.content()
    for article in (*again.values(), *folder.values()):
        del article["archive"]
        article["etag"] = article["last_modified"] = None
    assert again == folder


def damaged(content: bytes) -> list[tuple[bytes, int, str]]:
    middle = len(content) // 2
    return [
        (content[:-20], 2, ""),
        (content[: middle + 5], 1, ""),
        (content + b"\x1f\x8b\x08half a record", 3, ""),
        (content[:middle] + bytes(40) + content[middle + 40 :], 1, "damaged at byte"),
    ]


@pytest.mark.parametrize("case", range(4))
def test_what_stands_before_a_damage_is_read(case: int, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    pages = [response(f"{SITE}/zj/content/2026-11/01/content_{number}.htm", PAGE) for number in range(3)]
    content, count, said = damaged(write(tmp_path / "a.warc.gz", *pages).read_bytes())[case]
    (tmp_path / "b.warc.gz").write_bytes(content)
    found = []
    try:
        for each in scan(tmp_path / "b.warc.gz"):
            found.append(each)
    except ArchiveError as error:
        assert said and said in str(error)
    else:
        assert not said
        assert "which is left out" in caplog.text
    assert len(found) == count
    with RecordReader() as reader:
        assert all(reader.read(each).body == PAGE for each in found)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x1f\x8b\x08\x00nonsense", gzip.compress(b"<html>", mtime=0), bytes(5000)]
)
def test_what_is_no_archive_is_said_so(content: bytes, tmp_path: Path, database: TestDatabase) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(content)
    refused = scrapy("crawl", "local_news", "-s", f"REPLAY={path}", env=database.environment)
    if content:
        assert refused.returncode == 2
        assert "is no WARC file" in refused.stderr and len(refused.stderr.splitlines()) == 1
    else:  # an archive of nothing
        assert refused.returncode in (2, 3)


def test_a_whole_gzip_stream_is_refused_with_advice(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.warc", *[response(SEED, PAGE) for _ in range(3)], gzipped=False)
    (tmp_path / "b.warc.gz").write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(ArchiveError, match="warcio recompress"):
        list(scan(tmp_path / "b.warc.gz"))


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    file = write(tmp_path / "a.warc.gz", response(SEED, bomb, Content_Encoding="gzip"))
    with Captures([file], limit=1_000_000) as found, pytest.raises(TooLarge, match="more than 1,000,000 bytes"):
        found.find(SEED)


def test_an_offset_of_another_record_is_noticed(tmp_path: Path) -> None:
    file = write(tmp_path / "a.warc.gz", response(SEED, PAGE), response(SITE + "/zj/index.htm", b"list"))
    first, second = scan(file)
    with RecordReader() as reader, pytest.raises(ArchiveError, match="another record"):
        reader.read(type(first)(first.url, first.at, 200, first.path, second.offset))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-10-19T07:04:08Z", datetime(2023, 10, 19, 7, 4, 8, tzinfo=UTC)),
        ("2023-10-19T07:04:08.123456789Z", datetime(2023, 10, 19, 7, 4, 8, 123456, tzinfo=UTC)),
        ("2023-10-19", datetime(2023, 10, 19, tzinfo=UTC)),
        ("2023-10-19T15:04:08+08:00", datetime(2023, 10, 19, 7, 4, 8, tzinfo=UTC)),
        ("yesterday", None),
        (None, None),
    ],
)
def test_dates(text: str | None, expected: datetime | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    "date", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "1969-01-01T00:00:00Z", "30 Feb", ""]
)
def test_a_date_that_cannot_be_is_no_capture(date: str, tmp_path: Path) -> None:
    file = write(tmp_path / "a.warc.gz", response(SEED, b"then", date), response(SEED, PAGE))
    assert [each.at.year for each in scan(file)] == [2026]


@pytest.mark.parametrize("address", ["http://www.cqn.com.cn:x/", "https://[::1/", "http://[/"])
def test_a_revisit_of_no_address_is_no_capture(address: str, tmp_path: Path) -> None:
    def make(writer: WARCWriter) -> Any:
        return writer.create_revisit_record(
            SEED, "sha1:A", address, "2026-11-01T00:00:00Z", None, {"WARC-Date": "2026-11-02T00:00:00Z"}
        )

    with Captures([write(tmp_path / "a.warc.gz", response(SEED, PAGE), make)]) as found:
        assert len(found.by_page) == 1
        answer = found.find(SEED)
    assert answer is not None and answer.body == PAGE


def test_a_length_that_cannot_be_is_damage(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.warc", response(SEED, PAGE), gzipped=False).read_bytes()
    (tmp_path / "b.warc").write_bytes(
        plain + plain.replace(b"Content-Length: ", b"Content-Length: 9999999999999999999", 1) + plain
    )
    with pytest.raises(ArchiveError, match="damaged at byte"):
        list(scan(tmp_path / "b.warc"))


def test_of_two_captures_in_one_second_a_revisit_means_the_one_with_its_digest(tmp_path: Path) -> None:
    second = "2026-11-01T00:00:00Z"
    digest = digest_of(b"two")
    file = write(
        tmp_path / "a.warc.gz",
        response(SEED, b"one", second),
        response(SEED, b"two", second),
        revisit(SEED, "2026-11-02T00:00:00Z", second, digest),
    )
    with Captures([file]) as found:
        answer = found.find(SEED)
    assert answer is not None and answer.body == b"two"


def test_many_captures_of_one_page_cost_what_they_are(tmp_path: Path) -> None:
    """Half of them revisits; found by time and digest, not by going through all."""
    days = [
        f"2026-{month:02}-{day:02}T{hour:02}:00:00Z"
        for month in range(1, 5)
        for day in range(1, 29)
        for hour in range(24)
    ]
    file = write(
        tmp_path / "a.warc.gz",
        *[response(SEED, day.encode(), day) for day in days[:1000]],
        *[revisit(SEED, day, days[5], digest_of(days[5].encode())) for day in days[1000:2000]],
    )
    with Captures([file]) as found:
        bodies = [found.with_body(each) for each in found.by_page[page_key(SEED)][1000:]]
        assert {each.offset for each in bodies if each is not None} == {list(scan(file))[5].offset}
        assert None not in bodies
