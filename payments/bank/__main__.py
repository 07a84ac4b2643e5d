"""The bank on its own: `python -m payments.bank --port 4242`, until Ctrl-C or a TERM signal."""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from .server import Bank


def main() -> int:
    """Read the options and the environment, run the bank, stop it cleanly."""
    parser = argparse.ArgumentParser(prog="python -m payments.bank", description="A local bank: no real money.")
    parser.add_argument("--port", type=int, required=True, help="the port to listen on; 0 chooses one")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    parser.add_argument("--public-url", help="the bank's address in people's browsers, where it is another one")
    parser.add_argument("--state", type=Path, help="a file that keeps the books between runs")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    missing = [name for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET") if not os.environ.get(name)]
    if missing:
        parser.error(f"set {' and '.join(missing)}: any value, the same as the portal's")
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_arguments: stopping.set())
    bank = Bank(
        secret_key=os.environ["STRIPE_SECRET_KEY"],
        webhook_secret=os.environ["STRIPE_WEBHOOK_SECRET"],
        webhook_url=os.environ.get("WEBHOOK_URL"),
        host=options.host,
        port=options.port,
        public_url=options.public_url,
        file=options.state,
    )
    with bank:
        logging.getLogger("payments.bank").info("Local bank (no real money) at %s", bank.url)
        stopping.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
