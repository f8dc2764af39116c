"""Saved pages in a folder that is laid out like their URLs: `folder/www.cqn.com.cn/zj/content/2023-10/19/content_8990503.htm`."""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from cqnspider.archive.records import Answer, TooLarge
from cqnspider.urls import HOSTS

_QUOTED: Final = "/!$&'()*+,;=:@~-._"  # what a path keeps as it is


class Folder:
    """A folder of saved pages; `limit` is the largest page in bytes, 0 for any."""

    def __init__(self, path: Path, limit: int = 0) -> None:
        self.path = path.resolve()
        self.limit = limit

    def find(self, url: str) -> Answer | None:
        """A saved page as an answer with status 200; None if there is none. Raises TooLarge."""
        path = saved_page(self.path, url)
        if path is None:
            return None
        if self.limit and (size := path.stat().st_size) > self.limit:
            raise TooLarge(f"the saved page has {size:,} bytes, DOWNLOAD_MAXSIZE is {self.limit:,}")
        return Answer(200, [], path.read_bytes())

    def close(self) -> None:
        """Nothing is open."""

    def pages(self) -> Iterator[tuple[str, Path]]:
        """Address and file of every page of the site below the folder, in the order of their names."""
        for host in sorted(HOSTS):
            for path in sorted((self.path / host).rglob("*")):
                if path.is_file() and not path.is_symlink():
                    yield page_url(self.path, path), path


def saved_page(folder: Path, url: str) -> Path | None:
    """The file of a URL below `folder`; None if there is none, or if the URL points out of the folder."""
    try:
        path = page_path(folder, url)
        return path if path is not None and path.is_file() else None
    except OSError:  # a name longer than the file system takes
        return None


def page_path(folder: Path, url: str) -> Path | None:
    """Where the page of a URL belongs below `folder`; None if that were outside of it."""
    parts = urlsplit(url)
    name = f"{parts.hostname or ''}{unquote(parts.path)}" + (f"?{parts.query}" if parts.query else "")
    if name.endswith("/"):
        name += "index.htm"
    if "\0" in name or "\\" in name:
        return None
    try:
        path = (folder / name).resolve()
    except (OSError, RuntimeError):  # a link to itself
        return None
    return path if path.is_relative_to(folder) else None


def page_url(folder: Path, path: Path) -> str:
    """The address of a saved page; what follows a `?` in its name is the query. Whatever a name is made of, an address is one word of ASCII."""
    name, mark, query = os.fsencode(path.relative_to(folder).as_posix()).partition(b"?")
    return f"https://{quote(name, safe=_QUOTED)}{mark.decode()}{quote(query, safe=_QUOTED + '?%')}"


def content_type(path: Path) -> str:
    """What a server would say of a saved page, without a charset: the page knows its own."""
    kind, _ = mimetypes.guess_type(path.name.partition("?")[0], strict=False)
    return kind or "text/html"
