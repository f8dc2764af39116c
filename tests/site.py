"""The saved pages as a web site: a proxy on loopback that ends TLS for www.cqn.com.cn itself and answers from a folder.

The crawl runs with its production settings and real URLs; only `https_proxy` points here. Answers can be replaced to make the site misbehave.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme

from cqnspider.archive.folder import saved_page

Answer = tuple[int, dict[str, str], bytes]


class Site:
    """Requests that came, by path, and answers that replace the saved pages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.paths: list[str] = []
        self.agents: set[str] = set()
        self.headers: dict[str, Message] = {}  # of the last request, by path
        self.answers: dict[str, Callable[[], Answer]] = {}
        self.delay = 0.0
        self.proxy = ""

    def answer(self, path: str) -> Answer:
        self.paths.append(path)
        time.sleep(self.delay)
        if path in self.answers:
            return self.answers[path]()
        file = saved_page(self.folder, f"https://www.cqn.com.cn{path}")
        return (404, {}, b"") if file is None else (200, {"Content-Type": "text/html"}, file.read_bytes())


@contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """The site, until the block ends."""
    site = Site(folder.resolve())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("www.cqn.com.cn").configure_cert(context)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            with suppress(ValueError):  # do_CONNECT has closed what the base class would flush
                super().handle()

        def do_CONNECT(self) -> None:
            self.send_response(200)
            self.end_headers()
            try:
                self.connection = context.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
                self.close_connection = False
                while not self.close_connection:
                    self.handle_one_request()
            except (ssl.SSLError, OSError):
                pass
            finally:
                self.close_connection = True
                for part in (self.rfile, self.wfile, self.connection):
                    with suppress(OSError):
                        part.close()

        def do_GET(self) -> None:
            site.agents.add(self.headers.get("User-Agent", ""))
            site.headers[self.path] = self.headers
            status, headers, body = site.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    site.proxy = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
