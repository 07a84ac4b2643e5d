"""A small bank that speaks enough of Stripe's HTTP API for the real SDK, for development and tests.

No money moves and only its own test cards are taken. Nothing that runs in production imports it: there the same
SDK talks to Stripe. In a test: `with Bank(secret_key=…, webhook_secret=…, webhook_url=…) as bank: bank.url`.
From a terminal: `python -m payments.bank --port 4242`.
"""

from .deliveries import Behavior
from .server import Bank

__all__ = ["Bank", "Behavior"]
