import pytest

from cqnspider.layouts import Page
from cqnspider.layouts.body import Body, read_body, single_copy
from cqnspider.layouts.furniture import is_caption, is_furniture
from cqnspider.urls import SITE

URL = f"{SITE}/zj/content/2025-07/08/content_9110344.htm"
TEXT = "市场监管部门出动执法人员检查经营主体三百余家，发现问题当场责令整改。"


def body(html: str) -> Body:
    page = Page(URL, f"<html><body>{html}</body></html>")
    return read_body(page.blocks, page.url)


@pytest.mark.parametrize(
    ("html", "paragraphs"),
    [
        (f"<p>{TEXT}</p><p>image.png</p><p>图片 1</p><p>微信图片_20240314.jpg</p>", [TEXT]),
        (f"<p>{TEXT}(责任编辑:陆明)</p>", [TEXT]),
        (f"<p>{TEXT}</p><p>《中国质量报》</p><p>【信息速递】</p>", [TEXT]),
        (f"<p>{TEXT}</p><p>（来源：无锡市场监管）</p>", [TEXT]),
        (
            f"<p>{TEXT}</p><p>分享到： 微信 微博</p><p>【打印】【关闭】</p><p>上一篇：无</p><p>点赞 12</p><p>展开全文</p>",
            [TEXT],
        ),
        (f"<p>{TEXT}</p><p>凡本网注明“来源：中国质量新闻网”的作品</p>", [TEXT]),
        (f"<p>{TEXT}</p><p>{TEXT}</p>", [TEXT]),
        (f"<p>一、检查</p><p>{TEXT}</p><p>二、整改</p><p>一、检查</p>", ["一、检查", TEXT, "二、整改", "一、检查"]),
        (f"<p>摘要：{TEXT[:10]}</p><p>{TEXT}</p>", [TEXT]),
        ("<p>正文加载中，请稍候…</p>", []),
    ],
)
def test_what_stays_of_the_text(html: str, paragraphs: list[str]) -> None:
    assert body(html).paragraphs == paragraphs


def test_a_body_stored_twice_is_one() -> None:
    parts = ["一、情况", TEXT, "二、整改", TEXT.replace("三百", "四百")]
    assert single_copy([*parts, *parts, "某市市场监督管理局"]) == [*parts, "某市市场监督管理局"]


def captions(html: str) -> list[str | None]:
    return [image["caption"] for image in body(html).images]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p><img src=a.jpg></p><p>图为检查现场。</p>", ["图为检查现场。"]),
        ("<p><img src=a.jpg></p><p>图为检查现场。</p><p>郭虹文 摄</p>", ["图为检查现场。 郭虹文 摄"]),
        ("<p><img src=a.jpg></p><p>（记者 郭虹文 摄）</p>", ["（记者 郭虹文 摄）"]),
        ("<p>图为检查现场。</p><p><img src=a.jpg></p>", ["图为检查现场。"]),
        ("<img src=a.jpg><img src=b.jpg><p>图为甲。</p><p>图为乙。</p>", ["图为甲。", "图为乙。"]),
        (f"<img src=a.jpg><p>图为甲。</p><p>{TEXT}</p><img src=b.jpg><p>摄影：李四</p>", ["图为甲。", "摄影：李四"]),
        (f"<img src=a.jpg><p>{TEXT}</p><p>图为甲。</p>", ["图为甲。"]),
        (f"<img src=a.jpg><p>{TEXT}</p>", [None]),
        ("<figure><img src=a.jpg><figcaption>检查现场</figcaption></figure>", ["检查现场"]),
    ],
)
def test_captions_belong_to_images(html: str, expected: list[str | None]) -> None:
    assert captions(html) == expected


def test_a_short_text_behind_an_image_is_no_caption() -> None:
    found = body("<img src=a.jpg><p>检查现场秩序井然。</p>")
    assert (found.paragraphs, found.images[0]["caption"]) == (["检查现场秩序井然。"], None)


@pytest.mark.parametrize(
    "text",
    [
        "图为检查现场。",
        "郭虹文 摄",
        "王 芳/摄",
        "本报记者 张三 摄",
        "执法人员在超市检查。李四 摄",
        "摄影：田冲",
        "图1：流程",
    ],
)
def test_captions_by_their_marks(text: str) -> None:
    assert is_caption(text)


@pytest.mark.parametrize(
    "text", ["(文 摄/赵静)", "文/骆明慧 图/田冲", "本报讯（张三）近日，摄影比赛在京举行。李四摄", TEXT, "图书馆"]
)
def test_what_is_no_caption(text: str) -> None:
    assert not is_caption(text)


@pytest.mark.parametrize(
    "text",
    [
        "图片新闻",
        "最新评论",
        "字号： 大 中 小",
        "下一页",
        "1 2 3 下一页 尾页",
        "浏览次数：321",
        "扫一扫分享到微信朋友圈",
    ],
)
def test_furniture(text: str) -> None:
    assert is_furniture(text)


@pytest.mark.parametrize(
    "text", [TEXT, "上海市", "一、基本情况", "打印机产品抽查情况", "收藏品市场整治", "下一步，将加大力度。"]
)
def test_what_is_no_furniture(text: str) -> None:
    assert not is_furniture(text)


def test_attachments() -> None:
    found = body(
        f'<p>{TEXT}</p><p>附件：<a href="../P020.xls">不合格产品名单</a></p>'
        '<p><a href="down.jsp?id=1&f=2.xlsx">明细表.xlsx</a></p><p><a href="a.htm">别的</a></p>'
    )
    assert [(each["url"].rsplit("/", 1)[1], each["name"]) for each in found.attachments] == [
        ("P020.xls", "不合格产品名单"),
        ("down.jsp?id=1&f=2.xlsx", "明细表.xlsx"),
    ]
    assert found.paragraphs == [TEXT, "别的"]


def test_teasers_and_icons_are_no_images() -> None:
    assert (
        body(
            '<a href="/zj/content/2025-07/08/content_1.htm"><img src=a.jpg></a><img src="/i/blank.gif"><img src="data:image/png;base64,A">'
        ).images
        == []
    )


def test_many_paragraphs_take_linear_time() -> None:
    assert len(single_copy([f"{number} {TEXT}" for number in range(20_000)])) == 20_000
    assert single_copy(["同一句话重复了很多很多次，一直还在重复。"] * 5_000) == [
        "同一句话重复了很多很多次，一直还在重复。"
    ]


@pytest.mark.parametrize(
    "text", ["打印 " * 13 + "x完毕", "微信 1" * 14 + "完", "(大 小 中 " * 12, "分享" * 30, "首页 1 2 " * 7 + "完"]
)
def test_furniture_is_decided_in_linear_time(text: str) -> None:
    assert not is_furniture(text[:60])
