"""A reparse that is killed, whose workers are killed, that runs beside itself or on a cluster, ends like one that nothing disturbs."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import ROOT, TestDatabase
from tests.reparse.rebuilding import State, reparse, state_of
from tests.test_processes import environment


@contextmanager
def running(*command: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process group of its own, killed at the end."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("written", [1, 120])
def test_killed_and_run_again_it_goes_on(written: int, big: Path, undisturbed: State, database: TestDatabase) -> None:
    articles = database.client[database.name]["articles"]
    command = (sys.executable, "-m", "scrapy", "reparse", str(big), "--workers", "2")
    with running(*command, env=database.environment) as process:
        until(lambda: articles.count_documents({}) >= written or process.poll() is not None)
        os.killpg(process.pid, signal.SIGKILL)
    done = reparse(big, database)
    assert done.returncode == 0, done.stderr
    if written > 100:
        assert "were done by an earlier run" in done.stdout
    assert state_of(database.client, database.name) == undisturbed
    assert "0 new, 0 changed" in reparse(big, database).stdout


def test_a_killed_worker_costs_nothing(big: Path, undisturbed: State, database: TestDatabase) -> None:
    articles = database.client[database.name]["articles"]
    command = (sys.executable, "-m", "scrapy", "reparse", str(big), "--workers", "2")
    with running(*command, env=database.environment) as process:
        until(lambda: articles.count_documents({}) >= 1 or process.poll() is not None)
        workers = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and _is_worker(int(pid), process.pid)]
        assert workers
        os.kill(max(workers), signal.SIGKILL)
        assert process.wait(120) == 0
    assert state_of(database.client, database.name) == undisturbed


def _is_worker(pid: int, group: int) -> bool:
    """A grandchild: the child is the server that forks workers."""
    try:
        parent = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        grandparent = int(Path(f"/proc/{parent}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return False
    return grandparent == group


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_on_a_dask_cluster_whose_worker_is_killed(big: Path, undisturbed: State, database: TestDatabase) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    dask = (sys.executable, "-m", "distributed.cli.dask_scheduler")
    worker = (
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        address,
        "--nthreads",
        "1",
        "--no-dashboard",
        "--no-nanny",
    )
    articles = database.client[database.name]["articles"]
    with (
        running(
            *dask, "--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1], "--no-dashboard", "--no-show", env={}
        ),
        running(*worker, "--name", "first", env={}) as first,
        running(*worker, "--name", "second", env={}),
    ):
        command = (sys.executable, "-m", "scrapy", "reparse", str(big), "--dask", address)
        with running(*command, env=database.environment) as process:
            until(lambda: articles.count_documents({}) >= 1 or process.poll() is not None)
            first.kill()
            output, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
    assert f"{len(undisturbed['articles'])} articles in the archive: " in output
    assert state_of(database.client, database.name) == undisturbed


def test_two_at_once_end_like_one(big: Path, undisturbed: State, database: TestDatabase) -> None:
    command = (sys.executable, "-m", "scrapy", "reparse", str(big), "--workers", "1")
    with running(*command, env=database.environment) as one, running(*command, env=database.environment) as other:
        assert (one.wait(120), other.wait(120)) == (0, 0)
    assert state_of(database.client, database.name) == undisturbed
