"""`scrapy warc FOLDER FILE.warc.gz` and `scrapy warc WARC… FOLDER`: saved pages and WARC files into each other."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from scrapy.commands import ScrapyCommand

from cqnspider.archive.convert import folder_to_warc, warc_to_folder
from cqnspider.archive.records import SUFFIXES, ArchiveError, warc_files
from cqnspider.archive.replay import replay_moment
from cqnspider.arguments import ArgumentError
from cqnspider.extensions.verdict import ARGUMENTS, BROKE, SUSPECT

_SHOWN: Final = 20  # pages that were left out
_USAGE: Final = "say what and where: scrapy warc fixtures pages.warc.gz, or scrapy warc archive folder (archive: WARC files or a folder of them)"


class Command(ScrapyCommand):
    """Convert saved pages."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """For the help text."""
        return "FOLDER FILE.warc.gz | WARC… FOLDER"

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Convert a folder of saved pages into a WARC file, or WARC files into a folder"

    def long_desc(self) -> str:
        """For the help text."""
        return f"{self.short_desc()}. Of each page the folder gets the newest good capture; -s REPLAY_AT=2026-11-01 the newest up to a day."

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Convert and print a line."""
        try:
            self.exitcode = self.convert([Path(each).expanduser() for each in args])
        except ArgumentError as error:
            print(f"cqnspider: {error}", file=sys.stderr)
            self.exitcode = ARGUMENTS
        except (ArchiveError, OSError) as error:
            print(f"cqnspider: {error}", file=sys.stderr)
            self.exitcode = BROKE

    def convert(self, paths: list[Path]) -> int:
        """The exit code. Raises ArgumentError, ArchiveError, OSError."""
        assert self.settings is not None
        if len(paths) < 2:
            raise ArgumentError(_USAGE)
        *sources, target = paths
        if target.name.endswith(SUFFIXES):
            if len(sources) > 1 or not sources[0].is_dir() or warc_files(sources[0]):
                raise ArgumentError(f"{sources[0]} is no folder of saved pages. {_USAGE}")
            if not target.name.endswith(".gz"):
                raise ArgumentError(f"{target}: records are compressed; call it {target.name}.gz")
            if target.exists():
                raise ArgumentError(f"{target} is there already; name another file")
            print(f"{folder_to_warc(sources[0], target)} pages of {sources[0]} are in {target}")
            return 0
        files = [file for source in sources for file in warc_files(source)]
        empty = [str(source) for source in sources if not warc_files(source)]
        if empty or target.is_file():
            raise ArgumentError(f"{empty[0] if empty else target} is no {'WARC file' if empty else 'folder'}. {_USAGE}")
        limit = self.settings.getint("DOWNLOAD_MAXSIZE")
        saved, left_out = warc_to_folder(files, target, replay_moment(self.settings), limit)
        print(f"{saved} pages of {len(files)} WARC files are in {target}")
        for line in left_out[:_SHOWN]:
            print(f"left out: {line}", file=sys.stderr)
        if len(left_out) > _SHOWN:
            print(f"left out: {len(left_out) - _SHOWN} more", file=sys.stderr)
        return SUSPECT if left_out else 0
