import re
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqnspider.metrics.numerals import NUMERAL, Number, read, value_of

_NUMERAL = re.compile(NUMERAL)


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("0", "0"),
        ("1,205", "1205"),
        ("12,345.60", "12345.6"),
        ("6 840", "6840"),
        ("3.50", "3.5"),
        ("1.6万", "16000"),
        ("356.8万", "3568000"),
        ("2.3亿", "230000000"),
        ("3万4千", "34000"),
        ("1万2", "12000"),
        ("12万5600", "125600"),
        ("1亿2千万", "120000000"),
        ("1万亿", "1000000000000"),
        ("5.8 万", "58000"),
        ("十", "10"),
        ("十五", "15"),
        ("二十", "20"),
        ("一百零五", "105"),
        ("三百五", "350"),
        ("两千零五十", "2050"),
        ("一万二千四百", "12400"),
        ("二〇二三", "2023"),
        ("九十八点五", "98.5"),
        ("0.0万", "0"),
        ("三千万亿", "3000000000000000"),
    ],
)
def test_values(printed: str, value: str) -> None:
    assert value_of(printed) == Decimal(value)


@pytest.mark.parametrize("printed", ["", "十百", "三五十", "百百", "一二十千"])
def test_what_is_no_number(printed: str) -> None:
    assert value_of(printed) is None


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("12万余", Number(Decimal(120000), more=True)),
        ("10余万", Number(Decimal(100000), more=True)),
        ("2.3亿多", Number(Decimal(230000000), more=True)),
        ("百余", Number(Decimal(100), more=True, bare=True)),
        ("数千", Number(None, low=Decimal(1000), vague=True)),
        ("几十万", Number(None, low=Decimal(100000), vague=True)),
        ("十几", Number(None, low=Decimal(10), more=True, vague=True)),
        ("十几万", Number(None, low=Decimal(100000), more=True, vague=True)),
        ("三五", Number(None, low=Decimal(3), high=Decimal(5), vague=True)),
        ("六七十", Number(None, low=Decimal(60), high=Decimal(70), vague=True)),
        ("十五六", Number(None, low=Decimal(15), high=Decimal(16), vague=True)),
        ("三四万", Number(None, low=Decimal(30000), high=Decimal(40000), vague=True)),
        ("百分之九十八点五", Number(Decimal("98.5"))),
        ("三分之二", Number(Decimal("0.666667"))),
        ("2/3", Number(Decimal("0.666667"))),
        ("两个半", Number(Decimal("2.5"))),
    ],
)
def test_forms(printed: str, number: Number) -> None:
    match = _NUMERAL.fullmatch(printed)
    assert match is not None
    assert read(match) == number


def test_endless_digits_are_no_number() -> None:
    match = _NUMERAL.match("1" * 1000)
    assert match is not None
    assert read(match) is None


@given(st.integers(1, 10**16 - 1))
def test_chinese_numerals_agree_with_the_oracle(number: int) -> None:
    printed = cn2an.an2cn(number, "low")
    assert value_of(printed) == number
    assert _NUMERAL.fullmatch(printed)


@given(st.decimals(0, 99999, places=2), st.sampled_from(["", "十", "百", "千", "万", "亿"]))
def test_mixed_numerals_are_exact(number: Decimal, power: str) -> None:
    factor = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[power]
    assert value_of(f"{number}{power}") == number * factor


@given(st.integers(1, 10**9))
def test_separators_change_nothing(number: int) -> None:
    assert value_of(f"{number:,}") == number
    assert value_of(f"{number:,}".replace(",", " ")) == number
