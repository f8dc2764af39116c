"""What the commands of this project share: no crawler, and one line and an exit code for whatever may go wrong.

Beside the folder commands/ and not in it, because Scrapy takes every class in there for a command.
"""

from __future__ import annotations

import os
import sys
from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar

from pymongo.errors import PyMongoError
from scrapy.commands import ScrapyCommand

from cqnspider.arguments import ArgumentError
from cqnspider.extensions.console import say
from cqnspider.extensions.verdict import ARGUMENTS, BROKE
from cqnspider.store import Store, StoreError, brief

if TYPE_CHECKING:
    import argparse

    from scrapy.settings import BaseSettings


class ProjectCommand(ScrapyCommand):
    """A command that needs the project's settings and no crawler; what it does is its `execute`."""

    requires_project = True
    requires_crawler_process = False
    # Errors that say what to do: no traceback, exit code 1.
    expected: ClassVar[tuple[type[Exception], ...]] = (StoreError,)
    interrupted = "interrupted"  # what is said at Ctrl-C

    @abstractmethod
    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        """Do it; the exit code. Raises ArgumentError for exit code 2, and what is `expected`."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do it and set the exit code; an error is one line on stderr."""
        assert self.settings is not None
        try:
            self.exitcode = self.execute(self.settings, args, opts)
            sys.stdout.flush()
        except BrokenPipeError:  # `| head` has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except ArgumentError as error:
            self.fail(str(error), ARGUMENTS)
        except PyMongoError as error:
            self.fail(brief(error))
        except self.expected as error:
            self.fail(str(error))
        except KeyboardInterrupt:
            self.fail(self.interrupted)

    def fail(self, message: str, code: int = BROKE) -> None:
        """One line, and the exit code."""
        say(f"cqnspider: {message}")
        self.exitcode = code


@asynccontextmanager
async def opened(settings: BaseSettings, *, read_only: bool = False) -> AsyncIterator[Store]:
    """The database of the settings, open until the block ends. Raises StoreError."""
    store = Store.from_settings(settings)
    try:
        yield await store.open(read_only=read_only)
    finally:
        await store.close()
