"""What holds for every text: offsets, independence of what follows, and a cost that grows with the length, not faster."""

import re
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cqnspider.metrics import extract, quantities, tables
from cqnspider.metrics.extract import MAX_SENTENCE, normalise
from tests.gold.scoring import load

SLOW = re.compile(quantities._EVERYTHING)
PASSAGES = [passage.text for part in ("dev", "test") for passage in load(part)]
WORDS = """
检查 抽检 食品 企业 投诉 同比 环比 增长 下降 占 从 到 至 约 近 超 余 多 以上 分别 和 、 , ， 。 ； ( ) “ ” 《 》 共 合格率 处罚款 计划 每 第
一 两 三 十 百 千 万 亿 半 几 数 成 百分之 分之 点 1 12 3.5 1,205 2023 １２ ％ % 元 万元 家 家次 批次 个 百分点 倍 年 月 日 小时 公斤 mg/kg - ~
的 了 A GB 12315 𠮷
"""
PIECES = st.sampled_from([*WORDS.split(), "\u200b"])
NEWS = st.lists(PIECES, max_size=40).map("".join)


@given(st.one_of(NEWS, st.text(max_size=200)))
@settings(max_examples=400, deadline=None)
def test_offsets_reproduce_the_text(text: str) -> None:
    end = 0
    for metric in extract(text):
        assert text[metric.start : metric.end] == metric.text != ""
        assert metric.start >= end, "metrics never overlap"
        assert metric.text in metric.sentence or len(metric.sentence) >= MAX_SENTENCE // 2
        assert metric.sentence in text
        assert metric.entity_head in metric.entity or metric.entity_head == ""
        end = metric.end


@given(st.text())
def test_normalising_moves_no_offset(text: str) -> None:
    assert len(normalise(text)) == len(text)


@given(NEWS, NEWS)
@settings(max_examples=300, deadline=None)
def test_a_sentence_behind_changes_nothing(first: str, second: str) -> None:
    """Only if the first text is finished: no quotation or title is open."""
    closed = first.replace("“", "").replace("”", "").replace("《", "").replace("》", "") + "。"
    before = extract(closed)
    assert extract(closed + "\n" + second)[: len(before)] == before


@pytest.mark.parametrize("text", PASSAGES[:12])
def test_width_changes_nothing_but_the_print(text: str) -> None:
    wide = text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789%"})
    same = [replace(metric, text="", sentence="", qualifier="", entity="", entity_head="") for metric in extract(text)]
    assert [
        replace(each, text="", sentence="", qualifier="", entity="", entity_head="") for each in extract(wide)
    ] == same


def cost(text: str) -> float:
    """CPU seconds for a text, without the cost of measuring coverage or of what else runs here."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        start = time.process_time()
        extract(text)
        return time.process_time() - start
    finally:
        sys.settrace(tracer)


HOSTILE = {
    "digits": "1",
    "wan": "1万",
    "ones": "一",
    "counts": "1个",
    "commas": "1,",
    "thousands": "1,111",
    "points": "1.",
    "ranges": "1-",
    "brackets": "(",
    "brackets with numbers": "(1",
    "quotes": "“",
    "quoted numbers": "“1个",
    "titles": "《",
    "ordinals": "第一",
    "changes": "增长1%",
    "plans": "计划1个",
    "bases": "同比",
    "vague": "数十几",
    "parts": "一分之",
    "percent": "百分之",
    "controls": "\x00\x01\x1f",
    "mixed scripts": "1个aбв١٢ก🏮",
    "spaces": "1 ",
    "letters": "GB1-",
    "dates": "2023年1月",
    "no stop": "检查企业3家和",
    "的": "3家的企业的",
    "standards": "GB",
    "letter": "T",
    "letters without end": "a",
    "classes": "一类、",
    "combining": "1\u0301个",
    "one word": "食品",
    "years": "2023-",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_cost_grows_with_the_length(unit: str) -> None:
    """Ten times the text may take ten times as long, with room for noise; quadratic growth would be a hundred times."""
    extract("检查企业3家。")  # the dictionary is loaded
    short, long = (unit * (size // len(unit)) for size in (10_000, 100_000))
    allowed = 30 * max(min(cost(short) for _ in range(3)), 0.002)
    assert any(cost(long) < allowed for _ in range(3)), "the first try counts, unless something else was running"


@pytest.mark.parametrize("text", ["1" * 1000 + "家", "1万" * 1000 + "家", "一" * 500 + "家", "9" * 30 + "万亿元"])
def test_endless_numbers_are_no_metrics_or_finite_ones(text: str) -> None:
    for metric in extract(text):
        assert metric.value is None or abs(metric.value) < 10**40


def test_a_long_sentence_is_cut_around_its_number() -> None:
    text = "检查企业三十家," + "情况良好," * 1000 + "罚款5万元" + ",继续努力" * 1000 + "。"
    metrics = extract(text)
    assert [metric.text for metric in metrics] == ["三十家", "5万元"]
    assert all(len(metric.sentence) <= MAX_SENTENCE + len(metric.text) for metric in metrics)
    assert all(metric.text in metric.sentence for metric in metrics)


@given(NEWS)
@settings(max_examples=300, deadline=None)
def test_the_short_cut_of_the_scan_loses_nothing(text: str) -> None:
    folded = normalise(text)
    assert [each.span() for each in quantities._SCAN.finditer(folded)] == [
        each.span() for each in SLOW.finditer(folded)
    ]


@pytest.mark.parametrize("text", PASSAGES)
def test_the_short_cut_loses_nothing_in_news(text: str) -> None:
    folded = normalise(text)
    assert [each.span() for each in quantities._SCAN.finditer(folded)] == [
        each.span() for each in SLOW.finditer(folded)
    ]


def test_every_phrase_begins_with_a_plain_character() -> None:
    assert not [phrase for phrase in tables.words("look_alikes", "phrases") if phrase[0] in r"[(\.^$"]
