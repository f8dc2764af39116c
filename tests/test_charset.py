import pytest
from scrapy.http import HtmlResponse, Request, Response

from cqnspider.charset import CharsetMiddleware, charset_of
from cqnspider.urls import SITE

TEXT = "<html>责任编辑：李喆，䶮</html>"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (TEXT.encode(), {}),
        (TEXT.encode("gb18030"), {}),
        (TEXT.replace("<html>", '<html><meta charset="gb2312">').encode("gb18030"), {}),
        (TEXT.encode("gb18030"), {"Content-Type": "text/html; charset=utf-8"}),
        (
            TEXT.replace("<html>", '<html><meta charset="gb2312">').encode(),
            {"Content-Type": "text/html; charset=gb2312"},
        ),
        ("\ufeff".encode() + TEXT.encode(), {}),
    ],
)
def test_the_bytes_decide(body: bytes, headers: dict[str, str]) -> None:
    response = CharsetMiddleware().process_response(Request(SITE), HtmlResponse(SITE, body=body, headers=headers))
    assert isinstance(response, HtmlResponse)
    assert "责任编辑：李喆，䶮" in response.text


def test_a_page_cut_inside_a_character_stays_utf8() -> None:
    assert charset_of((TEXT * 20).encode()[:-10]) == "utf-8"


def test_what_is_no_text_is_left_alone() -> None:
    image = Response(SITE, body=b"\x89PNG")
    assert CharsetMiddleware().process_response(Request(SITE), image) is image
