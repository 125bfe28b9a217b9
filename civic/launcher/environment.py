"""The settings a Plaza runs with when nobody gave any: a secret of its own and the pretend X."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from civic.launcher.problem import CannotRun

CODE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Place:
    """Where a Plaza keeps its data and at which doors it answers."""

    data_dir: Path
    host: str
    port: int
    sandbox_port: int
    # Off when X_BASE_URL names another network, or with SANDBOX=off.
    sandbox: bool
    # The fictional town; a real one (SANDBOX=off) is set up by its operator.
    demo: bool
    # With residents and their past; a measurement's town is empty. Only on the pretend X can something have been said
    # yesterday.
    lived_in: bool = False

    @property
    def site(self) -> str:
        name = "localhost" if self.local_host in ("127.0.0.1", "::1") else self.host
        return f"http://{name}:{self.port}"

    @property
    def local_host(self) -> str:
        """The address at which this machine itself reaches the site."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1", "localhost": "127.0.0.1"}.get(self.host, self.host)  # noqa: S104

    @property
    def bind(self) -> str:
        """The site's door in the web server's spelling."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def pretend_x(self) -> str:
        return f"http://localhost:{self.sandbox_port}"

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"


def place(environ: Mapping[str, str]) -> Place:
    """Read where to run from the environment."""
    demo = environ.get("SANDBOX", "on").lower() not in {"off", "0", "no", "false"}
    port, sandbox_port = _port(environ, "PORT", default=8000), _port(environ, "SANDBOX_PORT", default=8010)
    if port == sandbox_port:
        raise CannotRun(f"PORT and SANDBOX_PORT are both {port}: two doors need two numbers.")
    return Place(
        data_dir=data_dir(environ),
        host=environ.get("HOST") or "127.0.0.1",
        port=port,
        sandbox_port=sandbox_port,
        sandbox=demo and not environ.get("X_BASE_URL"),
        demo=demo,
        lived_in=demo and not environ.get("X_BASE_URL") and environ.get("SANDBOX_NO_RESIDENTS", "") in ("", "0"),
    )


def data_dir(environ: Mapping[str, str]) -> Path:
    """The folder of everything that must outlive a restart."""
    return Path(environ.get("PLAZA_DATA_DIR") or CODE / ".data").expanduser().resolve()


def settings(environ: Mapping[str, str], *, where: Place) -> dict[str, str]:
    """The settings that are absent from the environment, or want something added."""
    wanted = {
        "DJANGO_SETTINGS_MODULE": "civic.settings",
        "PLAZA_DATA_DIR": str(where.data_dir),
        "PUBLIC_URL": where.site,
    }
    if where.demo:
        wanted["DEMO"] = "1"
    if where.sandbox:
        wanted |= {
            "X_BASE_URL": f"http://127.0.0.1:{where.sandbox_port}",
            "X_SITE_URL": where.pretend_x,
            "X_CLIENT_ID": "plaza",
            "X_CLIENT_SECRET": "plaza-secret",
            # The pretend X may be asked every second; the real one may not.
            "X_COLLECT_SECONDS": "1",
            "SANDBOX_RATE_LIMITS": "off",
        }
    absent = {name: value for name, value in wanted.items() if not environ.get(name)}
    # The launcher itself asks at the door whether the site is there.
    own = f"[{where.local_host}]" if ":" in where.local_host else where.local_host
    absent["ALLOWED_HOSTS"] = ",".join(filter(None, [environ.get("ALLOWED_HOSTS"), "localhost", "127.0.0.1", own]))
    for name in ("SECRET_KEY", "CREDENTIALS_KEY"):
        if not environ.get(name):
            absent[name] = _secret(where.data_dir / name.lower())
    return absent


def _secret(path: Path) -> str:
    """Made on the first run, and kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text().strip()
        if not key:
            raise CannotRun(f"{path} is empty: remove it, and the next run makes a new one.") from None
        return key
    with os.fdopen(number, "w") as file:
        key = secrets.token_urlsafe(50)
        file.write(key + "\n")
    return key


def _port(environ: Mapping[str, str], name: str, *, default: int) -> int:
    given = environ.get(name) or str(default)
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise CannotRun(f"{name} must be a number from 1 to 65535, not {given}.")
    return int(given)
