"""Runs one tool over texts: `python peer_worker.py NAME`, in the tool's own environment.

Reads JSON strings, one a line, from standard input and answers a JSON line each: {"found": the quantities (see spans.py),
"seconds": of the extraction alone, "clock": seconds since the epoch, "peak_mb": memory so far, "error": str or null}.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import peers
from memory import peak_mb
from spans import Quantity


def answer(tool: peers.Tool, text: str) -> dict[str, Any]:
    """One text through the tool; a tool that raises has found nothing in it."""
    found: list[Quantity] = []
    error = None
    start = time.perf_counter()
    try:
        found = tool(text)
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"
    seconds = time.perf_counter() - start
    return {"found": found, "seconds": seconds, "clock": time.time(), "peak_mb": peak_mb(), "error": error}


def main() -> None:
    # A Java or Haskell runtime prints its warnings to descriptor 1, among the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    tool = peers.load(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(answer(tool, json.loads(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
