"""Pages of the public web are fetched; no address leads into a network that is not public."""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest

from models.errors import InvalidError
from models.knowledge.download import Download, is_public

NAMES = {
    "intranet.example": ["10.0.0.7"],
    "both.example": ["93.184.216.34", "127.0.0.1"],
    "six.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "nothing.example": [],
}
HOSTS = [
    *("127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0", "0.0.0", "localhost"),
    *("2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "0x7f.0x0.0x0.0x1"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
    *("[64:ff9b:1::7f00:1]", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[fd00:ec2::254]"),
    *("[ff02::1]", "[2001:0:7f00:1::1]", "[2001:db8::1]", "[fec0::1]"),
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
    *("169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "192.0.0.192"),
    *("192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1"),
    *("192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.1", "192.0.0.9", "192.0.0.10"),
    *("168.63.129.16", "[3fff::1]", "[2620:4f:8000::1]", "[5f00::1]", "[100::1]", "[2001:20::1]"),
    *("[::ffff:0:7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::1]", "2852039166"),
    *("0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "198.19.255.255", "100.127.255.255"),
    *("255.255.255.255", "①②⑦.⓪.⓪.①", "127。0。0。1", "127.0.0.1.", "%6c%6f%63alhost"),
    *NAMES,
]
FORMS = [
    *("http://127.0.0.1:{port}/", "file:///etc/passwd", "gopher://127.0.0.1:{port}/"),
    *("ftp://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "127.0.0.1:{port}", "https:///x"),
    *("https://a@127.0.0.1:{port}/", "https://example.com@127.0.0.1:{port}/"),
    *("https://127.0.0.1:{port}\\@example.com/", "https://127.0.0.1:{port}#@example.com/"),
    *("https://127.0.0.1:{port} @example.com/", "https://127.0.0.1:{port}\n.example.com/"),
    *("https://[::1", "https://127.0.0.1:99999/", "https://127.0.0.1:0/", "https://"),
]


@pytest.fixture
def canary() -> Iterator[tuple[int, list[str]]]:
    """Listen on every address of this computer, and note who connects."""
    seen: list[str] = []
    listener = socket.create_server(
        ("::", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=50
    )

    def listen() -> None:
        while True:
            try:
                connection, who = listener.accept()
            except OSError:
                return
            seen.append(str(who))
            connection.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield listener.getsockname()[1], seen
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def resolved(host: str, port: int) -> Sequence[str]:
    """Look up without asking a name server: numbers and this computer's own names only."""
    if host in NAMES:
        return NAMES[host]
    if host == "localhost":
        return ["::1", "127.0.0.1"]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    return [str(entry[4][0]) for entry in found]


def test_no_form_of_an_inner_address_is_connected(canary: tuple[int, list[str]]) -> None:
    port, seen = canary
    urls = [f"https://{host}:{port}/x" for host in HOSTS]
    urls += [form.format(port=port) for form in FORMS]
    assert len(urls) >= 60

    def connect(address: str, port: int, timeout_s: float) -> socket.socket:
        seen.append(address)  # what is no address of this computer never reaches the canary
        return socket.create_connection(("::1", port), timeout_s)

    for url in urls:
        for download in (Download(resolve=resolved), Download(resolve=resolved, connect=connect)):
            with pytest.raises(InvalidError):
                download.fetch(url)
            assert seen == [], url
    time.sleep(0.05)

    assert seen == []


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_name_is_looked_up_once_and_the_checked_address_is_connected() -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    connected: list[str] = []

    def connect(address: str, port: int, timeout_s: float) -> socket.socket:
        connected.append(address)
        raise OSError("no network in a test")

    with pytest.raises(InvalidError, match="no network in a test"):
        Download(resolve=lambda _host, _port: next(answers), connect=connect).fetch(
            "https://rebind.example/"
        )

    assert connected == ["93.184.216.34"]
    assert list(answers) == [["127.0.0.1"]]


Answer = Callable[[ssl.SSLSocket], None]


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    made += ["-keyout", str(key), "-out", str(certificate), "-subj", "/CN=wiki.example"]
    made += ["-addext", "subjectAltName=DNS:wiki.example,DNS:other.example"]
    try:
        subprocess.run(made, check=True, capture_output=True)
    except OSError:
        pytest.skip("openssl is not installed")
    return key, certificate


class Site:
    """A web server under TLS that answers one request after another as told."""

    def __init__(self, identity: tuple[Path, Path], *answers: bytes | Answer) -> None:
        key, certificate = identity
        self.asked: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._trust = certificate
        self._thread = threading.Thread(target=self._serve, args=(answers,), daemon=True)
        self._thread.start()

    def _serve(self, answers: Sequence[bytes | Answer]) -> None:
        for answer in answers:
            try:
                plain, _ = self._listener.accept()
                with self._context.wrap_socket(plain, server_side=True) as connection:
                    self.asked.append(connection.recv(65536))
                    if isinstance(answer, bytes):
                        connection.sendall(answer)
                    else:
                        answer(connection)
            except OSError:
                continue

    def download(self, deadline_s: float = 10.0) -> Download:
        """Return a download to which this computer is the public web."""
        return Download(
            resolve=lambda host, _port: ["10.0.0.7" if "intranet" in host else "127.0.0.1"],
            public=lambda address: str(address) == "127.0.0.1",
            tls=lambda: ssl.create_default_context(cafile=str(self._trust)),
            deadline_s=deadline_s,
        )

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._thread.join(2)


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"])
    return f"{head}\r\n\r\n".encode() + body


def test_a_page_is_fetched_under_its_name(identity: tuple[Path, Path]) -> None:
    with Site(identity, answer(b"<h1>Hej</h1>", "Content-Type: text/html; charset=utf-8")) as site:
        page = site.download().fetch(f"https://wiki.example:{site.port}/guide?x=1")

    assert (page.name, page.content) == ("guide.html", b"<h1>Hej</h1>")
    assert site.asked[0].startswith(b"GET /guide?x=1 HTTP/1.1\r\nHost: wiki.example:")


def test_a_redirect_is_followed_and_checked_like_the_first_address(
    identity: tuple[Path, Path],
) -> None:
    moved = "301 Moved"
    with Site(
        identity,
        answer(b"", "Location: /new.md", status=moved),
        answer(b"# A\nb\n"),
        answer(b"", "Location: https://intranet.example/", status=moved),
        answer(b"", "Location: http://other.example/", status=moved),
        *[answer(b"", "Location: /again", status=moved)] * 4,
    ) as site:
        url = f"https://wiki.example:{site.port}/old"
        assert site.download().fetch(url).name == "new.md"
        for reason in ("not public", "only https", "more than 3 times"):
            with pytest.raises(InvalidError, match=reason):
                site.download().fetch(url)

    assert len(site.asked) == 8


def test_a_certificate_of_another_name_is_refused(identity: tuple[Path, Path]) -> None:
    with Site(identity, b"") as site, pytest.raises(InvalidError, match="certificate"):
        site.download().fetch(f"https://wrong.example:{site.port}/")


def test_a_page_that_drips_is_given_up(identity: tuple[Path, Path]) -> None:
    def drip(connection: ssl.SSLSocket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for n in range(600):
            connection.sendall(f"X-{n}: y\r\n".encode())
            time.sleep(0.05)

    begun = time.monotonic()
    with Site(identity, drip) as site, pytest.raises(InvalidError, match="cannot be fetched"):
        site.download(deadline_s=0.5).fetch(f"https://wiki.example:{site.port}/")

    assert time.monotonic() - begun < 15  # half of what the page takes


def test_what_is_too_large_cut_off_or_packed_is_refused(identity: tuple[Path, Path]) -> None:
    with Site(
        identity,
        answer(bytes(20_000_001)),
        answer(b"whole page")[:-3],
        answer(b"x", "Content-Encoding: gzip"),
        answer(b"x", status="404 Not Found"),
    ) as site:
        for reason in ("larger than 20 MB", "cut off|incomplete", "packed", "status 404"):
            with pytest.raises(InvalidError, match=f"(?i){reason}"):
                site.download().fetch(f"https://wiki.example:{site.port}/")
