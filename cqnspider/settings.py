"""Every setting with its reason. The environment is read here and nowhere else."""

import os
from dataclasses import fields
from pathlib import Path

from scrapy.utils.conf import closest_scrapy_cfg

from cqnspider import __version__
from cqnspider.items import Article

# Scrapy
BOT_NAME = "cqnspider"
SPIDER_MODULES = ["cqnspider.spiders"]
NEWSPIDER_MODULE = "cqnspider.spiders"
COMMANDS_MODULE = "cqnspider.commands"
ADDONS = {"cqnspider.archive.replay.ReplayAddon": 100}
TELNETCONSOLE_ENABLED = False  # an open port for nothing
REMOTE_CONTROL_ENABLED = False  # the same
LOG_LEVEL = "WARNING"  # the summary at the end says what happened; -L INFO or -L DEBUG for more
LOG_FORMATTER = "cqnspider.extensions.log_lines.ShortLogFormatter"  # a line an item, never a whole article
LOGSTATS_INTERVAL = 0.0  # the progress line and the summary take its place
STATS_DUMP = False  # what matters of it is stored with the run
FEED_EXPORT_ENCODING = "utf-8"  # Chinese text readable in JSON
# Index keys are of no use in a file.
FEED_EXPORT_FIELDS = [field.name for field in fields(Article) if field.name != "bands"]
FEED_EXPORTERS = {"csv": "cqnspider.extensions.feeds.SpreadsheetCsv"}  # cells that begin like a formula are defused
CONCURRENT_ITEMS = 4  # measured: half the CPU per page of the default 100, which makes that many tasks a response

# Politeness: we are guests
CONTACT = os.environ.get("CQNSPIDER_CONTACT", "")  # your page or mail address, so that the site can reach you
USER_AGENT = f"cqnspider/{__version__} (local-news data for research; contact: {CONTACT or 'none given'})"
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 1  # one request at a time …
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0  # … and seconds between two, more when the site is slow
AUTOTHROTTLE_ENABLED = True  # slower when the site is slow
AUTOTHROTTLE_START_DELAY = 2.0  # not faster than the delay at the beginning
# The spiders know what they asked for. A filter would lose pages silently, and exempting requests from it (dont_filter) would
# exempt them from the offsite check as well.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
COOKIES_ENABLED = False  # static pages need none
DOWNLOAD_TIMEOUT = 60  # seconds
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024  # bytes; an article page has 40–60 KB
DOWNLOAD_WARNSIZE = 0  # what is too large fails and is recorded
METAREFRESH_ENABLED = False  # error pages refresh to the home page, which would look like an answer
REDIRECT_MAX_TIMES = 5  # the site may move a page once or twice; more is a circle
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the spider records the failure with its reason
DEFAULT_REQUEST_HEADERS = {  # Chinese pages, no images
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
}
DOWNLOADER_MIDDLEWARES = {
    "cqnspider.redirects.RedirectGuardMiddleware": 610,  # before the RedirectMiddleware: off-site redirects are failures, not silence
    "cqnspider.archive.recording.RecordingMiddleware": 870,  # next to the downloader: sees what was sent
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "cqnspider.robots.StrictRobotsTxtMiddleware": 100,  # in its place: no robots.txt to be had, no crawl
}

# Items
ITEM_PIPELINES = {
    "cqnspider.pipelines.validate.ValidatePipeline": 100,
    "cqnspider.pipelines.place.PlacePipeline": 200,
    "cqnspider.pipelines.metrics.MetricsPipeline": 300,
    "cqnspider.pipelines.dedup.DedupPipeline": 500,
    "cqnspider.pipelines.store.StorePipeline": 900,
}
EXTENSIONS = {  # in the order in which they hear of the end: the progress line goes before the summary is printed
    "cqnspider.store.database.Database": 0,
    "cqnspider.extensions.feeds.Feeds": 0,
    "scrapy.extensions.feedexport.FeedExporter": None,  # in its place: errors while writing decide the exit code
    "cqnspider.extensions.failures.Failures": 10,
    "cqnspider.extensions.run.RunRecord": 100,
    "cqnspider.extensions.progress.Progress": 50,
    "cqnspider.extensions.garbage.Garbage": 900,
}

# cqnspider
# Where scrapy.cfg is; without one (a job of scrapyd) the current folder, where scrapyd keeps its eggs and logs too.
PROJECT_DIR = Path(closest_scrapy_cfg() or "scrapy.cfg").resolve().parent


def database_settings() -> dict[str, str | None]:
    """The settings of the database as the environment says them now; `open_store` asks anew each time."""
    return {
        "MONGO_URI": os.environ.get("MONGODB_URI", ""),  # empty: the private MongoDB
        "MONGO_DATABASE": os.environ.get("MONGO_DATABASE", "cqn"),
        # The private MongoDB lives here.
        "CQNSPIDER_HOME": str(PROJECT_DIR / Path(os.environ.get("CQNSPIDER_HOME") or ".cqnspider").expanduser()),
        "MONGOD": os.environ.get("MONGOD"),  # path of a mongod binary for the private MongoDB
    }


MONGO_URI, MONGO_DATABASE, CQNSPIDER_HOME, MONGOD = database_settings().values()
REPLAY = ""  # folder of saved pages, WARC file or folder of such; set: no network at all
REPLAY_AT = ""  # of WARC files: the newest captures up to this day (its end, Beijing time) or moment
ARCHIVE_DIR = os.environ.get(
    "ARCHIVE_DIR", ""
)  # every page that is fetched is kept here; a relative path is below the project
ARCHIVE_FILE_SIZE = 1_000_000_000  # bytes of a WARC file, then the next one; about 80,000 pages
ALERT_WEBHOOK = os.environ.get("ALERT_WEBHOOK", "")  # gets the reasons of a bad verdict: WeCom, DingTalk, Feishu, Slack
OVERLAP_DAYS = 7  # a crawl reads on until a whole list page is stored and this much older than the last complete crawl
