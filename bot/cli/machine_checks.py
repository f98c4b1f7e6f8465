"""What ``lotsen doctor`` looks at on this computer: the port, who may read files, the copies."""

import stat
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from pathlib import Path
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket

from bot.cli.examination import Check, Examination
from models.language import N_
from models.settings import Settings
from models.upkeep.nightly import copies_in

OLDEST_COPY = timedelta(hours=26)
"""A night, and two hours in which it may have been made."""
_WAIT_S = 2.0


class MachineChecks(Examination):
    """Nothing here asks Slack or opens the database."""

    def checks(self) -> Iterator[Check]:
        yield from self._port()
        yield from self._private()
        yield from self._copy()

    def _port(self) -> Iterator[Check]:
        """Say who has the port of health and HTTP mode; a Lotsen that runs may have it."""
        host, port = self._settings.lotsen_http_host, self._settings.lotsen_http_port
        if not port:  # any free one
            return
        family = AF_INET6 if ":" in host else AF_INET
        with closing(socket(family, SOCK_STREAM)) as probe:
            probe.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                reason = error.strerror or str(error)
            else:
                yield self._fine("port", N_("{port} is free."), port=port)
                return
        if _is_lotsen(host, port):
            yield self._fine("port", N_("Lotsen runs and answers at {port}."), port=port)
            return
        detail = N_("{host}:{port} cannot be used: {reason}")
        fix = N_("Stop the other program, or set LOTSEN_HTTP_PORT to a free port.")
        yield self._wrong("port", detail, fix, host=host, port=port, reason=reason)

    def _private(self) -> Iterator[Check]:
        """Name files with tokens or employees' words that every user of this computer can read."""
        home = self._settings.lotsen_home
        files = (
            Path(str(Settings.model_config["env_file"])),
            *sorted(home.glob("*.db*")),
            *copies_in(home),
        )
        known = dict.fromkeys(file for file in files if file.is_file())
        for file in known:
            if stat.S_IMODE(file.stat().st_mode) & 0o007:
                detail = N_("Every user of this computer can read {file}.")
                fix = N_("Run chmod o= {file}")
                yield self._wrong("private_files", detail, fix, file=file)

    def _copy(self) -> Iterator[Check]:
        """Say how old the newest copy is; of PostgreSQL's copies nothing is known here."""
        if not self._settings.database_url.startswith("sqlite"):
            detail = N_("PostgreSQL's copies are yours: see docs/how-to/backup.md.")
            yield self._fine("backup", detail)
            return
        copies = copies_in(self._settings.lotsen_home)
        if not copies:
            fix = N_("lotsen run makes one each night; make one now with lotsen backup FILE.")
            yield self._hint("backup", N_("There is no copy yet."), fix)
            return
        made = datetime.fromtimestamp(copies[0].stat().st_mtime, UTC)
        values = {"made": self._words.moment(made, self._settings.zone), "file": copies[0].name}
        if self._clock() - made <= OLDEST_COPY:
            yield self._fine("backup", N_("{file}, {made}"), **values)
            return
        detail = N_("The newest copy is {file}, {made}: no night has made one since.")
        fix = N_(
            "See that lotsen run is running and that the disk has room, then lotsen jobs list."
        )
        yield self._wrong("backup", detail, fix, **values)


def _is_lotsen(host: str, port: int) -> bool:
    """Return whether a Lotsen answers there."""
    connection = HTTPConnection(_reachable(host), port, timeout=_WAIT_S)
    try:
        connection.request("GET", "/metrics")
        return b"lotsen_build_info" in connection.getresponse().read(2_000_000)
    except (HTTPException, OSError):
        return False
    finally:
        connection.close()


def _reachable(host: str) -> str:
    """Return an address at which one that listens at ``host`` answers this computer."""
    try:
        address = ip_address(host)
    except ValueError:  # a name
        return host
    if not address.is_unspecified:
        return host
    return "::1" if address.version == 6 else "127.0.0.1"
