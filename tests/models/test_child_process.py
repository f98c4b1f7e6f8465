"""A child process answers, fails, hangs and dies, and its parent always knows which."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from models.child_process import ChildEndedError, ChildProcess
from models.errors import InvalidError, UnavailableError

ROOT = Path(__file__).parents[2]


def child(handle: str, more: str = "") -> ChildProcess:
    """Start a child that answers with the Python expression ``handle``."""
    return ChildProcess(
        "import os, time\n"
        "from models.errors import InvalidError, UnavailableError\n"
        "from models.child_process import serve\n"
        "def fail(error): raise error\n"
        f"serve(lambda request, content: {handle}{more})"
    )


def test_it_answers_one_request_after_the_other() -> None:
    one = child("[request['x'] + 1, content.decode()]")
    try:
        assert one.ask({"x": 1}, b"a\nb", deadline_s=60) == [2, "a\nb"]
        assert one.ask({"x": 2}, deadline_s=60) == [3, ""]
    finally:
        one.close()
    assert not one.is_running


@pytest.mark.parametrize("error", [InvalidError, UnavailableError])
def test_what_it_raises_on_purpose_its_parent_raises(error: type[Exception]) -> None:
    one = child(f"fail({error.__name__}('too little'))")
    try:
        with pytest.raises(error, match="too little"):
            one.ask({}, deadline_s=60)
        assert one.is_running
    finally:
        one.close()


@pytest.mark.parametrize(
    ("handle", "deadline_s", "exit_code", "is_late"),
    [
        ("os._exit(7)", 60, 7, False),
        ("os.write(1, b'[1]\\n') and time.sleep(60)", 60, None, False),
        ("time.sleep(60)", 0.5, -signal.SIGKILL, True),
    ],
)
def test_no_answer_has_its_reason(
    handle: str, deadline_s: float, exit_code: int | None, is_late: bool
) -> None:
    one = child(handle)

    with pytest.raises(ChildEndedError) as caught:
        one.ask({}, deadline_s=deadline_s)

    assert (caught.value.exit_code, caught.value.is_late) == (exit_code, is_late)
    assert not one.is_running


def test_what_it_prints_does_not_stand_among_its_answers() -> None:
    one = child("print('hello')")
    try:
        assert one.ask({}, deadline_s=60) is None
    finally:
        one.close()


def test_it_is_nice() -> None:
    one = child("os.nice(0)", ", niceness=5")
    try:
        assert one.ask({}, deadline_s=60) >= os.nice(0) + 5
    finally:
        one.close()


def test_it_ends_with_its_parent() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from models.child_process import ChildProcess\n"
        "start = 'import time; from models.child_process import serve; '\n"
        "one = ChildProcess(start + 'serve(lambda request, content: time.sleep(60))')\n"
        "print(one.pid, flush=True)\n"
        "one.ask({}, deadline_s=60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(1)
    parent.kill()
    parent.wait()
    parent.stdout.close()

    for _ in range(100):
        if (
            not Path(f"/proc/{pid}").exists()
            or "(zombie)" in Path(f"/proc/{pid}/status").read_text()
        ):
            return
        time.sleep(0.1)
    pytest.fail("the child outlived its parent")


def test_an_isolated_child_knows_no_token_and_takes_few_addresses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    one = ChildProcess(
        "import os\n"
        "from pathlib import Path\n"
        "from models.child_process import serve\n"
        "status = Path('/proc/self/status')\n"
        "serve(lambda *_: [os.environ.get('SLACK_BOT_TOKEN'), status.read_text()])",
        isolated=True,
    )
    try:
        token, status = one.ask({}, deadline_s=60)
    finally:
        one.close()
    assert token is None
    # A document's reader may have 1 GB of addresses; the watching thread's own heap was 64 MB
    # of them, and 128 MB for a moment.
    (peak,) = [line.split() for line in status.splitlines() if line.startswith("VmPeak")]
    assert int(peak[1]) < 100_000, peak
