"""The picture of the report in the README, made anew from the saved pages: `python -m tests.reading.picture` (needs chromium, requirements-browser.txt)."""

import shutil
import tempfile
from pathlib import Path

from cqnspider.report.collect import Chosen, collect
from cqnspider.report.page import page
from cqnspider.store import Reader
from cqnspider.store.mongod import PrivateMongod
from tests.conftest import ROOT, fresh_database, run_spider


def main() -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 – only who makes the picture has it

    with (
        tempfile.TemporaryDirectory() as folder,
        PrivateMongod(Path(folder)) as mongod,
        fresh_database(mongod) as database,
    ):
        run_spider(database, "local_news")
        with Reader(database.uri, database.name) as store:
            found = collect(store, Chosen())
        found["about"]["database"] = "demo: 26 saved pages, their stories are invented"
        file = Path(folder) / "report.html"
        file.write_text(page(found))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            shown = browser.new_page(viewport={"width": 1200, "height": 900})
            shown.goto(file.as_uri())
            shown.wait_for_selector("html[data-drawn]", state="attached")
            shown.screenshot(path=ROOT / "docs" / "report.png", full_page=True)
            browser.close()


if __name__ == "__main__":
    main()
