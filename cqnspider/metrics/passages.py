"""A text on its way through the steps: folded, its quantities, their sentences, and what has been said of them so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cqnspider.metrics.counted import Counted
from cqnspider.metrics.quantities import Quantity
from cqnspider.metrics.roles import Said

STOP: Final = re.compile(r"[,。;:!?、()“”‘’\"《》【】<>\[\]…—\n\t]")
WINDOW: Final = 18  # characters to either side of a quantity


@dataclass(slots=True)
class Passage:
    """`found[i]` is a quantity, `said[i]` its role, `bounds[i]` its sentence; `counted` grows with every noun that was found."""

    folded: str
    found: Sequence[Quantity]
    said: Sequence[Said]
    bounds: Sequence[tuple[int, int]]
    counted: list[Counted] = field(default_factory=list)

    def floor(self, index: int) -> int:
        """Where the text in front of a quantity begins: behind the last one, or with the sentence."""
        start = self.bounds[index][0]
        return max(start, self.found[index - 1].end) if index else start

    def ceiling(self, index: int) -> tuple[int, bool]:
        """Where the text behind a quantity ends, and whether the next quantity is the reason."""
        end = self.bounds[index][1]
        if index + 1 < len(self.found) and self.said[index + 1].start < end:
            return self.said[index + 1].start, True
        return end, False
