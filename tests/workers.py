"""Which worker runs which tests: those of a file that share what is costly to make go to one.

The marks of pytest-xdist 3.8 (`--dist loadgroup`) group nothing with pytest 9.2: it no longer
reads the node id that they are written into. Here the file says by itself that it shares.
"""

from functools import cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

SHARES = 'scope="module"'


class SharedFileScheduling(LoadScopeScheduling):  # type: ignore[misc, unused-ignore]  # xdist has no types
    """Give a file with a fixture of its own module to one worker, and any other test to either."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid, self.config.rootpath)


def scope_of(nodeid: str, root: Path) -> str:
    """Return what is given to a worker as a whole: a file that shares a fixture, or the test."""
    file = nodeid.partition("::")[0]
    return file if _shares_a_fixture(root / file) else nodeid


@cache
def _shares_a_fixture(file: Path) -> bool:
    return file.is_file() and SHARES in file.read_text("utf-8")
