"""A mail server that delivers nowhere: it keeps .eml files and shows them on this machine only.

The pages are plain text inside minimal HTML, escaped, with a policy that forbids everything: what a mail
says can never run, fetch or leave.
"""

import argparse
import html
import json
import re
import signal
import threading
import time
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

ADDRESS = "127.0.0.1"
READY_FILE = "ports.json"
SHOWN = 200
LINK = re.compile(r"https?://[^\s<>\"']+")

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #22302a; background: #fbf8f2; max-width: 46rem;
       margin: 2rem auto; padding: 0 1rem; }
h1 { font: 600 1.6rem/1.2 Georgia, serif; }
a { color: #1f5c46; } dt { color: #5c675f; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
ol { list-style: none; padding: 0; } li { border-top: 1px solid #d9d2c3; padding: .75rem 0; }
small { color: #5c675f; display: block; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border-top: 1px solid #d9d2c3; padding-top: 1rem;
      font: inherit; }
"""


def parse(raw: bytes) -> EmailMessage:
    """The mail as Python's modern message."""
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)


def text_of(message: EmailMessage) -> str:
    """What the mail says in plain text; a mail without a plain part shows its HTML as source."""
    part = message.get_body(preferencelist=("plain", "html"))
    return str(part.get_content()) if part is not None else ""


class Keeper:
    """Takes mails for aiosmtpd and keeps each as a file whose name sorts by time of arrival."""

    def __init__(self, folder: Path, *, heard: Callable[[EmailMessage], None] | None = None) -> None:
        self.folder = folder
        self.heard = heard
        self.lock = threading.Lock()
        self.count = 0
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        """Keep the mail before saying so: 250 means it is on disk."""
        raw: bytes = envelope.original_content
        with self.lock:
            self.count += 1
            name = f"{time.strftime('%Y%m%dT%H%M%S')}-{time.time_ns() % 1_000_000_000:09d}-{self.count:05d}"
            started = self.folder / f"{name}.part"
            started.write_bytes(raw)
            started.rename(self.folder / f"{name}.eml")
        if self.heard is not None:
            self.heard(parse(raw))
        return "250 Kept"


class Pages(BaseHTTPRequestHandler):
    """A list of mails and a page for each. Reads only."""

    server_version = "mail"
    sys_version = ""

    def __init__(self, *args: Any, folder: Path, **kwargs: Any) -> None:
        self.folder = folder
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        """Answer the list, one mail, or 404."""
        # A page elsewhere must not read mails through a name that points at this machine.
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if host not in {"localhost", ADDRESS}:
            self._say(HTTPStatus.FORBIDDEN, "Not here", "<p>Open this page as localhost.</p>")
        elif self.path == "/":
            self._list()
        elif re.fullmatch(r"/[0-9T-]+", self.path) and (self.folder / f"{self.path[1:]}.eml").is_file():
            self._show(self.folder / f"{self.path[1:]}.eml")
        else:
            self._say(HTTPStatus.NOT_FOUND, "No such mail", '<p><a href="/">All mail</a></p>')

    def _list(self) -> None:
        files = sorted(self.folder.glob("*.eml"), reverse=True)
        items = []
        for file in files[:SHOWN]:
            message = parse(file.read_bytes())
            items.append(
                f'<li><a href="/{file.stem}">{_escaped(message["subject"]) or "(no subject)"}</a>'
                f"<small>to {_escaped(message['to'])} · {_escaped(message['date'])}</small></li>"
            )
        shown = f", the newest {SHOWN} shown" if len(files) > SHOWN else ""
        count = f"<p>{len(files)} kept on this machine{shown}. Nothing was delivered.</p>"
        self._say(HTTPStatus.OK, "Mail", f"{count}<ol>{''.join(items)}</ol>")

    def _show(self, file: Path) -> None:
        message = parse(file.read_bytes())
        rows = "".join(
            f"<dt>{name}</dt><dd>{_escaped(message[name])}</dd>"
            for name in ("From", "To", "Reply-To", "Date", "Message-ID")
            if message[name]
        )
        names = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
        attached = "".join(f"<li>{_escaped(name)}</li>" for name in names)
        body = f"<dl>{rows}</dl>" + (f"<p>Attached:</p><ol>{attached}</ol>" if attached else "")
        body += f'<pre>{_linked(text_of(message))}</pre><p><a href="/">All mail</a></p>'
        self._say(HTTPStatus.OK, str(message["subject"] or "(no subject)"), body)

    def _say(self, status: HTTPStatus, title: str, body: str) -> None:
        page = (
            f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{_escaped(title)}</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style>'
            f"<main><h1>{_escaped(title)}</h1>{body}</main></html>"
        ).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: the log is for mails."""


def _escaped(value: object) -> str:
    return html.escape(str(value or ""))


def _linked(text: str) -> str:
    """The text escaped, its web addresses made into links so that a newcomer can follow them."""
    parts, end = [], 0
    for found in LINK.finditer(text):
        address = html.escape(found[0])
        parts.append(html.escape(text[end : found.start()]))
        parts.append(f'<a href="{address}" rel="noreferrer noopener">{address}</a>')
        end = found.end()
    return "".join([*parts, html.escape(text[end:])])


def smtp_server(folder: Path, *, port: int, heard: Callable[[EmailMessage], None] | None = None) -> Controller:
    """An SMTP server on this machine that keeps mails in `folder`; not started yet."""
    return Controller(Keeper(folder, heard=heard), hostname=ADDRESS, port=port, data_size_limit=40_000_000)


def main() -> None:
    """Run both servers until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    smtp = smtp_server(options.folder, port=options.smtp_port)
    smtp.start()
    web = ThreadingHTTPServer((ADDRESS, options.http_port), partial(Pages, folder=options.folder))
    web.daemon_threads = True
    threading.Thread(target=web.serve_forever, daemon=True).start()
    (options.folder / READY_FILE).write_text(json.dumps({"smtp": options.smtp_port, "http": web.server_port}))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()
    web.shutdown()
    smtp.stop()


if __name__ == "__main__":
    main()
