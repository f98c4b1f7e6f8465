"""Tickets of Zammad.

JSON: the ticket list of the interface, best with ``expand=true`` (names instead of
ids), or a search with its ``assets``. Articles may stand inside their ticket
(``articles``), beside the tickets, or among the assets; the first one by the customer is
the text. The ticket's number is its id here, as people know it.

CSV: the table that *Reporting* offers for download, saved as CSV. It has no texts.

References
----------
docs.zammad.org/en/latest/api/ticket
docs.zammad.org/en/latest/api/ticket/articles.html
github.com/zammad/zammad, lib/excel_sheet/ticket.rb (the report's columns)
German names of the report's columns: from memory.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from models.tickets.sources import Field
from models.tickets.sources.columns import name_set
from models.tickets.sources.source import Flatten, Record, TicketSource, by_signs
from models.tickets.sources.values import by_id, inside, objects, plain, text_of

_KEYS = name_set(
    """
    number owner_id customer_id state_id priority_id close_at first_response_at article_count
    article_ids create_article_type_id last_contact_at close_in_min escalation_at
    """
)
_COLUMNS = name_set(
    """
    # create_channel time_units_total close_escalation_at close_diff_in_min
    first_response_escalation_at update_in_min last_contact_at last_contact_agent_at article_count
    erstellungskanal letzter_kontakt_am zeiteinheiten_gesamt
    """
)
_NAMES: dict[Field, str] = {
    "id": "number # nummer",
    "title": "title titel",
    "text": "article note notiz",
    "category": "category kategorie topic thema ticket_category type typ",
    "opened_at": "created_at erstellt_am erstellt",
    "first_response_at": "first_response_at erste_antwort_am erste_reaktion_am",
    "closed_at": "close_at closed_at geschlossen_am",
    "priority": "priority prioritat",
    "team": "group gruppe",
    "requester": "customer kunde",
    "handling_minutes": "time_unit time_units_total zeiteinheiten_gesamt",
    "status": "state status",
}
_NAMED = ("group", "priority", "state", "customer")
_TECHNICAL = ("_id", "_ids", "_in_min")


def _flattener(document: Any) -> Flatten:
    assets = inside(document, "assets")
    articles = _articles(inside(document, "articles"), inside(assets, "TicketArticle"))
    names = {
        "group": by_id(inside(assets, "Group")),
        "priority": by_id(inside(assets, "TicketPriority")),
        "state": by_id(inside(assets, "TicketState")),
        "customer": by_id(inside(assets, "User")),
    }

    def flatten(ticket: Record) -> dict[str, str]:
        own = objects(ticket.get("articles")) or articles.get(text_of(ticket.get("id")), [])
        return {
            **{
                key: text_of(value)
                for key, value in ticket.items()
                if key != "articles" and not key.endswith(_TECHNICAL)
            },
            **{name: _named(ticket, name, names[name]) for name in _NAMED},
            "article": _question(own),
        }

    return flatten


def _articles(*places: Any) -> Mapping[str, list[Record]]:
    """Return the articles by their ticket's id, the oldest first."""
    found: dict[str, list[Record]] = defaultdict(list)
    for place in places:
        for article in objects(list(place.values()) if isinstance(place, Mapping) else place):
            found[text_of(article.get("ticket_id"))].append(article)
    return found


def _named(ticket: Record, name: str, known: Mapping[str, Record]) -> str:
    if ticket.get(name):
        return text_of(ticket[name])
    row = known.get(text_of(ticket.get(f"{name}_id")), {})
    whole = f"{text_of(row.get('firstname'))} {text_of(row.get('lastname'))}".strip()
    return whole or text_of(row)


def _question(articles: Sequence[Record]) -> str:
    """Return what the customer wrote first; else the first article that is not internal."""
    ordered = sorted(articles, key=lambda article: text_of(article.get("created_at")))
    public = [article for article in ordered if article.get("internal") is not True]
    asked = [article for article in public if article.get("sender") == "Customer"]
    return next((plain(text_of(one.get("body"))) for one in [*asked, *public]), "")


SOURCE = TicketSource(
    name="zammad",
    title="Zammad",
    recognises=by_signs((_KEYS, 5), (_COLUMNS, 4)),
    names=_NAMES,
    flattener=_flattener,
    external_id=lambda number: f"zammad:{number.removeprefix('#')}",
)
