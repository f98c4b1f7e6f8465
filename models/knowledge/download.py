"""Fetch a page of the public web, and nothing else.

An address that somebody types may point into the company's own network: at a router, a
database, the metadata of a cloud. So only https is spoken; the name is looked up once;
if any address it has is not public, nothing is connected; the connection goes to the
address that was checked; and a redirect is checked like the first address.

References
----------
OWASP ASVS 5.0, V1.3.6 (server-side request forgery).
"""

import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import PurePosixPath
from threading import Timer
from urllib.parse import SplitResult, urljoin, urlsplit

from models.errors import InvalidError
from models.knowledge.documents import MAX_BYTES
from models.knowledge.readers import readable

MAX_REDIRECTS = 3
DEADLINE_S = 30.0

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, float], socket.socket]

_REDIRECTS = (301, 302, 303, 307, 308)
_CARRIES_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))
# What `is_global` calls global and no page of the public web stands at: the former 6to4 relays,
# anycast services of one's own network, sinks of the name system, examples in documents, and
# the address at which a cloud tells its machines their secrets.
_NOT_THE_WEB = tuple(
    map(
        ip_network,
        (
            *("192.88.99.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24"),
            *("192.0.0.0/24", "168.63.129.16/32", "3fff::/20", "2620:4f:8000::/48"),
        ),
    )
)
_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


@dataclass(frozen=True, slots=True)
class DownloadedPage:
    """What stood at an address; ``name`` is a file name that tells its kind."""

    url: str
    name: str
    content: bytes


def is_public(address: Address) -> bool:
    """Return whether an address is one of the public Internet, in every reading of it."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None or address.teredo is not None:
            return False
        if any(address in network for network in _CARRIES_IPV4):
            return False
        if address.scope_id is not None or address.is_site_local:
            return False
    if any(address in network for network in _NOT_THE_WEB):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def look_up(host: str, port: int) -> Sequence[str]:
    """Return all addresses of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect_to(address: str, port: int, timeout_s: float) -> socket.socket:
    """Open a connection to an address that was checked."""
    return socket.create_connection((address, port), timeout_s)


@dataclass(frozen=True, slots=True)
class Download:
    """Fetches pages; what it stands on is handed in."""

    resolve: Resolve = look_up
    connect: Connect = connect_to
    public: Callable[[Address], bool] = is_public
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context
    deadline_s: float = DEADLINE_S

    def fetch(self, url: str) -> DownloadedPage:
        """Return the page at ``url``, or where it redirects to.

        Raises
        ------
        InvalidError
            When an address on the way is refused, or gives no document.
        """
        until = time.monotonic() + self.deadline_s
        for _ in range(MAX_REDIRECTS + 1):
            found = self._fetch_once(url, until)
            if isinstance(found, DownloadedPage):
                return found
            url = found
        raise InvalidError(f"{url}: redirects more than {MAX_REDIRECTS} times")

    def _fetch_once(self, url: str, until: float) -> DownloadedPage | str:
        """Return the page, or the address that it redirects to."""
        parts = _parts(url)
        host, port = parts.hostname or "", parts.port or 443
        address = self._checked(url, host, port)
        connection = _Connection(host, port, address, self, until)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        alarm = Timer(_left(until), connection.abort)
        alarm.start()
        try:
            connection.request("GET", path, headers=_HEADERS)
            response = connection.getresponse()
            if response.status in _REDIRECTS:
                return urljoin(url, response.getheader("Location") or "")
            return _page(url, parts, response, until)
        except (OSError, HTTPException, UnicodeError, ValueError) as error:
            raise InvalidError(f"{url}: cannot be fetched ({error})") from error
        finally:
            alarm.cancel()
            connection.close()

    def _checked(self, url: str, host: str, port: int) -> str:
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise InvalidError(f"{url}: there is no such host") from error
        for one in found:
            if not self.public(ip_address(one)):
                raise InvalidError(f"{url}: leads into a network that is not public: refused")
        if not found:
            raise InvalidError(f"{url}: there is no such host")
        return found[0]


_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "lotsen", "Connection": "close"}


class _Connection(HTTPSConnection):
    """Connects to the address that was checked, under the name that was asked for."""

    def __init__(
        self, host: str, port: int, address: str, download: Download, until: float
    ) -> None:
        self._tls = download.tls()
        super().__init__(host, port, context=self._tls)
        self._address, self._open, self._until = address, download.connect, until
        self._plain: socket.socket | None = None

    def connect(self) -> None:
        plain = self._open(self._address, self.port, _left(self._until))
        plain.settimeout(_left(self._until))
        self._plain = self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)

    def abort(self) -> None:
        """End whatever waits for the other side, however slowly that one drips."""
        if self._plain is not None:
            with suppress(OSError):
                self._plain.shutdown(socket.SHUT_RDWR)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("it takes too long")
    return left


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidError(f"{url}: is no web address") from error
    if any(sign in url for sign in "\\\t\r\n ") or not url.isprintable():
        raise InvalidError(f"{url!r}: has a sign that no web address has")
    if parts.scheme != "https":
        raise InvalidError(f"{url}: only https:// is read")
    if not parts.hostname or parts.username is not None or parts.password is not None or port == 0:
        raise InvalidError(f"{url}: write it as https://host/path")
    return parts


def _page(url: str, parts: SplitResult, response: HTTPResponse, until: float) -> DownloadedPage:
    if response.status != 200:
        raise InvalidError(f"{url}: answers with status {response.status}")
    if response.getheader("Content-Encoding", "identity") != "identity":
        raise InvalidError(f"{url}: is packed although plain text was asked for")
    content = bytearray()
    while part := response.read(1 << 16):
        content += part
        if len(content) > MAX_BYTES:
            raise InvalidError(f"{url}: is larger than 20 MB")
    if (_left(until) and response.length) or not content:
        raise InvalidError(f"{url}: is empty, or was cut off")
    return DownloadedPage(url, _name(parts, response), bytes(content))


def _name(parts: SplitResult, response: HTTPResponse) -> str:
    last = PurePosixPath(parts.path).name or parts.hostname or "page"
    if readable(last):
        return last
    kind = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    return f"{last}{_KINDS.get(kind, '.html')}"
