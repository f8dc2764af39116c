# ruff: noqa: E501 – tables read best with a case a line
"""What the world may send: hostile pages, archives, arguments and environments, each with its outcome.

`python -m tests.test_hostile` prints the tables.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cqnspider.archive.folder import saved_page
from tests.conftest import FIXTURES, ROOT, SEED, Crawl, TestDatabase
from tests.test_processes import environment, scrapy

PATH = "www.cqn.com.cn/zj/content/2023-10/19/content_8990503.htm"
GOOD = (FIXTURES / PATH).read_text()
BODY = "<!--enpcontent-->"
TITLE = "重庆市高质量全方位开展“质量月”活动"
CRAWL = ("crawl", "article", "-a", f"urls={SEED}", "-s", "REPLAY=fixtures")
Check = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True)
class Hostile:
    """A page, and what becomes of it: a failure with this reason, or an article that passes the check."""

    name: str
    page: Callable[[], bytes]
    outcome: str  # a reason, or "stored"
    check: Check = lambda article: True


def text(change: Callable[[str], str]) -> Callable[[], bytes]:
    return lambda: change(GOOD).encode("utf-8", "surrogatepass")


def paragraph(content: str) -> Callable[[], bytes]:
    """The good page with one more paragraph."""
    return text(lambda page: page.replace(BODY, f"{BODY}<p>{content}</p>", 1))


def titled(title: str) -> Callable[[], bytes]:
    return text(lambda page: page.replace(TITLE, title))


def has(words: str) -> Check:
    return lambda article: any(words in each for each in article["paragraphs"])


PAGES = [
    Hostile("nothing", lambda: b"", "empty_body"),
    Hostile("white space only", lambda: b" \r\n\t" * 1000, "empty_body"),
    Hostile("zero bytes", lambda: b"\0" * 5000, "cut_off"),
    Hostile("random bytes", lambda: random.Random(1).randbytes(60_000), "cut_off"),
    Hostile("a picture named .htm", lambda: b"\x89PNG\r\n\x1a\n" + b"\0\1\2" * 500, "cut_off"),
    Hostile("gzip without saying so", partial(gzip.compress, GOOD.encode(), mtime=0), "cut_off"),
    Hostile("JSON", lambda: b'{"error": {"code": 1}}', "cut_off"),
    Hostile("an error page with status 200", partial("<html><h1>服务器繁忙</h1></html>".encode), "error_page"),
    Hostile("a login page", partial("<html><body><form>用户登录</form></body></html>".encode), "unknown_layout"),
    Hostile("cut off in a tag", text(lambda page: page[: page.index("责任编辑") - 300]), "cut_off"),
    Hostile("17 MB", lambda: GOOD.encode() + b" " * 17_000_000, "DownloadCancelledError"),
    Hostile("10 MB in one paragraph", paragraph("质量" * 1_700_000), "not stored, too large"),
    Hostile("6 MB in one paragraph", paragraph("质量" * 1_000_000), "stored"),
    Hostile("30,000 paragraphs", paragraph("</p><p>检查".join("" for _ in range(30_000))), "stored"),
    Hostile("100,000 nested elements", text(lambda page: page.replace("</body>", "<div>" * 100_000 + "</body>")), "stored"),
    Hostile("a number of a million digits", paragraph("罚款" + "9" * 1_000_000 + "元。"), "stored"),
    Hostile("a number beyond double", paragraph(f"罚款1{'0' * 400}元，检查3家。"), "stored", has("检查3家")),
    Hostile("20,000 numbers", paragraph("检查3家，" * 20_000), "stored", lambda a: len(a["metrics"]) <= 2000),
    Hostile("万 100,000 times", paragraph("罚款1" + "万" * 100_000 + "元"), "stored"),
    Hostile("a title of 10,000 characters", titled("质量" * 5000), "title"),
    Hostile("invisible marks in the title", titled(f"\u202e{TITLE}\u200b\u0007"), "stored", lambda a: a["title"] == TITLE),
    Hostile("a script as title", titled("&lt;script&gt;alert(1)&lt;/script&gt;"), "stored", lambda a: a["title"] == "<script>alert(1)</script>"),
    Hostile("operators as title", titled('{"$where": "sleep(9)"}'), "stored", lambda a: a["title"] == '{"$where": "sleep(9)"}'),
    Hostile("a template as title", titled("{{7*7}}${7*7}%s%(x)s"), "stored", lambda a: a["title"] == "{{7*7}}${7*7}%s%(x)s"),
    Hostile("half a surrogate pair", paragraph("检查&#xD800;3家，检查\ud8004家"), "stored"),
    Hostile("control characters", paragraph("检查\x00\x01\x0b\x1b[31m3家"), "stored", lambda a: "\x1b" not in a["body"]),
    Hostile("a date in the future", text(lambda page: page.replace("2023-10-19 15:04:08", "2093-10-19 15:04:08")), "published_at"),
    Hostile("the 30th of February", text(lambda page: page.replace("2023-10-19 15:04:08", "2023-02-30 15:04:08")), "no_date"),
    Hostile("year 0", text(lambda page: page.replace("2023-10-19 15:04:08", "0000-00-00 00:00:00")), "no_date"),
    Hostile("an editor of 10,000 characters", text(lambda page: page.replace("加贺", "加贺" * 5000)), "stored", lambda a: len(a["editor"] or "") <= 80),
    Hostile("a refresh to another site", text(lambda page: page.replace("<head>", '<head><meta http-equiv="refresh" content="0;url=http://evil.example/">')), "stored"),
    Hostile("a base on another site", text(lambda page: page.replace("<head>", '<head><base href="http://evil.example/">')), "stored", lambda a: a["url"] == SEED),
    Hostile("pictures from files and data", paragraph('<img src="file:///etc/passwd"><img src="data:image/png;base64,AA"><img src="javascript:1">'), "stored", lambda a: all(i["url"].startswith("https://") for i in a["images"])),
    Hostile("an entity bomb", lambda: b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + GOOD.replace(BODY, f"{BODY}<p>&b;&b;</p>", 1).encode(), "stored"),
    Hostile("an external entity", lambda: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + GOOD.replace(BODY, f"{BODY}<p>&e;</p>", 1).encode(), "stored", lambda a: "root:" not in a["body"]),
    Hostile("a table of a billion cells", paragraph('<table><tr><td rowspan="65000" colspan="65000">a</td></tr><tr><td>b</td></tr></table>'), "stored"),
    Hostile("gb18030 that says UTF-8", partial(GOOD.encode, "gb18030", "replace"), "stored", lambda a: a["title"] == TITLE),
    Hostile("UTF-8 that says gb2312", text(lambda page: page.replace("utf-8", "gb2312")), "stored", lambda a: a["title"] == TITLE),
    Hostile("UTF-16", partial(GOOD.encode, "utf-16"), "stored", lambda a: a["title"] == TITLE),
    Hostile("a byte-order mark", lambda: b"\xef\xbb\xbf" + GOOD.encode(), "stored", lambda a: a["title"] == TITLE),
    Hostile("one broken byte in UTF-8", lambda: GOOD.encode().replace("质量".encode(), b"\xe8\xb4" + "量".encode(), 1), "stored"),
    Hostile("an id of its own in the comment", text(lambda page: page.replace("<articleid>8990503", '<articleid>{"$gt":""}')), "stored", lambda a: a["_id"] == "8990503"),
    Hostile("20,000 links", text(lambda page: page.replace("</body>", '<a href="content_1.htm">x</a>' * 20_000 + "</body>")), "stored"),
    Hostile("a link of a million characters", text(lambda page: page.replace("</body>", f'<a href="{"a" * 1_000_000}">x</a></body>')), "stored"),
]  # fmt: skip


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
def test_a_page(crawl: Crawl, database: TestDatabase, site: Path, case: Hostile) -> None:
    (site / PATH).write_bytes(case.page())
    crawled = crawl("article", replay=site, urls=SEED)
    if case.outcome == "stored":
        assert (crawled.exit_code, crawled.reasons) == (0, [])
        [article] = database.articles().values()
        assert case.check(article)
        assert database.metrics() == database.metrics_of_articles()
    else:
        assert (crawled.exit_code, database.articles()) == (3, {})
        [letter] = database.client[database.name]["dead_letters"].find()
        assert letter["reason"] == case.outcome
        kept = case.outcome not in {"DownloadCancelledError", "not stored, too large"} and case.page()
        assert (letter["page"] or {"body": b""})["body"] == (kept or b"")


def link(folder: Path, target: str) -> str:
    (folder / "content_7.htm").symlink_to(target)
    return "https://www.cqn.com.cn/content_7.htm"


def make(folder: Path, name: str) -> str:
    (folder / name).mkdir()
    return f"https://www.cqn.com.cn/{name}"


def pipe(folder: Path) -> str:
    os.mkfifo(folder / "content_7.htm")
    return "https://www.cqn.com.cn/content_7.htm"


ARCHIVES: dict[str, Callable[[Path], str]] = {
    "a link to a file outside": lambda folder: link(folder, "/etc/passwd"),
    "a link to itself": lambda folder: link(folder, "content_7.htm"),
    "a folder named like a page": lambda folder: make(folder, "content_7.htm"),
    "a pipe that never ends": pipe,
    "a way out by dots": lambda folder: "https://www.cqn.com.cn/zj/../../../../../etc/passwd",
    "a way out by encoded dots": lambda folder: "https://www.cqn.com.cn/zj/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "a way out by backslashes": lambda folder: r"https://www.cqn.com.cn/zj/..\..\etc\passwd",
    "a zero byte": lambda folder: "https://www.cqn.com.cn/zj/content_7.htm%00.png",
    "a name of 5,000 characters": lambda folder: f"https://www.cqn.com.cn/{'a' * 5000}.htm",
    "a host of dots": lambda folder: "https://../etc/passwd",
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_gives_nothing_from_outside(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "www.cqn.com.cn"
    folder.mkdir()
    assert saved_page(tmp_path.resolve(), ARCHIVES[name](folder)) is None


ARGUMENTS: dict[str, tuple[tuple[str, ...], str]] = {
    "a day that is none": (("crawl", "local_news", "-a", "since=2023-02-30"), "since=2023-02-30 is no date"),
    "a week as date": (("crawl", "local_news", "-a", "since=2023-W40-1"), "is no date"),
    "Chinese digits": (("crawl", "local_news", "-a", "since=２０２３-１０-０１"), "is no date"),
    "an end before the start": (("crawl", "local_news", "-a", "since=2023-02-03", "-a", "until=2023-02-01"), "swap them"),
    "no section": (("crawl", "local_news", "-a", "sections=,"), "names no section"),
    "an operator as section": (("crawl", "local_news", "-a", 'sections={"$ne": ""}'), "unknown section"),
    "a negative count": (("crawl", "local_news", "-a", "max_pages=-1"), "is no page count"),
    "an endless count": (("crawl", "local_news", "-a", f"max_pages={'9' * 5000}"), "is no page count"),
    "no days": (("crawl", "local_news", "-a", "refresh_days=0"), "is no number of days"),
    "neither yes nor no": (("crawl", "local_news", "-a", "full=maybe"), "is neither yes nor no"),
    "an unknown argument": (("crawl", "local_news", "-a", "colour=red"), "unknown argument"),
    "a file as article": (("crawl", "article", "-a", "urls=file:///etc/passwd"), "is no article of cqn.com.cn"),
    "another site": (("crawl", "article", "-a", "urls=https://evil.example/zj/content/2023-10/19/content_1.htm"), "is no article"),
    "a user in the address": (("crawl", "article", "-a", "urls=https://www.cqn.com.cn@evil.example/zj/content/2023-10/19/content_1.htm"), "is no article"),
    "a port": (("crawl", "article", "-a", "urls=https://www.cqn.com.cn:22/zj/content/2023-10/19/content_1.htm"), "is no article"),
    "a list that is a folder": (("crawl", "article", "-a", "file=/etc"), "cannot be read"),
    "a list of bytes": (("crawl", "article", "-a", f"file={sys.executable}"), "cannot be read"),
    "an archive that is none": (("crawl", "local_news", "-s", "REPLAY=/etc/passwd"), "is no WARC file"),
    "a word after requeue": (("requeue", "everything"), "requeue takes no arguments"),
    "requeue with nonsense": (("requeue", "-a", "fetch=perhaps"), "is neither yes nor no"),
    "two runs": (("runs", "a", "b"), "runs takes at most one ID"),
}  # fmt: skip


@pytest.mark.parametrize("name", ARGUMENTS)
def test_an_argument_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    command, says = ARGUMENTS[name]
    refused = scrapy(*command, env={"CQNSPIDER_HOME": str(tmp_path)})
    assert (refused.returncode, "Traceback" in refused.stderr) == (2, False), refused.stderr
    assert says in refused.stderr and len(refused.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir()), "nothing was started"


def test_an_id_is_no_expression(database: TestDatabase) -> None:
    for _ in range(2):
        assert scrapy(*CRAWL, env=database.environment).returncode == 0
    for beginning in ('{"$gt": ""}', "", ".*", "~"):
        refused = scrapy("runs", beginning, env=database.environment)
        assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (2, "", 1)
    [first, second] = database.runs()
    assert [line.split()[0] for line in scrapy("runs", env=database.environment).stdout.splitlines()] == [
        second["_id"],
        first["_id"],
    ]
    whole = scrapy("runs", first["_id"], env=database.environment)
    assert json.loads(whole.stdout)["counts"] == first["counts"]


ENVIRONMENTS: dict[str, tuple[dict[str, str], int, str]] = {
    "a URI of nonsense": ({"MONGODB_URI": "hello?"}, 1, "MONGODB_URI"),
    "a URI of another database": ({"MONGODB_URI": "postgres://ana:geheim@db/"}, 1, "MONGODB_URI is not usable"),
    "a server that is not there": ({"MONGODB_URI": "mongodb://ana:geheim@127.0.0.1:1/?serverSelectionTimeoutMS=200"}, 1, "no MongoDB answers"),
    "a database name that is none": ({"MONGO_DATABASE": "a b/$c"}, 1, "MONGO_DATABASE"),
    "no database name": ({"MONGO_DATABASE": ""}, 1, "MONGO_DATABASE"),
    "a home that is a file": ({"CQNSPIDER_HOME": "/etc/passwd"}, 1, "Set CQNSPIDER_HOME to a writable folder"),
    "a mongod that is none": ({"MONGOD": "/bin/true"}, 1, "mongod did not start"),
    "a mongod that is not there": ({"MONGOD": "/none"}, 1, "is no executable file"),
    "a contact with a line break": ({"CQNSPIDER_CONTACT": "a@b.example\r\nX-Evil: 1"}, 0, "verdict: good"),
    "a plain locale": ({"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, 0, "verdict: good"),
    "no temporary folder": ({"TMPDIR": "/none"}, 0, "verdict: good"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment(tmp_path: Path, name: str) -> None:
    changes, code, says = ENVIRONMENTS[name]
    ended = scrapy(*CRAWL, env={"CQNSPIDER_HOME": str(tmp_path / "home")} | changes)
    assert (ended.returncode, "Traceback" in ended.stderr, "geheim" in ended.stderr) == (code, False, False), (
        ended.stderr
    )
    assert says in ended.stderr.splitlines()[-1]


def test_formulas_are_defused_in_csv(crawl: Crawl, site: Path, tmp_path: Path) -> None:
    (site / PATH).write_text(GOOD.replace(TITLE, "=HYPERLINK(&quot;http://evil.example&quot;)"))
    out = tmp_path / "out.csv"
    crawl("article", replay=site, urls=SEED, settings={"FEEDS": {str(out): {"format": "csv"}}})
    assert (
        "'=HYPERLINK" in out.read_text()
        and ",=HYPERLINK" not in out.read_text()
        and ',"=HYPERLINK' not in out.read_text()
    )
    lines = tmp_path / "out.jsonl"
    crawl("article", replay=site, urls=SEED, settings={"FEEDS": {str(lines): {"format": "jsonlines"}}})
    assert json.loads(lines.read_text())["title"].startswith("=HYPERLINK"), "data stay data where nothing runs them"


def test_a_password_is_not_in_verbose_logs_nor_in_the_record(database: TestDatabase) -> None:
    uri = database.uri.replace("mongodb://", "mongodb://ana:geheim@")
    command = [sys.executable, "-m", "scrapy", *CRAWL, "-L", "DEBUG"]
    ended = subprocess.run(
        command, cwd=ROOT, env=environment(MONGODB_URI=uri), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "geheim" not in ended.stdout + ended.stderr
    good = scrapy(*CRAWL, "-L", "DEBUG", env=database.environment)
    assert good.returncode == 0 and database.uri not in good.stderr
    assert "mongod" not in json.dumps(database.runs(), default=str).replace("mongo_lost", "")


if __name__ == "__main__":
    for case in PAGES:
        print(
            f"| page | {case.name} | {case.outcome if case.outcome == 'stored' else f'dead letter: {case.outcome}, exit code 3'} |"
        )
    for each in ARCHIVES:
        print(f"| archive | {each} | not among the saved pages |")
    for each, (_, says) in ARGUMENTS.items():
        print(f"| argument | {each} | exit code 2: … {says} … |")
    for each, (_, code, says) in ENVIRONMENTS.items():
        print(f"| environment | {each} | exit code {code}: … {says} … |")
