"""`scrapy mongod`: keeps the private MongoDB running and prints its URI, for mongosh, Compass or pymongo."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand

from cqnspider.extensions.verdict import BROKE
from cqnspider.store import StoreError
from cqnspider.store.mongod import PrivateMongod


class Command(ScrapyCommand):
    """Hold one use of the private MongoDB until Ctrl-C."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Keep the private MongoDB running and print its URI"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the URI on stdout, what to do with it on stderr, and wait for SIGINT or SIGTERM."""
        assert self.settings is not None
        stop = {signal.SIGINT, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, stop)
        try:
            with PrivateMongod(Path(self.settings["CQNSPIDER_HOME"]), self.settings["MONGOD"]) as private:
                print(private.uri, flush=True)
                print(
                    f"database: {self.settings['MONGO_DATABASE']}. Ctrl-C ends it. Try: mongosh '{private.uri}'",
                    file=sys.stderr,
                    flush=True,
                )
                signal.sigwait(stop)
        except StoreError as error:
            print(f"cqnspider: {error}", file=sys.stderr)
            self.exitcode = BROKE
