"""Keeps one private mongod and stops it when its last user is gone, however that user ended (run as a script, standard library only).

Arguments: the lock file that every user holds shared, then mongod's command line. The guard waits for the exclusive lock, which it gets
when no user is left – also after SIGKILL, because the kernel drops a dead process's locks – then stops mongod and waits for its end.
"""

import fcntl
import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run mongod until nobody holds the lock or it dies; return its exit code."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # Ctrl-C ends the crawl; the database ends after it
    with (
        open(sys.argv[1], "rb") as lock,
        subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, restore_signals=True) as mongod,
    ):
        threading.Thread(
            target=lambda: os._exit(mongod.wait() & 0xFF), daemon=True
        ).start()  # the starter sees a failed start at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        mongod.terminate()
        return mongod.wait()


if __name__ == "__main__":
    sys.exit(main())
