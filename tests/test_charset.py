import codecs

import pytest

from cqnspider.charset import page_text

TEXT = "<html>责任编辑：李喆，䶮</html>"


@pytest.mark.parametrize(
    "body",
    [
        TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.replace("<html>", '<html><meta charset="gb2312">').encode("gb18030"),
        TEXT.replace("<html>", '<html><meta charset="gb2312">').encode(),
        TEXT.replace("<html>", '<html><meta charset="utf-8">').encode("gb18030"),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    ],
)
def test_the_bytes_decide(body: bytes) -> None:
    text = page_text(body)
    assert text.startswith("<html>") and "责任编辑：李喆，䶮" in text


def test_a_page_cut_inside_a_character_stays_utf8() -> None:
    text = page_text((TEXT * 20).encode()[:-10])
    assert text.count("责任编辑：李喆，䶮") >= 19 and text.count("\ufffd") <= 1
