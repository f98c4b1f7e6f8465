"""Databases for one run.

A SQLite file, a database of the PostgreSQL that is there, or a PostgreSQL of our own whose
postmaster may be killed.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.replica import free_port

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"


@contextmanager
def home_folder() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="lotsen-faults-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def postgres_database() -> Iterator[str | None]:
    """Make a database for one run; None, and a line on standard error, where no server answers."""
    name = f"lotsen_faults_{uuid.uuid4().hex[:8]}"
    try:
        with psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3) as admin:
            admin.execute(f'CREATE DATABASE "{name}"')
    except psycopg.OperationalError as error:
        print(f"PostgreSQL is skipped: {error}", file=sys.stderr)
        yield None
        return
    try:
        yield POSTGRES.rsplit("/", 1)[0] + "/" + name
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class OwnPostgres:
    """A PostgreSQL server in a folder of its own, on loopback; dies and comes back when told to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "cluster"
        self._port = free_port()
        self._bin = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/usr/bin"))
        self._as = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        folder.chmod(0o755)
        self._folder.mkdir()
        if self._as:
            shutil.chown(self._folder, "postgres")
        self._call("initdb", "--pgdata", self._folder, "--auth", "trust", "--username", "postgres")
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it; where the processes of a killed one still end, try again."""
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1"
        until = time.monotonic() + 60
        log = self._folder / "log"
        line = ("pg_ctl", "start", "--wait", "-D", self._folder, "-l", log, "-o", options)
        while self._call(*line):
            if time.monotonic() > until:
                raise TimeoutError(f"PostgreSQL does not start: see {log}")
            time.sleep(0.5)

    def kill(self) -> None:
        """Kill the postmaster as a power cut would, and start it again."""
        pid = int((self._folder / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        time.sleep(1.0)
        self.start()

    def stop(self) -> None:
        self._call("pg_ctl", "stop", "-D", self._folder, "-m", "immediate")

    def _call(self, program: str, *arguments: object) -> int:
        line = [*self._as, str(self._bin / program), *map(str, arguments)]
        return subprocess.run(line, check=False, capture_output=True, timeout=90).returncode  # noqa: S603  # our own command
