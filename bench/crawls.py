"""What a page costs: `python bench/crawls.py [--articles 2000] [--runs 3] [--memory 20000]`.

On a replica of the site (bench/replica.py), each in a process of its own, in turn: Scrapy that only downloads, Scrapy that also parses each page once,
`crawl local_news` with metrics, places, duplicates and acknowledged writes, the same with an archive, the same from saved pages, `reparse` from
WARC. HTTP is real, with TLS, from another process. CPU is that of the crawling process between the opening of the spider and its end, first use
of the tables included; that of mongod stands beside it. Medians of the runs. Then `scrapy reparse` by the clock with one and two
workers, and the peak memory of a crawl of `--memory` pages against one of `--articles`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from replica import make_site

from cqnspider.archive.convert import folder_to_warc
from cqnspider.store.mongod import PrivateMongod

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("bare", "parsed", "local_news", "archived", "replay", "reparse")
Result = dict[str, float]


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The replica over HTTPS, by another process; the address of its proxy."""
    with subprocess.Popen(
        [sys.executable, ROOT / "bench" / "serve.py", site], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout and server.stdin
        yield server.stdout.readline().strip()
        server.stdin.close()


def seconds_of(pid: int) -> float:
    """CPU seconds of another process (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def worked(*command: str, **environment: str) -> Result:
    """What a worker of this folder printed of itself."""
    done = subprocess.run(
        [sys.executable, ROOT / "bench" / command[0], *command[1:]],
        env=os.environ | {"SCRAPY_SETTINGS_MODULE": "cqnspider.settings"} | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        raise SystemExit(f"{' '.join(command)} failed: {done.stderr}")
    found: Result = json.loads(done.stdout.splitlines()[-1])
    return found


def run(kind: str, site: Path, warc: Path, proxy: str, work: Path) -> Result:
    """One process of a kind on a new database; what it printed, and the CPU of mongod a page."""
    with tempfile.TemporaryDirectory(dir=work) as folder, PrivateMongod(Path(folder)) as private:
        pid = int((private.home / "data" / "mongod.lock").read_text())
        before = seconds_of(pid)
        environment = {"MONGODB_URI": private.uri, "https_proxy": proxy}
        if kind == "archived":
            environment["ARCHIVE_DIR"] = f"{folder}/archive"
        command = (
            ["reparse_worker.py", str(warc)]
            if kind == "reparse"
            else ["crawl_worker.py", "local_news" if kind == "archived" else kind, str(site)]
        )
        result = worked(*command, **environment)
        result["mongod_ms"] = (seconds_of(pid) - before) / max(result["pages"], 1) * 1000
        return result


def clock(warc: Path, workers: int, work: Path) -> float:
    """Seconds of `scrapy reparse` on a new database."""
    with tempfile.TemporaryDirectory(dir=work) as folder, PrivateMongod(Path(folder)) as private:
        environment = os.environ | {"SCRAPY_SETTINGS_MODULE": "cqnspider.settings", "MONGODB_URI": private.uri}
        begun = time.perf_counter()
        command = [sys.executable, "-m", "scrapy", "reparse", str(warc), "--workers", str(workers)]
        subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - begun


def table(results: dict[str, list[Result]]) -> str:
    parsed = median(each["ms"] for each in results["parsed"])
    lines = [
        "| | CPU ms a page | × parsed once | wall ms | mongod CPU ms | start-up CPU s | peak MB | articles |\n|---|---|---|---|---|---|---|---|"
    ]
    for kind, runs in results.items():
        middle = {name: median(each[name] for each in runs) for name in runs[0]}
        lines.append(
            f"| {kind} | {middle['ms']:.2f} | {middle['ms'] / parsed:.2f} | {middle['wall_ms']:.1f} | {middle['mongod_ms']:.2f}"
            f" | {middle['start_up']:.2f} | {middle['peak_mb']:.0f} | {middle['stored']:.0f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", type=int, default=20_000, help="articles of the long crawl; 0 leaves it out")
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="cqn"))
    try:
        site, warc = work / "site", work / "site.warc.gz"
        make_site(site, options.articles)
        folder_to_warc(site, warc)
        results: dict[str, list[Result]] = {kind: [] for kind in KINDS}
        with served(site) as proxy:
            for _ in range(options.runs):
                for kind in KINDS:
                    results[kind].append(run(kind, site, warc, proxy, work))
        print(table(results), flush=True)
        times = {workers: median(clock(warc, workers, work) for _ in range(options.runs)) for workers in (1, 2)}
        print(
            f"\nreparse: {times[1]:.1f} s with one worker, {times[2]:.1f} s with two: {times[1] / times[2]:.2f} × as fast",
            flush=True,
        )
        if options.memory:
            shutil.rmtree(site)
            make_site(site, options.memory)
            with served(site) as proxy:
                long = run("local_news", site, warc, proxy, work)
            short = median(each["peak_mb"] for each in results["local_news"])
            print(
                f"\nlocal_news of {long['pages']:,.0f} pages: {long['ms']:.2f} CPU ms a page, peak {long['peak_mb']:.0f} MB"
                f" ({long['peak_mb'] / short - 1:+.0%} against {options.articles:,} articles), {long['stored']:,.0f} articles stored"
            )
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
