"""`make pictures`: opens a demo town of its own in a throw-away folder, lets its people work, and photographs each face."""

import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.chromium import SWITCHES, find_chromium

HERE = Path(__file__).resolve().parent
CODE = HERE.parents[1]
DAY = (HERE / "day.py").read_text()
DESKTOP, PHONE, WALL = (1280, 860), (390, 844), (1600, 900)
PASSWORD = "alameda"  # noqa: S105
COLOURS = 128
MOST_BYTES = 200_000
START_SECONDS, MORNING_SECONDS, ANSWER_SECONDS = 600, 40, 12


@dataclass(frozen=True, slots=True)
class Shot:
    """`by`: who is signed in; `fill`: what is typed before the photograph."""

    name: str
    path: str
    size: tuple[int, int] = DESKTOP
    by: str = ""
    fill: str = ""


def shots(told: dict[str, int]) -> list[Shot]:
    return [
        Shot("square", "/", (1280, 1100)),
        Shot("square-phone", "/", PHONE),
        Shot("story", f"/requests/{told['story']}/"),
        Shot("report-phone", "/report/", PHONE, fill="La farola de la calle del Olmo sigue apagada y no se ve nada"),
        Shot("desk", f"/desk/requests/{told['desk']}/", (1440, 900), by="dispatcher"),
        Shot("street-phone", "/street/", PHONE, by="sweeper"),
        Shot("mayor", "/mayor/", by="mayor"),
        Shot("mayor-phone", "/mayor/", PHONE, by="mayor"),
        Shot("wall", "/wall/", WALL),
        Shot("map", "/map/"),
        Shot("who-answers", "/teams/"),
    ]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="plaza-pictures-") as folder, _town(Path(folder)) as (site, environ):
        told = _lived_day(environ)
        time.sleep(ANSWER_SECONDS)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=SWITCHES)
            missing = [shot.name for shot in shots(told) if not _take(shot, browser=browser, site=site)]
            browser.close()
    if missing:
        print(f"No page for {', '.join(missing)}.")
    return len(missing)


@contextmanager
def _town(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A demo on ports of its own; yields its address and the environment in which its commands join it."""
    port, sandbox_port = _free_port(), _free_port()
    site = f"http://localhost:{port}"
    environ = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "DEBUG"}}
    environ |= {
        "PORT": str(port), "SANDBOX_PORT": str(sandbox_port), "PLAZA_DATA_DIR": str(folder), "PUBLIC_URL": site,
        "X_BASE_URL": "", "UNDO_SECONDS": "0", "SANDBOX_PACE": "8s",
    }  # fmt: skip
    print("Opening a town of its own…")
    with (folder / "launcher.log").open("wb") as log:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "civic.launcher"], cwd=CODE, env=environ, stdout=log, stderr=log
        )
        try:
            _wait_for(f"{site}/readyz", launcher=launcher, log=folder / "launcher.log")
            yield site, environ
        finally:
            launcher.terminate()
            launcher.wait(timeout=60)


def _wait_for(address: str, *, launcher: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if launcher.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    sys.exit(f"The town did not open.\n{log.read_text()}")


def _lived_day(environ: dict[str, str]) -> dict[str, int]:
    """Lets the town's people work for a while; tells which requests to look at."""
    # Long enough for the first residents of the day to write.
    time.sleep(MORNING_SECONDS)
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", DAY],
        cwd=CODE, env=environ, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)
    told: dict[str, int] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def _take(shot: Shot, *, browser: Browser, site: str) -> bool:
    """Whether there was such a page."""
    width, height = shot.size
    window = browser.new_context(viewport={"width": width, "height": height}, locale="en", color_scheme="light")
    page = window.new_page()
    if shot.by:
        _sign_in(page, site=site, name=shot.by)
    answer = page.goto(site + shot.path, wait_until="networkidle")
    found = answer is not None and answer.ok
    if found:
        if shot.fill:
            page.fill("textarea", shot.fill)
        # Whatever the script asks for while somebody writes, and the tiles of a map.
        page.wait_for_timeout(1500)
        _keep(page.screenshot(), name=shot.name)
    window.close()
    return found


def _sign_in(page: Page, *, site: str, name: str) -> None:
    page.goto(f"{site}/sign-in/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def _keep(picture: bytes, *, name: str) -> None:
    """As a palette: drawn pages need no more colours, and the repository stays small."""
    path = HERE / f"{name}.png"
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in (COLOURS, COLOURS // 2, COLOURS // 4):
        image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size < MOST_BYTES:
            break
    print(f"{path.relative_to(CODE)}  {path.stat().st_size // 1000} kB")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
