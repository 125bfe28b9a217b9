"""The browser of the tests, the measurements and the pictures."""

import os
import shutil
from pathlib import Path

# No look-ups of the outside world: the machine may have none.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The one that CHROMIUM names, one on the path, or the one that Playwright keeps."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (found := shutil.which(name)):
            return found
    kept = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "~/.cache/ms-playwright")).expanduser()
    return next((str(path) for path in sorted(kept.glob("chromium*/chrome-linux*/*chrom*")) if path.is_file()), None)
