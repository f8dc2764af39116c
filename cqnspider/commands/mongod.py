"""`scrapy mongod`: keeps the private MongoDB running and prints its URI, for mongosh, Compass or pymongo."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cqnspider.command import ProjectCommand
from cqnspider.extensions.verdict import GOOD
from cqnspider.store.mongod import PrivateMongod

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


class Command(ProjectCommand):
    """Hold one use of the private MongoDB until Ctrl-C."""

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Keep the private MongoDB running and print its URI"

    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        """Print the URI on stdout, what to do with it on stderr, and wait for SIGINT or SIGTERM."""
        stop = {signal.SIGINT, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, stop)
        with PrivateMongod(Path(settings["CQNSPIDER_HOME"]), settings["MONGOD"]) as private:
            print(private.uri, flush=True)
            print(
                f"database: {settings['MONGO_DATABASE']}. Ctrl-C ends it. Try: mongosh '{private.uri}'",
                file=sys.stderr,
                flush=True,
            )
            signal.sigwait(stop)
        return GOOD
