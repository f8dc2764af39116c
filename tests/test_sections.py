import pytest

from cqnspider.sections import BY_NAME, SECTIONS, is_path


def test_names_are_unique() -> None:
    assert len(BY_NAME) == len(SECTIONS)


@pytest.mark.parametrize(
    ("name", "breadcrumb", "own"),
    [
        ("地方动态", ["新闻中心", "市场监管", "地方动态"], True),
        ("地方要闻", ["市场监管", "质检要闻", "地方要闻"], True),
        ("地方要闻", ["市场监管", "地方要闻"], False),
        ("质量监督", ["市场监管", "质量监督", "江苏省"], True),
        ("质量监督", ["市场监管", "质量监督", "内蒙古自治区"], True),
        ("质量监督", ["市场监管", "质量监督", "标准"], False),
        ("地方抽查", ["民生", "抽查", "地方抽查", "2025"], True),
        ("地方抽查", ["民生", "抽查", "国家抽查", "2025"], False),
        ("食品安全", ["市场监管", "食品安全"], True),
        ("食品安全", ["消费", "食品安全"], False),
        ("食品安全", ["市场监管", "食品安全", "抽检"], False),
        ("中国质量报", ["中国质量报", "第一版：要闻"], True),
        ("中国质量报", ["中国质量报", "第３版"], True),
        ("中国质量报", ["中国质量报", "电子版"], False),
        ("地方动态", [], False),
    ],
)
def test_a_breadcrumb_tells_whose_list_it_is(name: str, breadcrumb: list[str], own: bool) -> None:
    assert is_path(BY_NAME[name], breadcrumb) is own
