"""`scrapy copy`: the private MongoDB into the server that MONGODB_URI names."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from cqnspider.arguments import ArgumentError
from cqnspider.command import ProjectCommand, opened
from cqnspider.extensions.verdict import GOOD
from cqnspider.store.copy import Copied, check, copy, size
from cqnspider.store.mongod import PrivateMongod

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


class Command(ProjectCommand):
    """Move to a server."""

    interrupted = "interrupted; the same command goes on"

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Copy the private MongoDB into the server that MONGODB_URI names"

    def syntax(self) -> str:
        """For the help text."""
        return "[--into NAME]"

    def long_desc(self) -> str:
        """For the help text."""
        return (
            "Copy everything of the private MongoDB (CQNSPIDER_HOME, database MONGO_DATABASE) into the server that MONGODB_URI names, and compare counts"
            " and hashes. The private one stays as it is. May be interrupted and run again."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and ours."""
        super().add_options(parser)
        parser.add_argument("--into", metavar="NAME", help="name of the database there; default: the same as here")

    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        """Print a line a collection."""
        if args:
            raise ArgumentError(f"copy takes no {args[0]!r}: it copies into the server that MONGODB_URI names")
        if not settings["MONGO_URI"]:
            raise ArgumentError("set MONGODB_URI to the server that gets a copy of the private MongoDB")
        for each in asyncio.run(copied(settings, opts.into or settings["MONGO_DATABASE"])):
            print(f"{each.collection}: {each.documents} documents, sha256 {each.sha256[:16]} on both sides")
        return GOOD


async def copied(settings: BaseSettings, into: str) -> list[Copied]:
    """The private database, which is only read, copied into one of the server. Raises StoreError."""
    PrivateMongod(Path(settings["CQNSPIDER_HOME"])).must_exist()
    here, there = settings.copy(), settings.copy()
    here.set("MONGO_URI", "", priority="cmdline")
    there.set("MONGO_DATABASE", into, priority="cmdline")
    async with opened(here, read_only=True) as source:
        async with opened(there, read_only=True) as target:  # what is refused is not even prepared
            await check(source, target)
        async with opened(there) as target:
            with tqdm(total=await size(source), unit="document", disable=None, leave=False) as progress:
                return await copy(source, target, progress.update)
