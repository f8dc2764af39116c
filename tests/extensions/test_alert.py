import json

import pytest
from pytest_httpserver import HTTPServer

from cqnspider.extensions.alert import message, payload
from tests.conftest import SEED, TestDatabase
from tests.test_processes import scrapy


@pytest.mark.parametrize(
    ("host", "body"),
    [
        ("qyapi.weixin.qq.com", {"msgtype": "text", "text": {"content": "坏"}}),
        ("oapi.dingtalk.com", {"msgtype": "text", "text": {"content": "坏"}}),
        ("open.feishu.cn", {"msg_type": "text", "content": {"text": "坏"}}),
        ("hooks.slack.com", {"text": "坏"}),
        ("chat.example.org", {"text": "坏"}),
    ],
)
def test_each_service_gets_its_shape(host: str, body: object) -> None:
    assert payload(host, "坏") == body


def test_a_message_stays_short() -> None:
    text = message({"spider": "x", "exit_code": 3, "_id": "r", "reasons": ["理由" * 400] * 30})
    assert 1990 < len(text.encode()) <= 2000, "WeCom refuses more than 2,048 bytes"


def test_a_bad_verdict_is_sent(httpserver: HTTPServer, database: TestDatabase) -> None:
    httpserver.expect_request("/robot", method="POST").respond_with_data("ok")
    missing = SEED.replace("8990503", "8990999")
    env = database.environment | {"ALERT_WEBHOOK": httpserver.url_for("/robot?key=geheim")}
    crawled = scrapy("crawl", "article", "-a", f"urls={missing}", "-s", "REPLAY=fixtures", env=env)
    assert (crawled.returncode, "geheim" in crawled.stderr) == (3, False)
    [(request, _)] = httpserver.log
    text = json.loads(request.get_data())["text"]
    assert text.startswith("cqnspider article: data look wrong (exit code 3), run ")
    assert missing in text
    httpserver.clear_log()
    assert scrapy("crawl", "article", "-a", f"urls={SEED}", "-s", "REPLAY=fixtures", env=env).returncode == 0
    assert httpserver.log == [], "a good run sends nothing"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/robot?key=geheim", "file:///etc/geheim", "geheim", "http://[geheim"]
)
def test_a_webhook_that_fails_is_one_line_and_changes_nothing(database: TestDatabase, url: str) -> None:
    missing = SEED.replace("8990503", "8990999")
    env = database.environment | {"ALERT_WEBHOOK": url}
    crawled = scrapy("crawl", "article", "-a", f"urls={missing}", "-s", "REPLAY=fixtures", env=env)
    assert crawled.returncode == 3
    assert "geheim" not in crawled.stderr and "Traceback" not in crawled.stderr
    assert crawled.stderr.count("was not sent") == 1
