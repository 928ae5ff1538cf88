"""What a page costs a phone: bytes over the wire, requests, and the wait on a slow network.

The phone: 360×640, a processor four times slower than this one. The network, "Slow 3G": 2,000 ms until
an answer begins, 51,200 bytes a second. A page is usable when it is drawn, its document and the files it
needs have been read, and the processor is free for a touch.

    python -m benchmarks.page_weight http://127.0.0.1:8000/ [--fast] [--parts]
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

LATENCY_MS = 2_000
BYTES_A_SECOND = 51_200
CPU_SLOWER = 4
QUIET_MS, QUIET_FAST_MS = 1_500, 300
"""Nothing loaded and no long task for this long: the page has come to rest."""
STEP_MS = 100
PATIENCE_MS = 120_000
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Runs in the page before anything else: remembers when the processor was busy, and what was drawn when.
WATCH = """
window.__seen = {tasks: [], largest: 0};
new PerformanceObserver(list => list.getEntries().forEach(
  task => window.__seen.tasks.push(task.startTime + task.duration)
)).observe({type: 'longtask', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(
  paint => { window.__seen.largest = paint.startTime; }
)).observe({type: 'largest-contentful-paint', buffered: true});
"""
READ = """() => {
  const [load] = performance.getEntriesByType('navigation');
  const drawn = performance.getEntriesByName('first-contentful-paint')[0];
  return {
    now: performance.now(),
    drawn: drawn ? drawn.startTime : null,
    document: load ? load.domContentLoadedEventEnd : 0,
    largest: window.__seen.largest,
    lastTask: Math.max(0, ...window.__seen.tasks),
  };
}"""


@dataclass(frozen=True)
class Part:
    """One file that a page asked for."""

    url: str
    kind: str
    status: int
    wire_bytes: int


@dataclass(frozen=True)
class Weight:
    """A page as a phone that was never here receives it."""

    url: str
    parts: tuple[Part, ...]
    drawn_s: float
    """First text or picture on the screen."""
    usable_s: float
    largest_s: float
    """The largest text or picture on the screen."""

    @property
    def requests(self) -> int:
        """Files asked for, the page itself included."""
        return len(self.parts)

    @property
    def wire_bytes(self) -> int:
        """Bytes received, headers included, compressed as they came."""
        return sum(part.wire_bytes for part in self.parts)


@dataclass
class _Traffic:
    """Collects what the browser's network reports of one page."""

    files: dict[str, dict] = field(default_factory=dict)

    def listen(self, cdp: CDPSession) -> None:
        cdp.on("Network.requestWillBeSent", self._asked)
        cdp.on("Network.responseReceived", self._answered)
        cdp.on("Network.loadingFinished", lambda event: self._ended(event, event["encodedDataLength"]))
        cdp.on("Network.loadingFailed", lambda event: self._ended(event, 0))
        cdp.send("Network.enable")

    def _asked(self, event: dict) -> None:
        url = event["request"]["url"]
        if url.startswith(("data:", "blob:")):
            return
        known = self.files.setdefault(event["requestId"], {"status": 0, "bytes": 0, "open": True})
        known |= {"url": url, "kind": event.get("type", "Other")}
        if "redirectResponse" in event:
            known["bytes"] += event["redirectResponse"].get("encodedDataLength", 0)

    def _answered(self, event: dict) -> None:
        if event["requestId"] in self.files:
            self.files[event["requestId"]]["status"] = event["response"]["status"]

    def _ended(self, event: dict, size: float) -> None:
        if event["requestId"] in self.files:
            self.files[event["requestId"]]["bytes"] += int(size)
            self.files[event["requestId"]]["open"] = False

    @property
    def at_rest(self) -> bool:
        return bool(self.files) and not any(known["open"] for known in self.files.values())

    def parts(self) -> tuple[Part, ...]:
        return tuple(
            Part(known["url"], known["kind"], known["status"], known["bytes"])
            for known in self.files.values()
        )


@contextmanager
def chromium() -> Iterator[Browser]:
    """The distribution's Chromium, headless. Raises RuntimeError if there is none."""
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if program is None:
        raise RuntimeError("Chromium is missing: sudo apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


def weigh(browser: Browser, url: str, slow: bool = True, cookies: list[dict] | None = None) -> Weight:
    """Open `url` on a fresh phone, scroll to its end, and weigh it. slow: Slow 3G, processor slowed.

    cookies: as Playwright takes them, for a page behind sign-in. Raises RuntimeError if the page does
    not come to rest.
    """
    # A service worker would answer instead of the network, which alone is slowed.
    context = browser.new_context(
        viewport={"width": 360, "height": 640},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="vi-VN",
        service_workers="block",
    )
    try:
        context.add_cookies(cookies or [])
        context.add_init_script(WATCH)
        page = context.new_page()
        cdp = context.new_cdp_session(page)
        traffic = _Traffic()
        traffic.listen(cdp)
        if slow:
            _slow_down(cdp)
        page.goto(url, wait_until="load", timeout=PATIENCE_MS)
        quiet_ms = QUIET_MS if slow else QUIET_FAST_MS
        times = _wait_for_rest(page, traffic, quiet_ms)
        _scroll_to_end(page)
        _wait_for_rest(page, traffic, quiet_ms)
    finally:
        context.close()
    drawn = times["drawn"] or times["document"]
    usable = max(drawn, times["document"], times["lastTask"])
    return Weight(url, traffic.parts(), drawn / 1000, usable / 1000, times["largest"] / 1000)


def _slow_down(cdp: CDPSession) -> None:
    network = {"offline": False, "latency": LATENCY_MS, "connectionType": "cellular3g"}
    speed = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
    cdp.send("Network.emulateNetworkConditions", network | speed)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})


