"""`scrapy doctor`: checks what a crawl needs, one line each: ok, or what to do."""

from __future__ import annotations

import argparse
import asyncio
import platform
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import scrapy
from pymongo.errors import PyMongoError
from tqdm import tqdm

from cqnspider.archive.replay import replay_name
from cqnspider.command import ProjectCommand
from cqnspider.extensions.verdict import BROKE, GOOD
from cqnspider.items import SCHEMA_VERSION
from cqnspider.metrics import extract
from cqnspider.regions import locate
from cqnspider.sections import SECTIONS
from cqnspider.store import Store, StoreError, brief
from cqnspider.store.mongod import find_mongod
from cqnspider.store.schema import INDEXES

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


@dataclass(frozen=True, slots=True)
class Check:
    """A thing that was looked at; `advice` says what to do where `ok` is False."""

    name: str
    ok: bool
    found: str
    advice: str = ""


class Command(ProjectCommand):
    """Check the installation and the database."""

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Check Python, mongod, connection, indexes, schema version, sections"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and ours."""
        super().add_options(parser)
        parser.add_argument(
            "--migrate", action="store_true", help="bring stored documents of an older schema to today's first"
        )

    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        """Print a line a check; exit code 1 if one failed."""
        checks = asyncio.run(self.checks(settings, migrate=opts.migrate))
        for check in checks:
            print(
                f"{'ok  ' if check.ok else 'FAIL'} {check.name}: {check.found}"
                + (f" → {check.advice}" if not check.ok else "")
            )
        return GOOD if all(check.ok for check in checks) else BROKE

    async def checks(self, settings: BaseSettings, *, migrate: bool = False) -> list[Check]:
        """All checks; those of the database end with the first that fails."""
        [metric] = extract("检查1.6万余家次")
        place = locate(title="四川苍溪")
        found = [
            Check("python", sys.version_info >= (3, 11), platform.python_version(), "install Python 3.11 or newer"),
            Check(
                "scrapy",
                tuple(map(int, scrapy.__version__.split(".")[:2])) >= (2, 19),
                scrapy.__version__,
                "pip install -r requirements.txt",
            ),
            Check("metrics", metric.value == 16000, "1.6万余家次 → 16000 家次", "pip install -r requirements.txt"),
            Check("regions", place.county == "苍溪县", f"四川苍溪 → {place.adcode}", "pip install -r requirements.txt"),
        ]
        contact = settings["CONTACT"] or "none; set CQNSPIDER_CONTACT to your page or mail address before a live crawl"
        found.append(Check("contact", True, contact))
        if not settings["MONGO_URI"]:
            try:
                found.append(Check("mongod", True, str(find_mongod(settings["MONGOD"]))))
            except StoreError as error:
                return [*found, Check("mongod", False, "none", str(error))]
        try:
            store = Store.from_settings(settings)
        except StoreError as error:
            return [*found, Check("connection", False, "none", str(error))]
        try:
            with tqdm(unit="article", desc="migrating", disable=None if migrate else True, leave=False) as progress:
                await store.open(progress.update if migrate else None)
            found += [check async for check in self.database_checks(settings, store)]
        except (StoreError, PyMongoError) as error:
            found.append(Check("connection", False, store.label, brief(error)))
        finally:
            await store.close()
        return found

    async def database_checks(self, settings: BaseSettings, store: Store) -> AsyncIterator[Check]:
        """Server, indexes, schema versions, sections with their lists."""
        version = (await store.database.client.server_info())["version"]
        major = int(version.split(".")[0])
        yield Check("connection", major >= 6, f"{store.label}, MongoDB {version}", "MongoDB 6, 7 and 8 are supported")
        for name, indexes in INDEXES.items():
            there = set(await store.database[name].index_information())
            missing = {index.document["name"] for index in indexes} - there
            yield Check(
                f"indexes of {name}",
                not missing,
                f"{len(there)} there",
                f"missing: {', '.join(sorted(missing))}; any crawl creates them",
            )
        total = await store.database["articles"].estimated_document_count()
        yield Check("schema", True, f"version {SCHEMA_VERSION}, {total} articles")  # another version is not opened
        letters = await store.database["dead_letters"].estimated_document_count()
        yield Check("dead letters", True, f"{letters}" + ("; scrapy requeue tries them again" if letters else ""))
        for section in SECTIONS:
            lists = section.lists or await store.runs.lists_of(section.name, replay_name(settings))
            where = ", ".join(lists) if lists else f"not met yet, will be looked for from {section.front_page}"
            yield Check(f"section {section.name}", True, where)
