"""What became of articles: counts, what failed, which fields differ, and how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from cqnspider.items import Failure
from cqnspider.reparse.compare import Change

_SAMPLES: Final = 3  # of each changed field
_SHOWN: Final = 60  # characters of a sample


@dataclass(slots=True)
class Report:
    """What became of articles; `fields` counts the articles in which a field differs, `samples` says how."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    pages: int = 0
    revisions: int = 0  # former states that were not stored, or not like this
    failures: list[Failure] = field(default_factory=list)
    fields: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def add(self, other: Report) -> None:
        """Sum up."""
        for name in ("new", "changed", "unchanged", "pages", "revisions"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.failures += other.failures
        for name, count in other.fields.items():
            self.fields[name] = self.fields.get(name, 0) + count
            samples = self.samples.setdefault(name, [])
            samples += other.samples[name][: _SAMPLES - len(samples)]

    def fail(self, change: Change, why: str) -> None:
        """An article that cannot be written."""
        reason, _, detail = f"not stored, {why}".partition(": ")  # as a crawl says it
        self.failures.append(Failure("pipeline", change.document["url"], reason, detail))

    def note(self, change: Change) -> None:
        """An article that is, or would be, written."""
        self.new += change.before is None
        self.changed += change.before is not None
        self.revisions += change.different + len(change.left)
        for name in change.names:
            self.fields[name] = self.fields.get(name, 0) + 1
            samples = self.samples.setdefault(name, [])
            if change.before is not None and len(samples) < _SAMPLES:
                differs = _difference(change.before.get(name), change.document.get(name))
                samples.append((change.document["_id"], *differs))


def _difference(before: object, after: object) -> tuple[str, str]:
    """Two values from where they differ on, short enough for a line."""
    old, new = str(before), str(after)
    start = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, start - 10)
    return _line(old, start), _line(new, start)


def _line(text: str, start: int) -> str:
    return ("…" if start else "") + " ".join(text[start : start + _SHOWN].split())
