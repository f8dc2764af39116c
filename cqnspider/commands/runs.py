"""`scrapy runs`: past runs with their verdicts, newest first. `scrapy runs ID`: one whole, as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cqnspider.arguments import ArgumentError
from cqnspider.command import ProjectCommand, opened
from cqnspider.extensions.verdict import GOOD
from cqnspider.items import BEIJING
from cqnspider.text import visible

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_LISTED = 30


class Command(ProjectCommand):
    """Show the records of runs."""

    def syntax(self) -> str:
        """For the help text."""
        return "[ID]"

    def short_desc(self) -> str:
        """For the list of commands."""
        return "List past runs with their verdicts, or show one"

    def long_desc(self) -> str:
        """For the help text."""
        return f"List the last {_LISTED} runs with their verdicts; with the ID of one, or its beginning, show all that was recorded."

    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        """Print to stdout."""
        if len(args) > 1:
            raise ArgumentError("runs takes at most one ID, e.g. scrapy runs 20231019T070408Z")
        print(asyncio.run(self.show(settings, visible(args[0]) if args else None)))
        return GOOD

    async def show(self, settings: BaseSettings, beginning: str | None) -> str:
        """The list, or one record. Raises ArgumentError where no run has this ID."""
        async with opened(settings) as store:
            runs = store.database["runs"]
            if beginning is None:
                found = await runs.find({}, {"failures": 0}).sort("started_at", -1).limit(_LISTED).to_list()
                return "\n".join(line(run) for run in found) or "no runs yet; scrapy crawl local_news makes one"
            # Without a pattern: what is typed is no expression. "~" comes after all that an ID is made of.
            found = await runs.find({"_id": {"$gte": beginning, "$lt": f"{beginning}~"}}).limit(2).to_list()
        if len(found) != 1:
            raise ArgumentError(
                f"{'several runs begin' if found else 'no run begins'} with {beginning!r}; scrapy runs lists them"
            )
        return json.dumps(found[0], ensure_ascii=False, indent=2, default=_printed)


def line(run: dict[str, Any]) -> str:
    """One run in one line."""
    counts = run["counts"]
    arguments = " ".join(f"{name}={value}" for name, value in run["arguments"].items())
    verdict = {0: "good", 1: "broke", 3: "suspect", None: "unended"}[run["exit_code"]]  # running, or killed
    written = f"{counts['new']} new, {counts['changed']} changed, {counts['failures']} failed"
    why = f" – {run['reasons'][0]}" if run["reasons"] else ""
    started = f"{run['started_at'].astimezone(BEIJING):%Y-%m-%d %H:%M}"
    what = " ".join(filter(None, (run["spider"], arguments, run["replay"] and "(replay)")))
    return f"{run['_id']}  {started}  {verdict:7}  {what}: {written}{why}"


def _printed(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
