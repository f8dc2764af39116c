"""Runs the tools that bench/metrics.py and bench/extractors.py compare, each in fresh processes of its own, in turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from environments import REQUIREMENTS, UnavailableError, last_line, pins, python_of

ROOT = Path(__file__).resolve().parents[1]
OURS = "cqnspider"
SENTENCE = "全市抽检食品1205批次，合格率98.5%，罚款3.2万元。"
LIMIT = 600  # seconds for a tool and a run

T = TypeVar("T")


@dataclass
class Run:
    """One process of a tool: seconds, MB, and the quantities of each passage."""

    start_up: float
    passages: float
    articles: float
    peak: float
    found: list[list[dict[str, Any]]]
    failed: list[str]


@dataclass
class Texts:
    """What every tool is asked, in this order: a sentence, passages to warm up on, passages to score, and ours also articles."""

    warm_up: list[str]
    passages: list[str]
    articles: list[str]


def ask(worker: str, name: str, python: Path, questions: Iterable[object]) -> tuple[float, list[dict[str, Any]]]:
    """Ask a fresh process of a tool; seconds from its start to the first answer, and the answers. Raises UnavailableError."""
    lines = "".join(json.dumps(each) + "\n" for each in questions)
    environment = os.environ | {"PYTHONPATH": str(ROOT) if name == OURS else ""}
    command = [python, Path(__file__).with_name(worker), name]
    start = time.time()
    try:
        done = subprocess.run(
            command, input=lines, capture_output=True, text=True, env=environment, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise UnavailableError(f"not run: no answer within {LIMIT} s") from problem
    if done.returncode:
        raise UnavailableError(f"not run: {last_line(done.stderr)}")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return answers[0]["clock"] - start, answers


def run_once(name: str, python: Path, texts: Texts) -> Run:
    """Asks a fresh process of the tool for all texts."""
    asked = [SENTENCE, *texts.warm_up, *texts.passages, *(texts.articles if name == OURS else [])]
    start_up, answers = ask("peer_worker.py", name, python, asked)
    scored = 1 + len(texts.warm_up)
    passages, articles = answers[scored : scored + len(texts.passages)], answers[scored + len(texts.passages) :]
    return Run(
        start_up=start_up,
        passages=sum(each["seconds"] for each in passages),
        articles=sum(each["seconds"] for each in articles),
        peak=passages[-1]["peak_mb"],
        found=[each["found"] for each in passages],
        failed=[each["error"] for each in passages if each["error"]],
    )


def measure(texts: Texts, count: int) -> tuple[dict[str, list[Run]], dict[str, str]]:
    """Tool → its runs, and tool → why it has none."""
    return in_turn(lambda name, python: run_once(name, python, texts), count)


def in_turn(
    once: Callable[[str, Path], T], count: int, requirements: Path = REQUIREMENTS
) -> tuple[dict[str, list[T]], dict[str, str]]:
    """Tool → what `once` gave for it in each run, and tool → why nothing; the tools take turns within each run."""
    pythons: dict[str, Path] = {OURS: Path(sys.executable)}
    runs: dict[str, list[T]] = {}
    missing: dict[str, str] = {}
    for name in pins(requirements):
        try:
            pythons[name] = python_of(name, requirements)
        except (UnavailableError, OSError, subprocess.SubprocessError) as problem:
            missing[name] = str(problem)
    for _ in range(count):
        for name in [each for each in pythons if each not in missing]:
            try:
                runs.setdefault(name, []).append(once(name, pythons[name]))
            except UnavailableError as problem:
                missing[name] = str(problem)
    return {name: each for name, each in runs.items() if name not in missing}, missing
