"""A language that is made up of the English one: every Latin letter is changed.

Whatever shows a plain Latin word in it was not translated. Its data are Greek, so that a
person's name or a ticket's words are never taken for one.
"""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po, write_po

from models.desk.setup.imports import ImportOptions, import_tickets
from models.knowledge.documents import About
from models.language import LANGUAGES
from models.lotsen import Lotsen
from models.starter import CATEGORIES
from models.tables import CostKind
from models.tickets.sources.formats import open_tickets
from models.triage.training import train

CODE = "qps"
LOCALE = "qps-XX"
# Babel writes its dates and numbers; the recogniser takes Greek for it.
RECORD = """
locale = "en_GB"
name = "Þšéúďó"
recognised_as = ["el"]
[patterns]
greetings = ["γεια σας παιδιά"]
"""
_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀčďéƒǧĥíĵķĺɱńóƥɋŕšťúṽŵẋýžÁƁČĎÉƑǦĤÍĴĶĹṀŃÓƤɊŔŠŤÚṼŴẊÝŽ",
)
_KEPT = re.compile(r"(\{\w+\})")
_LATIN = re.compile(r"[A-Za-z]{2,}")
# Slack's own writing: who, where, links, emoji; and hashes.
_NO_WORDS = re.compile(r"<[^>|]*\||<[^>]*>|:[a-z0-9_+-]+:|\b(?=[a-f]*\d)[0-9a-f]{6,}\b")
_CALENDAR = Locale.parse("en_GB")
# What Babel writes by itself: months, days, and the last comma of a list.
_BABEL = {"and", "or"} | frozenset(
    str(name)
    for names in (_CALENDAR.months, _CALENDAR.days)
    for width in ("wide", "abbreviated")
    for name in names["format"][width].values()
)


TOPICS = {
    "Εκτυπωτές": "ο εκτυπωτής στον όροφο {n} δεν εκτυπώνει και το χαρτί τελείωσε",
    "Δίκτυο": "η σύνδεση στο δίκτυο πέφτει {n} φορές όταν δουλεύω από το σπίτι",
    "Μισθός": "ο μισθός μου για τον μήνα {n} είναι λάθος στο εκκαθαριστικό",
}
ARTICLE = """# Ο κωδικός πρόσβασης ξεχάστηκε

Ανοίξτε τη σελίδα σύνδεσης και επιλέξτε νέο κωδικό πρόσβασης. Μετά συνδεθείτε ξανά.
"""


def pseudo(text: str) -> str:
    """Return an English text in the made-up language, its ``{holes}`` as they are."""
    parts = _KEPT.split(text)
    changed = [part if _KEPT.fullmatch(part) else part.translate(_ACCENTED) for part in parts]
    return f"⟦{''.join(changed)}⟧" if text else ""


@contextmanager
def pseudo_language(folder: Path) -> Iterator[None]:
    """Write the language's folder, of all that Swedish translates, and know it for a while."""
    here = folder / CODE
    here.mkdir(parents=True)
    (here / "language.toml").write_text(RECORD, "utf-8")
    catalogue = read_po(BytesIO(LANGUAGES["sv"].text("messages.po").encode()))
    for entry in catalogue:
        ids = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
        if ids != ("",):
            entry.string = tuple(map(pseudo, ids)) if len(ids) > 1 else pseudo(ids[0])
    with (here / "messages.po").open("wb") as file:
        write_po(file, catalogue)
    names = [f'[{key}]\ntitle = "{pseudo(key)}"\ndescription = ""\n' for key in CATEGORIES]
    (here / "categories.toml").write_text("\n".join(names), "utf-8")
    with LANGUAGES.with_folder(folder):
        yield


def untranslated(text: str, *allowed: str) -> list[str]:
    """Return the words of a drawn text that are in no language of ours."""
    words = _LATIN.findall(_NO_WORDS.sub(" ", text))
    return [word for word in words if word not in _BABEL and word not in allowed]


def history(file: Path, today: datetime, weeks: int = 14) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("id", "text", "category", "opened_at", "resolved_at", "handling_minutes"))
        for at in range(weeks * 5):
            key = list(TOPICS)[at % len(TOPICS)]
            opened = (today - timedelta(weeks=weeks) + timedelta(days=at * 7 // 5)).replace(hour=8)
            solved = opened + timedelta(minutes=90 + at)
            row = (f"{at}", TOPICS[key].format(n=at), key, opened, solved, str(20 + at % 9))
            writer.writerow(map(str, row))
    return file


def fill(lotsen: Lotsen, home: Path, now: datetime) -> None:
    """Give the office a past, in Greek: tickets, an answer, a model, a baseline, a plan, costs."""
    file = history(home / "history.csv", now)
    tickets = open_tickets(file, {}, lotsen.calendar.zone)
    import_tickets(lotsen.store, lotsen.calendar, tickets, ImportOptions(now))
    (home / "κωδικός.md").write_text(ARTICLE, "utf-8")
    lotsen.library.import_sources([str(home / "κωδικός.md")], now, About(owner="Ελένη"))
    train(lotsen.store, now, 7)
    lotsen.triage.refresh()
    first = (now - timedelta(weeks=13)).date()
    lotsen.kpis.freeze(first, first + timedelta(weeks=8, days=-1), now)
    lotsen.plan.start(first + timedelta(weeks=8), now)
    lotsen.value.costs.book(CostKind.ONE_OFF, "εγκατάσταση", Decimal(900), first, now)
    lotsen.registers.prepare(now)