def _scroll_to_end(page: Page) -> None:
    """Pass every picture: those further down are fetched late. They weigh, but nobody waits for them."""
    for _ in range(page.evaluate("Math.ceil(document.body.scrollHeight / innerHeight)")):
        page.evaluate("scrollBy({top: innerHeight, behavior: 'instant'})")
        page.wait_for_timeout(STEP_MS / 2)


def _wait_for_rest(page: Page, traffic: _Traffic, quiet_ms: int) -> dict:
    """What the page measured of itself, once nothing has moved for `quiet_ms`."""
    waited = quiet = 0
    while waited < PATIENCE_MS:
        page.wait_for_timeout(STEP_MS)
        waited += STEP_MS
        times = page.evaluate(READ)
        resting = traffic.at_rest and times["now"] - times["lastTask"] >= quiet_ms
        quiet = quiet + STEP_MS if resting else 0
        if quiet >= quiet_ms:
            return times
    raise RuntimeError(f"{page.url} did not come to rest")


def main() -> None:
    """Weigh the address on the command line and print the figures."""
    parser = argparse.ArgumentParser(description="Weigh a page as a cheap phone receives it.")
    parser.add_argument("url")
    parser.add_argument("--fast", action="store_true", help="no slow network, no slow processor")
    parser.add_argument("--parts", action="store_true", help="list every file")
    arguments = parser.parse_args()
    with chromium() as browser:
        weight = weigh(browser, arguments.url, slow=not arguments.fast)
    print(
        f"{weight.requests} requests, {weight.wire_bytes / 1000:.1f} kB, "
        f"drawn after {weight.drawn_s:.1f} s, usable after {weight.usable_s:.1f} s"
    )
    if arguments.parts:
        for part in sorted(weight.parts, key=lambda part: -part.wire_bytes):
            print(f"{part.wire_bytes:9,} B  {part.status}  {part.kind:10}  {part.url}")
    if any(part.status >= 400 for part in weight.parts):
        sys.exit("a file of the page is missing")


if __name__ == "__main__":
    main()
