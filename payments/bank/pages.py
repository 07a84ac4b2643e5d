"""The bank's own pages: where a person pays, and what they read when there is nothing to pay."""

import base64
import hashlib
from html import escape
from string import Template

from .cards import ACCEPTED_CARD, DECLINED_CARD, Card
from .wire import Record

STYLE = """
:root { color-scheme: light dark; --paper: #fbf8f1; --surface: #fffdf8; --ink: #25231d; --muted: #5d584b;
  --hairline: #ddd5c4; --edge: #837b6b; --pine: #1e5b44; --on-pine: #fff; --clay: #97401f; --honey-tint: #f8efd3;
  --honey: #72530d; --focus: #1d5c88 }
@media (prefers-color-scheme: dark) { :root { --paper: #191a17; --surface: #21221e; --ink: #f1ece0; --muted: #bab3a3;
  --hairline: #3b3c35; --edge: #8f8a7c; --pine: #93cfae; --on-pine: #10241b; --clay: #f2a988; --honey-tint: #35301c;
  --honey: #e9cd7f; --focus: #9fcdec } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: break-word;
  font: 1.0625rem/1.6 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", sans-serif }
.notice { margin: 0; padding: .75rem 1.25rem; background: var(--honey-tint); color: var(--honey); text-align: center }
main { max-width: 31rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { margin: 0 0 1.5rem; line-height: 1.15; letter-spacing: -.015em;
  font: 600 2rem/1.15 "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", Georgia, serif }
table { width: 100%; border-collapse: collapse; margin-bottom: 2rem }
caption { text-align: left; color: var(--muted); padding-bottom: .5rem }
th, td { padding: .75rem 0; border-bottom: 1px solid var(--hairline); vertical-align: top }
th { text-align: left; font-weight: 400; padding-right: 1rem }
td { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
tfoot th, tfoot td { font-weight: 600; border-bottom: 2px solid var(--ink) }
label { display: block; font-weight: 600; margin-top: 1.25rem }
.hint { display: block; color: var(--muted); font-weight: 400; font-size: .9375rem }
.wrong { display: block; color: var(--clay); font-weight: 600; font-size: .9375rem }
input { width: 100%; margin-top: .375rem; padding: .625rem .75rem; font: inherit; color: inherit;
  background: var(--surface); border: 1px solid var(--edge); border-radius: .25rem }
input[aria-invalid] { border: 2px solid var(--clay) }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1.25rem }
.buttons { display: flex; flex-wrap: wrap; gap: 1rem; margin-top: 2rem }
button, .button { padding: .6875rem 1.5rem; font: inherit; font-weight: 600; border-radius: .25rem; cursor: pointer;
  text-decoration: none; border: 1px solid var(--pine); background: var(--pine); color: var(--on-pine) }
button.quiet { background: transparent; color: var(--pine) }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 3px }
.summary { margin: 0 0 1.5rem; padding: 1rem 1.25rem; border: 2px solid var(--clay); border-radius: .25rem }
.summary h2 { margin: 0; font-size: 1.0625rem } .summary ul { margin: .5rem 0 0; padding-left: 1.25rem }
.summary a { color: var(--clay) }
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none';"
    " frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

PAGE = Template(
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>$title · Local bank</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><style>$style</style></head>'
    '<body><header class="notice"><strong>Local bank: no real money.</strong>'
    " Never type a real card number here.</header><main>$main</main></body></html>"
)
FORM = Template(
    "<h1>Pay $total</h1>$summary"
    "<table><caption>What you are paying for</caption><tbody>$lines</tbody>"
    '<tfoot><tr><th scope="row">Total</th><td>$total</td></tr></tfoot></table>'
    '<form method="post" novalidate>$email$number<div class="pair">$expiry$code</div>$name'
    '<div class="buttons"><button name="action" value="pay">Pay $total</button>$cancel</div></form>'
)
CANCEL = '<button name="action" value="cancel" class="quiet">Cancel and go back</button>'

FIELDS = {
    "email": ("E-mail", ""),
    "number": ("Card number", f"Test cards: {ACCEPTED_CARD} pays, {DECLINED_CARD} is declined."),
    "expiry": ("Expires", "Month / year"),
    "code": ("Security code", "Three digits"),
    "name": ("Name on the card (optional)", ""),
}


def money(amount: int, currency: str) -> str:
    """An amount in cents as people write it."""
    sign = "$" if currency == "usd" else f"{currency.upper()} "
    return f"{sign}{amount // 100:,}.{amount % 100:02d}"


def page(title: str, main: str) -> bytes:
    """A whole page around `main`."""
    return PAGE.substitute(title=escape(title), style=STYLE, main=main).encode()


def checkout(session: Record, lines: list[Record], card: Card, problems: dict[str, str]) -> bytes:
    """The page on which an open session is paid, with what was typed and what is wrong with it."""
    rows = "".join(
        f'<tr><th scope="row">{escape(line["description"])}'
        + (f" × {line['quantity']}" if line["quantity"] > 1 else "")
        + f"</th><td>{money(line['amount_total'], line['currency'])}</td></tr>"
        for line in lines
    )
    total = money(session["amount_total"], session["currency"])
    fields = {name: _field(name, getattr(card, name), problems.get(name)) for name in FIELDS}
    main = FORM.substitute(
        fields, total=total, lines=rows, summary=_summary(problems), cancel=CANCEL if session["cancel_url"] else ""
    )
    return page(f"{'Error: ' if problems else ''}Pay {total}", main)


def closed(session: Record) -> bytes:
    """The page of a session that cannot be paid any more, and where to go from it."""
    paid = session["status"] == "complete"
    title = "This has been paid" if paid else "This payment page has expired"
    text = "You can close this page." if paid else "Nothing was charged. Go back and start the payment again."
    address = success_address(session) if paid else session["cancel_url"]
    link = f'<p><a class="button" href="{escape(address)}">Go back</a></p>' if address else ""
    return page(title, f"<h1>{title}</h1><p>{text}</p>{link}")


def unknown() -> bytes:
    """The page of an address that leads nowhere."""
    return page("Nothing here", "<h1>Nothing here</h1><p>This address does not belong to a payment.</p>")


def success_address(session: Record) -> str:
    """Where a person goes after paying."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _field(name: str, value: str, problem: str | None) -> str:
    label, hint = FIELDS[name]
    notes = (f'<span class="hint" id="{name}-hint">{hint}</span>' if hint else "") + (
        f'<span class="wrong" id="{name}-wrong">{escape(problem)}</span>' if problem else ""
    )
    ids = [f"{name}-{kind}" for kind, there in (("hint", hint), ("wrong", problem)) if there]
    described = f' aria-describedby="{" ".join(ids)}"' if ids else ""
    numeric = ' inputmode="numeric"' if name in {"number", "code"} else ""
    invalid = ' aria-invalid="true"' if problem else ""
    kind = "email" if name == "email" else "text"
    return (
        f'<div><label for="{name}">{label}</label>{notes}<input id="{name}" name="{name}" type="{kind}"'
        f' autocomplete="off"{numeric} value="{escape(value)}"{described}{invalid}></div>'
    )


def _summary(problems: dict[str, str]) -> str:
    if not problems:
        return ""
    items = "".join(f'<li><a href="#{name}">{escape(problem)}</a></li>' for name, problem in problems.items())
    return (
        '<div class="summary" role="alert" aria-labelledby="wrong"><h2 id="wrong">Nothing was charged</h2>'
        f"<ul>{items}</ul></div>"
    )
