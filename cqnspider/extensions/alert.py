"""The reasons of a bad verdict to a chat group: one JSON POST to `ALERT_WEBHOOK`.

WeCom, DingTalk, Feishu and Slack each want a text in a shape of their own; other hosts get Slack's. The address holds a secret and is never printed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import urllib.request
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlsplit

from cqnspider.text import visible

logger = logging.getLogger(__name__)
_TIMEOUT: Final = 10  # seconds
_LONGEST: Final = 2000  # bytes; WeCom takes 2,048 of text
_SHOWN: Final = 8  # reasons


def message(run: dict[str, Any]) -> str:
    """What a person reads in the group."""
    what = "broke" if run["exit_code"] == 1 else "data look wrong"
    reasons = [f"- {reason}" for reason in run["reasons"][:_SHOWN]]
    more = len(run["reasons"]) - _SHOWN
    lines = [f"cqnspider {run['spider']}: {what} (exit code {run['exit_code']}), run {run['_id']}", *reasons]
    text = "\n".join([*lines, f"… and {more} more"] if more > 0 else lines)
    return text.encode()[:_LONGEST].decode(errors="ignore")


def payload(host: str, text: str) -> dict[str, Any]:
    """The JSON that the service behind a host takes.

    >>> payload("open.feishu.cn", "x")
    {'msg_type': 'text', 'content': {'text': 'x'}}
    """
    if host.endswith(("weixin.qq.com", "dingtalk.com")):
        return {"msgtype": "text", "text": {"content": text}}
    if host.endswith(("feishu.cn", "larksuite.com")):
        return {"msg_type": "text", "content": {"text": text}}
    return {"text": text}


async def alert(url: str, run: dict[str, Any]) -> None:
    """Send it; a webhook that fails is one line in the log and changes no verdict."""
    host = ""
    try:
        host = urlsplit(url).hostname or ""
        answer = await asyncio.to_thread(_post, url, payload(host, message(run)))
    except (OSError, ValueError, HTTPException) as error:
        logger.error("the alert to %s was not sent: %s", host or "ALERT_WEBHOOK", type(error).__name__)
        return
    if refusal(answer):
        logger.error("the alert was not taken by %s: %s", host, visible(answer))


def refusal(answer: str) -> bool:
    """Whether a service says with status 200 that it did not take the message: WeCom and DingTalk `errcode`, Feishu `code`.

    >>> refusal('{"errcode": 93000, "errmsg": "invalid webhook"}'), refusal('{"code": 0}'), refusal("ok")
    (True, False, False)
    """
    try:
        said = json.loads(answer)
    except ValueError:
        return False
    return isinstance(said, dict) and any(said.get(name) for name in ("errcode", "code", "StatusCode"))


def _post(url: str, body: dict[str, Any]) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError("no web address")
    request = urllib.request.Request(
        url, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json; charset=utf-8"}
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:
        text: bytes = answer.read(200)
        return text.decode("utf-8", "replace")
