"""`scrapy warc FOLDER FILE.warc.gz` and `scrapy warc WARC… FOLDER`: saved pages and WARC files into each other."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cqnspider.archive.convert import folder_to_warc, warc_to_folder
from cqnspider.archive.records import ArchiveError
from cqnspider.archive.replay import replay_moment
from cqnspider.archive.scan import SUFFIXES, warc_files
from cqnspider.arguments import ArgumentError
from cqnspider.command import ProjectCommand
from cqnspider.extensions.verdict import GOOD, SUSPECT

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_SHOWN: Final = 20  # pages that were left out
_USAGE: Final = "say what and where: scrapy warc fixtures pages.warc.gz, or scrapy warc archive folder (archive: WARC files or a folder of them)"


class Command(ProjectCommand):
    """Convert saved pages."""

    expected = (ArchiveError, OSError)

    def syntax(self) -> str:
        """For the help text."""
        return "FOLDER FILE.warc.gz | WARC… FOLDER"

    def short_desc(self) -> str:
        """For the list of commands."""
        return "Convert a folder of saved pages into a WARC file, or WARC files into a folder"

    def long_desc(self) -> str:
        """For the help text."""
        return f"{self.short_desc()}. Of each page the folder gets the newest good capture; -s REPLAY_AT=2026-11-01 the newest up to a day."

    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        """Convert and print a line; exit code 3 where pages were left out."""
        paths = [Path(each).expanduser() for each in args]
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
            return GOOD
        files = [file for source in sources for file in warc_files(source)]
        empty = [str(source) for source in sources if not warc_files(source)]
        if empty or target.is_file():
            raise ArgumentError(f"{empty[0] if empty else target} is no {'WARC file' if empty else 'folder'}. {_USAGE}")
        limit = settings.getint("DOWNLOAD_MAXSIZE")
        saved, left_out = warc_to_folder(files, target, replay_moment(settings), limit)
        print(f"{saved} pages of {len(files)} WARC files are in {target}")
        for line in left_out[:_SHOWN]:
            print(f"left out: {line}", file=sys.stderr)
        if len(left_out) > _SHOWN:
            print(f"left out: {len(left_out) - _SHOWN} more", file=sys.stderr)
        return SUSPECT if left_out else GOOD
