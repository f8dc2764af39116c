import os
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pymongo
import pytest

from cqnspider.store import StoreError
from cqnspider.store.mongod import PrivateMongod, find_mongod


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def pids(home: Path) -> list[int]:
    """Processes whose command line names this home's data folder."""
    found = subprocess.run(
        ["pgrep", "-f", f"--dbpath {home / 'mongod' / 'data'}"], capture_output=True, text=True, check=False
    )
    return [int(line) for line in found.stdout.split()]


def mongod_pid(home: Path) -> int:
    return int((home / "mongod" / "data" / "mongod.lock").read_text())


def insert(private: PrivateMongod, key: int) -> None:
    with pymongo.MongoClient(private.uri, serverSelectionTimeoutMS=5000) as client:
        client["t"]["c"].insert_one({"_id": key})


def count(private: PrivateMongod) -> int:
    with pymongo.MongoClient(private.uri, serverSelectionTimeoutMS=5000) as client:
        return client["t"]["c"].count_documents({})


def test_the_last_user_ends_it_and_the_data_stay(tmp_path: Path) -> None:
    with PrivateMongod(tmp_path) as first:
        insert(first, 1)
        with PrivateMongod(tmp_path) as second:
            insert(second, 2)
        assert count(first) == 2, "the first user keeps it running"
    assert wait_until(lambda: not pids(tmp_path))
    with PrivateMongod(tmp_path) as again:
        assert count(again) == 2
    assert wait_until(lambda: not pids(tmp_path))


def test_no_tcp_and_only_the_owner_may_enter(tmp_path: Path) -> None:
    with PrivateMongod(tmp_path) as private:
        insert(private, 1)
        assert stat.S_IMODE(private.socket.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(private.socket.stat().st_mode) == 0o600
        inodes = {
            os.readlink(f"/proc/{mongod_pid(tmp_path)}/fd/{fd}")
            for fd in os.listdir(f"/proc/{mongod_pid(tmp_path)}/fd")
            if os.path.lexists(f"/proc/{mongod_pid(tmp_path)}/fd/{fd}")
        }
        listening = {
            f"socket:[{line.split()[9]}]"
            for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
            if line.split()[3] == "0A"
        }
        assert not inodes & listening


def test_a_killed_mongod_is_started_again_with_its_data(tmp_path: Path) -> None:
    with PrivateMongod(tmp_path) as private:
        insert(private, 1)
        os.kill(mongod_pid(tmp_path), signal.SIGKILL)
        assert wait_until(lambda: not private._answers())
        with PrivateMongod(tmp_path) as again:
            assert count(again) == 1
    assert wait_until(lambda: not pids(tmp_path))


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    home = tmp_path / ("長い名前" * 12)
    with PrivateMongod(home) as private:
        assert len(os.fsencode(private.socket)) <= 107
        assert stat.S_IMODE(private.socket.parent.stat().st_mode) == 0o700
        insert(private, 1)


def test_a_planted_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "mongod").symlink_to(tmp_path / "elsewhere")
    home = PrivateMongod(tmp_path)
    home.home = tmp_path / "mongod"
    with pytest.raises(StoreError, match=r"belongs to somebody else"):
        home.__enter__()


def test_what_is_no_mongod_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"MONGOD=/nonexistent is no executable file. Set MONGODB_URI"):
        find_mongod("/nonexistent")
    with pytest.raises(StoreError, match=r"mongod did not start"), PrivateMongod(tmp_path, "/bin/false"):
        pass


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("#!/bin/sh\necho 'cannot open shared object file: libcurl.so.4' >&2\nexit 127\n", "libcurl.so.4"),
        ("no program\n", "Exec format error"),
    ],
)
def test_a_mongod_that_cannot_run_here_says_why(tmp_path: Path, program: str, said: str) -> None:
    mongod = tmp_path / "mongod-of-another-machine"
    mongod.write_text(program)
    mongod.chmod(0o700)
    with pytest.raises(StoreError, match=f"mongod did not start: .*{said}"), PrivateMongod(tmp_path, str(mongod)):
        pass


def test_a_start_that_fails_says_why(tmp_path: Path) -> None:
    data = tmp_path / "mongod" / "data"
    data.mkdir(parents=True, mode=0o700)
    (data / "WiredTiger").write_text("no database")
    (data / "WiredTiger.turtle").write_text("no database")
    (data / "storage.bson").write_text("no database")
    with pytest.raises(StoreError, match=r"mongod did not start: .+ Set MONGODB_URI"), PrivateMongod(tmp_path):
        pass


def test_an_unwritable_home_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StoreError, match=r"Set CQNSPIDER_HOME to a writable folder"),
        PrivateMongod(tmp_path / "file" / "home"),
    ):
        pass


def test_last_words_of_a_home_that_is_gone(tmp_path: Path) -> None:
    """Whoever asks why the database is lost must get an answer, not an exception."""
    private = PrivateMongod(tmp_path / "none")
    assert private.last_words() == f"{tmp_path / 'none' / 'mongod'} cannot be read: No such file or directory"
