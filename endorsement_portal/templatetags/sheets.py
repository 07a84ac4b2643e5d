"""Style sheets that a page links only where it shows something they style, so that a first view stays small."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.templatetags.static import static

if TYPE_CHECKING:
    from django.template.base import NodeList, Parser, Token
    from django.template.context import Context

register = template.Library()

SPARED = ("fields", "records", "portfolio")
NAMES = re.compile(r'class="([^"]*)"')
ELEMENTS = re.compile(r'<(?!input type="hidden")([a-z]\w*)')
RULES = re.compile(r"([^{}]+)\{")
IN_BRACKETS = re.compile(r"\[[^\]]*\]|:[\w-]+\([^()]*\)")

# What must all be on a page for one rule to have an effect: "input", ".card".
Need = frozenset[str]


def link(sheet: str) -> str:
    """The link as `base.html` writes it."""
    return f'<link rel="stylesheet" href="{static(f"css/{sheet}.css")}">'


@cache
def needs(sheet: str) -> frozenset[Need]:
    """What a page must hold for a rule of the sheet to have an effect, read from where its selectors begin."""
    text = (Path(settings.BASE_DIR) / "static" / "css" / f"{sheet}.css").read_text(encoding="utf-8")
    rules = RULES.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    found = set()
    for rule in map(str.strip, rules):
        if rule.startswith("@"):
            continue
        rule = re.sub(r"^:is\(([^()]*)\)", r"\1", rule)
        while (plain := IN_BRACKETS.sub("", rule)) != rule:
            rule = plain
        for selector in plain.split(","):
            beginning = re.split(r"[\s>+~]", selector.strip())[0]
            found.add(frozenset(re.findall(r"\.?[a-z][\w-]*", re.sub(r"::?[\w-]+", "", beginning))))
    return frozenset(found - {frozenset()})


def spare(page: str) -> str:
    """The page without links to sheets that would have no effect on it. What htmx may bring later is not known."""
    if "hx-get" in page:
        return page
    there = {f".{name}" for names in NAMES.findall(page) for name in names.split()} | set(ELEMENTS.findall(page))
    for sheet in SPARED:
        if not any(need <= there for need in needs(sheet)):
            page = page.replace(link(sheet), "", 1)
    return page


class SparedNode(template.Node):
    """A whole page, whose head can only be finished when its body is known."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        """The page, then what it needs."""
        return spare(self.nodelist.render(context))


@register.tag
def spared(parser: Parser, token: Token) -> SparedNode:
    """{% spared %} … {% endspared %} around a page leaves out the links to style sheets that it can spare."""
    nodelist = parser.parse(("endspared",))
    parser.delete_first_token()
    return SparedNode(nodelist)
