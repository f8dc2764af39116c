import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqnspider.bylines import drop_second_bylines, read_bylines
from cqnspider.credits import parse_names

TEXT = "市场监管部门出动执法人员检查经营主体，发现问题当场责令整改。" * 3


def people(paragraphs: list[str]) -> list[tuple[str, str | None, str | None]]:
    return [(person["name"], person["role"], person["organization"]) for person in read_bylines(paragraphs)]


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("谢旺江", [("谢旺江", None, None)]),
        ("记者 徐建华", [("徐建华", "记者", None)]),
        ("记者张文礼", [("张文礼", "记者", None)]),
        ("蔡 霞 张吉祥", [("蔡霞", None, None), ("张吉祥", None, None)]),
        ("童 霞 记者龚志伟", [("童霞", None, None), ("龚志伟", "记者", None)]),
        ("本报记者 曹吉根", [("曹吉根", "记者", None)]),
        ("通讯员 阮蜜", [("阮蜜", "通讯员", None)]),
        ("江苏省仪征市市场监管局 宦琪", [("宦琪", None, "江苏省仪征市市场监管局")]),
        ("仪征市市场监管局宦琪", [("宦琪", None, "仪征市市场监管局")]),
        ("文 摄/赵静", [("赵静", "文", None), ("赵静", "摄", None)]),
        ("赵静 文/摄", [("赵静", "文", None), ("赵静", "摄", None)]),
        ("张三/文 李四/图", [("张三", "文", None), ("李四", "摄", None)]),
        ("文/张三 图/李四", [("张三", "文", None), ("李四", "摄", None)]),
        ("记者 王五 通讯员 赵六 钱 七", [("王五", "记者", None), ("赵六", "通讯员", None), ("钱七", "通讯员", None)]),
        ("通讯员 阿依努尔·买买提 记者 邢 璐", [("阿依努尔·买买提", "通讯员", None), ("邢璐", "记者", None)]),
        ("供稿：西湖区市场监管局 罗 敏", [("罗敏", None, "西湖区市场监管局")]),
        ("记者 欧阳震华", [("欧阳震华", "记者", None)]),
        ("王晓芳 者 强", [("王晓芳", None, None), ("者强", None, None)]),
    ],
)
def test_names_roles_affiliations(byline: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert [(person["name"], person["role"], person["organization"]) for person in parse_names(byline)] == expected


@pytest.mark.parametrize(
    "text",
    ["完", "图", "见下表", "以下简称《办法》", "来源:无锡市场监管", "含税", "单位:元", "2023年", "高新区", "QC", ""],
)
def test_brackets_that_are_no_byline(text: str) -> None:
    assert parse_names(text) == []


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        ([f"中国质量新闻网讯(谢旺江){TEXT}"], [("谢旺江", None, None)]),
        ([f"中国质量新闻网讯（记者 徐建华）{TEXT}"], [("徐建华", "记者", None)]),
        ([f"本报讯 (记者张文礼){TEXT}"], [("张文礼", "记者", None)]),
        ([f"晋江市讯 (施雅琪) {TEXT}"], [("施雅琪", None, None)]),
        ([f"凭祥讯（农志强 黄小桂）{TEXT}"], [("农志强", None, None), ("黄小桂", None, None)]),
        ([f"(蔡　霞 张吉祥){TEXT}"], [("蔡霞", None, None), ("张吉祥", None, None)]),
        (["□ 本报记者 曹吉根", TEXT], [("曹吉根", "记者", None)]),
        ([f"本报讯 记者龚志伟报道：{TEXT}"], [("龚志伟", "记者", None)]),
        ([TEXT, "(杨帆)"], [("杨帆", None, None)]),
        ([TEXT, f"{TEXT}（通讯员 阮蜜）"], [("阮蜜", "通讯员", None)]),
        ([TEXT, f"{TEXT}(张洪超 通讯员杨琳琳"], [("张洪超", None, None), ("杨琳琳", "通讯员", None)]),
        (
            [TEXT, "记者 高 岚 通讯员 林 榕 游振海"],
            [("高岚", "记者", None), ("林榕", "通讯员", None), ("游振海", "通讯员", None)],
        ),
        ([TEXT, "(杨帆)", "哈尔滨市市场监督管理局", "2024年3月14日"], [("杨帆", None, None)]),
        (["□ 孟繁星", TEXT, "(作者单位:灵宝市市场监管局)"], [("孟繁星", None, "灵宝市市场监管局")]),
        ([f"(杨帆){TEXT}", TEXT, "（通讯员 杨帆）"], [("杨帆", "通讯员", None)]),
        ([TEXT, f"{TEXT}（完）"], []),
        ([f"{TEXT[:10]}(杨帆){TEXT}", TEXT], []),
        ([], []),
    ],
)
def test_where_bylines_stand(paragraphs: list[str], expected: list[tuple[str, str | None, str | None]]) -> None:
    assert people(paragraphs) == expected


@pytest.mark.parametrize(
    ("paragraphs", "kept"),
    [
        (["(杨帆)", TEXT, "(杨帆)"], ["(杨帆)", TEXT]),
        ([f"本报讯(杨帆){TEXT}", "（杨 帆）"], [f"本报讯(杨帆){TEXT}"]),
        ([f"本报讯(记者 石广宁)本报讯(记者 石广宁){TEXT}"], [f"本报讯(记者 石广宁){TEXT}"]),
        ([TEXT, "(杨帆)", "(李娜)"], [TEXT, "(杨帆)", "(李娜)"]),
    ],
)
def test_every_byline_stays_once(paragraphs: list[str], kept: list[str]) -> None:
    assert drop_second_bylines(paragraphs) == kept


@given(st.lists(st.text(alphabet="(（)）□记者通讯员文摄/ 张三局、·aé1", max_size=80), max_size=6))
def test_any_text_is_survived(paragraphs: list[str]) -> None:
    for person in read_bylines(paragraphs):
        assert person["name"] and person["role"] in {"记者", "通讯员", "文", "摄", None}
    assert len(drop_second_bylines(paragraphs)) <= len(paragraphs)
