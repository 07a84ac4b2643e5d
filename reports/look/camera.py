"""The camera: a real Chromium that visits every page, takes its picture, and looks for what people can't use."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Error, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

    from reports.look.shots import Shot, Sitting

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NARROW, WIDE, NARROWEST = 360, 1280, 320
HTTP_ERRORS = 400
PATIENCE_MS = 20_000
# Wider than the window by more than a rounding: something does not fit.
OVERFLOW = "document.scrollingElement.scrollWidth - window.innerWidth"


@dataclass(frozen=True)
class Light:
    """One way to look: how wide, how dark, with or without JavaScript, and whether axe looks along."""

    width: int
    dark: bool = False
    javascript: bool = True
    axe: bool = False

    @property
    def name(self) -> str:
        """As it stands in the picture's name."""
        theme = "dark" if self.dark else "light"
        return f"{self.width}-{theme}" + ("" if self.javascript else "-nojs")


# axe looks at each page once narrow and once wide, once light and once dark.
LIGHTS = [
    Light(WIDE, axe=True),
    Light(NARROW, dark=True, axe=True),
    Light(NARROW),
    Light(WIDE, dark=True),
    Light(WIDE, javascript=False),
    Light(NARROW, javascript=False),
]


@dataclass
class Camera:
    """Takes the pictures of all sittings into `out/<role>/<page>-<width>-<theme>.png` and notes what is wrong."""

    address: str
    out: Path
    chromium: str | None = None
    say: Callable[[str], object] = print
    problems: list[str] = field(default_factory=list)
    pictures: list[Path] = field(default_factory=list)

    def take(self, sittings: list[Sitting]) -> None:
        """Visit everything, one page at a time."""
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=self.chromium, args=ARGUMENTS)
            try:
                for sitting in sittings:
                    for light in LIGHTS:
                        self._sit(browser, sitting, light)
                    self.say(f"  {sitting.role}: {len(sitting.shots)} pages")
            finally:
                browser.close()

    def _sit(self, browser: Browser, sitting: Sitting, light: Light) -> None:
        shots = [shot for shot in sitting.shots if shot.main or light.javascript]
        if not shots:
            return
        context = browser.new_context(
            viewport={"width": light.width, "height": 800},
            color_scheme="dark" if light.dark else "light",
            java_script_enabled=light.javascript,
            reduced_motion="reduce",
            locale="en-US",
            timezone_id="America/New_York",
        )
        context.set_default_timeout(PATIENCE_MS)
        try:
            self._recognize(context, sitting)
            for shot in shots:
                self._shoot(context, sitting, shot, light)
        finally:
            context.close()

    def _recognize(self, context: BrowserContext, sitting: Sitting) -> None:
        """Give the browser the cookies that the server knows already."""
        if sitting.session_key:
            name = self._cookie_name()
            context.add_cookies([{"name": name, "value": sitting.session_key, "url": self.address}])
        for name, value in sitting.cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": self.address}])

    def _cookie_name(self) -> str:
        # The portal names its cookie after its port, so that two of them on one machine don't mix up.
        return f"session{self.address.rpartition(':')[2]}" if not settings.HTTPS else settings.SESSION_COOKIE_NAME

    def _shoot(self, context: BrowserContext, sitting: Sitting, shot: Shot, light: Light) -> None:
        what = f"{sitting.role}/{shot.title}"
        page = context.new_page()
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(f"a script broke: {error}"))
        page.on("console", lambda message: said.append(message.text) if _is_complaint(message) else None)
        try:
            response = page.goto(f"{self.address}{shot.path}", wait_until="load")
            if response is None or response.status >= HTTP_ERRORS:
                self._note(what, light, f"answers {response.status if response else 'nothing'} at {shot.path}")
            elif light.javascript:
                self._examine(page, what, light)
            picture = self.out / sitting.role / f"{shot.title}-{light.name}.png"
            picture.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=picture, full_page=True)
            self.pictures.append(picture)
        except Error as error:
            self._note(what, light, f"could not be pictured: {error.message.splitlines()[0]}")
        finally:
            for text in said:
                self._note(what, light, text)
            page.close()

    def _examine(self, page: Page, what: str, light: Light) -> None:
        """What a picture does not show: content beside the window, and what axe finds."""
        for width in (NARROWEST, light.width) if light.width == NARROW else (light.width,):
            page.set_viewport_size({"width": width, "height": 800})
            beyond = page.evaluate(OVERFLOW)
            if beyond > 1:
                self._note(what, light, f"is {beyond} pixels wider than a window of {width}")
        if light.axe:
            found: dict[str, Any] = Axe().run(page).response
            for violation in found["violations"]:
                places = [", ".join(str(part) for part in node["target"]) for node in violation["nodes"][:4]]
                self._note(what, light, f"axe {violation['impact']}: {violation['help']} ({'; '.join(places)})")

    def _note(self, what: str, light: Light, text: str) -> None:
        problem = f"{what} {light.name}: {text}"
        if problem not in self.problems:
            self.problems.append(problem)


def _is_complaint(message: ConsoleMessage) -> bool:
    """Whether the browser complains about the page; that it was not found is told already, by its status."""
    return message.type == "error" and not message.text.startswith("Failed to load resource")
