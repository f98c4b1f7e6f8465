"""Where a visitor is: as whom, in which channel or App Home, beside which thread."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

HOME = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """An address of the page.

    Attributes
    ----------
    room
        A channel's id, or ``home`` for App Home.
    thread, edit
        The ``ts`` of the thread that is open, and of the message that is being changed.
    draft
        ``1``: the composer begins with an example question.
    """

    person: str
    room: str
    thread: str = ""
    edit: str = ""
    draft: str = ""

    @classmethod
    def read(cls, person: str, room: str, query: Mapping[str, str]) -> "Location":
        told = {name: query.get(name, "") for name in ("thread", "edit", "draft")}
        return cls(person=person, room=room, **told)

    @classmethod
    def parse(cls, url: str) -> "Location":
        """Read an address that this page wrote into a form.

        Raises
        ------
        LookupError
            When it is none of ours.
        """
        parts = urlsplit(url)
        path = parts.path.strip("/").split("/")
        if parts.netloc or len(path) != 2 or not all(path):
            raise LookupError(f"no place {url!r}")
        return cls.read(path[0], path[1], dict(parse_qsl(parts.query)))

    @property
    def url(self) -> str:
        query = {"thread": self.thread, "edit": self.edit, "draft": self.draft}
        shown = urlencode({name: value for name, value in query.items() if value})
        return f"/{self.person}/{self.room}" + (f"?{shown}" if shown else "")

    def without_edit(self) -> "Location":
        return replace(self, edit="", draft="")
