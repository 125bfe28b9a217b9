"""Stops the servers of a data folder; the watcher becomes this, holding the folder's locks."""

import sys
from pathlib import Path

from civic.embedded import stop_servers

if __name__ == "__main__":
    stop_servers(Path(sys.argv[1]))
