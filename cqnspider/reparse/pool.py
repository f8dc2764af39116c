"""Where batches are worked on: processes of this machine, or a Dask cluster. Results come as they are ready; a worker that dies costs only time.

In: a function of a module and its tasks. Out: `(number of the task, result)` in any order.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from distributed import Client

logger = logging.getLogger(__name__)
Results = Iterator[tuple[int, Any]]
_DEATHS: Final = 3  # of workers in a row without a result between; then it is the work that kills them
_AHEAD: Final = 3  # tasks a worker that are handed out at once


class PoolError(Exception):
    """The work cannot be done here; the message says why."""


class Pool(ABC):
    """A context manager."""

    def __enter__(self) -> Self:
        return self

    @abstractmethod
    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @abstractmethod
    def run(self, function: Callable[..., Any], shared: Sequence[Any], tasks: Sequence[Any]) -> Results:
        """`function(*shared, task)` for every task. Raises what the function raises, and PoolError."""


class ThisProcess(Pool):
    """No other process: a thread does one task after the other. For tests and measurements."""

    def __init__(self, let_go: Callable[[], None]) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._let_go = let_go

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.submit(self._let_go).result()
        self._thread.shutdown()

    def run(self, function: Callable[..., Any], shared: Sequence[Any], tasks: Sequence[Any]) -> Results:
        """In order."""
        for number, task in enumerate(tasks):
            yield number, self._thread.submit(function, *shared, task).result()


class LocalPool(Pool):
    """Processes on this machine; each has its own tables and its own connection."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        ways = multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("forkserver" if "forkserver" in ways else "spawn")
        if "forkserver" in ways:
            # Dictionary and gazetteer are loaded once.
            self._context.set_forkserver_preload(["cqnspider.reparse.tables"])
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Workers load their tables while the files are scanned."""
        self._executor = ProcessPoolExecutor(self.workers, mp_context=self._context)
        for _ in range(self.workers):
            self._executor.submit(os.getpid)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=kind is None, cancel_futures=True)
            self._executor = None

    def run(self, function: Callable[..., Any], shared: Sequence[Any], tasks: Sequence[Any]) -> Results:
        """Hands out tasks a few at a time, so that memory stays small; starts new workers where some were killed."""
        todo = list(range(len(tasks)))[::-1]
        running: dict[Future[Any], int] = {}
        deaths = 0
        while todo or running:
            if self._executor is None:
                self._executor = ProcessPoolExecutor(self.workers, mp_context=self._context)
            try:
                while todo and len(running) < self.workers * _AHEAD:
                    running[self._executor.submit(function, *shared, tasks[todo[-1]])] = todo[-1]
                    todo.pop()
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    yield running.pop(future), result
                    deaths = 0
            except BrokenProcessPool as error:
                deaths += 1
                if deaths == _DEATHS:
                    raise PoolError(
                        f"worker processes were killed {deaths} times, out of memory? Try --workers 1"
                    ) from error
                logger.warning("a worker process was killed; its tasks are done again")
                todo += sorted(running.values(), reverse=True)
                running = {}
                self._executor.shutdown(wait=False)
                self._executor = None


class DaskPool(Pool):
    """Workers of a Dask cluster, which have cqnspider installed and see the same files and the same database."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client  # noqa: PLC0415 – an optional extra
        except ImportError:
            raise PoolError("--dask needs the package distributed: pip install -r requirements-dask.txt") from None
        try:
            self._client: Client = Client(address, timeout="10s", set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise PoolError(f"no Dask scheduler answers at {address}: {' '.join(str(error).split())[:200]}") from None

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def run(self, function: Callable[..., Any], shared: Sequence[Any], tasks: Sequence[Any]) -> Results:
        """Submits all tasks; the scheduler gives those of a dead worker to another one."""
        from distributed import as_completed  # noqa: PLC0415 – an optional extra
        from distributed.scheduler import KilledWorker  # noqa: PLC0415

        if not tasks:
            return
        futures = {
            self._client.submit(function, *shared, task, pure=False): number for number, task in enumerate(tasks)
        }
        completed = as_completed(futures, loop=self._client.loop)
        for future in completed:
            try:
                yield futures[future], future.result()
            except KilledWorker as error:
                raise PoolError(f"the workers of the cluster die over this work: {error}") from error
            future.release()


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
