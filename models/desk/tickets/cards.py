"""How a ticket, an answer and a piece of progress look, before any face draws them.

Pure: facts in, `Message` out. Action names are those that the faces send back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from models.desk.base.report_button import report_button
from models.desk.base.ticket_links import TicketLink
from models.desk.base.titles import title_or_start
from models.desk.joining.joining_cards import follows, joining_parts, part_row
from models.desk.joining.likeness import ALONE, Joining
from models.desk.tickets import asker_line
from models.desk.tickets.asker_line import Handover
from models.desk.tickets.suggestions import OpenHint, hint_buttons, similar_line
from models.language import N_, Mention, Translator, in_language
from models.message import (
    Button,
    Buttons,
    Divider,
    Fields,
    Message,
    Note,
    Paragraph,
    Part,
    Quote,
    Run,
    Runs,
    Select,
    plain,
    text_message,
)
from models.redaction import mask_exposed
from models.tables import (
    DONE,
    HIDDEN,
    Category,
    DecidedBy,
    Decision,
    DecisionMode,
    Status,
    Ticket,
    TicketText,
    TicketTimes,
)
from models.tickets.lifecycle import moves_from
from models.tickets.urgency import URGENT

SUREST = 0.99
STATUS_WORDS = {
    Status.NEW: N_("New"),
    Status.CLAIMED: N_("In progress"),
    Status.PAUSED: N_("Paused"),
    Status.SOLVED: N_("Resolved"),
    Status.CLOSED: N_("Closed"),
}
_MARKS = {
    Status.NEW: "🆕",
    Status.CLAIMED: "🛠️",
    Status.PAUSED: "⏸️",
    Status.SOLVED: "✅",
    Status.CLOSED: "📁",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a ticket's question was asked, and what came with it.

    Attributes
    ----------
    channel, ts
        The first message; no channel for what was asked in private.
    files
        (name, address) of each file; what is not known of one is empty.
    """

    channel: str
    ts: str
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TicketView:
    """All that is known of a ticket when it is drawn.

    ``similar`` are past tickets that the reader may see, ``hints`` what one tap would set,
    ``articles`` (number, title) of stored ones that come near and may be sent, ``nothing_near``
    whether none ever did.
    """

    ticket: Ticket
    text: TicketText
    decision: Decision | None
    requester: Mention | None
    assignee: Mention | None
    handling_minutes: float | None = None
    withdrawn: bool = False
    similar: tuple[TicketLink, ...] = ()
    hints: tuple[OpenHint, ...] = ()
    origin: Origin | None = None
    articles: tuple[tuple[int, str], ...] = ()
    nothing_near: bool = False
    waits_for_asker: bool = False
    joining: Joining = ALONE

    @property
    def is_joined(self) -> bool:
        """Whether it is open and follows another ticket."""
        return self.joining.main is not None and self.ticket.status not in DONE


def category_title(categories: Sequence[Category], key: str, words: Translator) -> str:
    """Return the category's name in the reader's language, or in the one it has."""
    for category in categories:
        if category.key == key:
            return in_language(category.titles, words.language, key)
    return key


def how_sure(confidence: float | None, words: Translator) -> str:
    """Write a confidence; nothing is ever a hundred per cent sure."""
    share = confidence or 0.0
    if share > SUREST:
        return words.gettext("over {share}", share=words.percent(SUREST))
    return words.percent(share)


def support_card(
    view: TicketView, categories: Sequence[Category], words: Translator, zone: ZoneInfo
) -> Message:
    """Return the card of the support channel: what, who, category and why, actions."""
    ticket = view.ticket
    number = str(ticket.id)
    title = title_or_start(view.text) or words.gettext("(no text)")
    head = words.rich(
        "{mark} *Ticket {number}* · {title}", mark=_MARKS[ticket.status], number=number, title=title
    )
    parts: list[Part] = [Paragraph(head)]
    if view.withdrawn:
        gone = not view.text.body.strip()
        parts.append(
            Note(
                words.rich("The requester deleted the message.")
                if gone
                else words.rich("The requester does not need it any more.")
            )
        )
    elif _more_than_title(view.text):
        parts.append(Quote(mask_exposed(view.text.body).text))
    if view.origin is not None and not view.withdrawn:
        parts.extend(_origin_lines(view.origin, words))
    if not view.withdrawn and mask_exposed(view.text.body).found:
        parts += _masked(str(ticket.id), words)
    parts.append(Fields(_facts(view, words, zone)))
    parts.append(Note(_category_line(view, categories, words)))
    if view.similar and not view.withdrawn:
        parts.append(Note(similar_line(view.similar, words)))
    is_open = ticket.status not in DONE and not view.withdrawn
    parts.extend(joining_parts(ticket.id or 0, view.joining, words, is_open=is_open))
    parts.extend(_article_line(view, words))
    parts.extend(_tools(view, categories, words))
    if view.text.note:
        parts += [Divider(), Paragraph(words.rich("*Resolution*")), Quote(view.text.note)]
    return Message(
        words.gettext("Ticket {number}: {title}", number=number, title=title), tuple(parts)
    )


def _origin_lines(origin: Origin, words: Translator) -> Iterable[Part]:
    if origin.channel:
        place = f"{origin.channel}/{origin.ts}"
        question, channel = words.gettext("The question"), words.gettext("the channel")
        yield Note(
            words.rich(
                "💬 {message} in {channel}",
                message=Run(question, place=place),
                channel=Run(channel, place=origin.channel),
            )
        )
    else:
        yield Note(words.rich("💬 Asked in private"))
    if origin.files:
        runs: list[Run] = [Run("📎 ")]
        for at, (name, url) in enumerate(origin.files):
            runs += [Run(" · ")] if at else []
            runs.append(Run(name or words.gettext("a file"), link=url))
        yield Note(tuple(runs))


def _article_line(view: TicketView, words: Translator) -> Iterable[Part]:
    """Offer the nearest article to be sent with one tap, and name the others."""
    closed = view.withdrawn or view.ticket.status in DONE
    if closed or view.is_joined:
        return
    if view.nothing_near:
        yield Note(words.rich("No stored article is about this."))
    if not view.articles:
        return
    (number, title), *others = view.articles
    runs = words.rich("Nearest article: *{title}*", title=title)
    if others:
        listed = words.listing(name for _, name in others)
        runs = (*runs, *words.rich(" · also {titles}", titles=listed))
    yield Note(runs)
    send = Button("ticket_send", words.gettext("Send it"), str(number))
    yield Buttons(f"ticket:{view.ticket.id}:send", (send,))


def _masked(number: str, words: Translator) -> list[Part]:
    """Return that numbers are masked, and the way to see them for oneself alone."""
    show = Button("ticket_reveal", words.gettext("Show me"), number)
    told = words.rich("Numbers or secrets are masked here. Whoever looks at them is noted.")
    return [Note(told), Buttons(f"ticket:{number}:masked", (show,))]


def _more_than_title(text: TicketText) -> bool:
    return bool(text.body.strip()) and text.body.strip() != text.title.strip()


def _facts(view: TicketView, words: Translator, zone: ZoneInfo) -> tuple[tuple[str, Runs], ...]:
    ticket = view.ticket
    status = (
        words.gettext("Joined") if view.is_joined else words.gettext(STATUS_WORDS[ticket.status])
    )
    facts: list[tuple[str, Runs]] = [
        (words.gettext("Status"), (Run(status),)),
        (words.gettext("Opened"), (Run(words.moment(ticket.opened_at, zone)),)),
    ]
    if view.requester is not None:
        facts.append((words.gettext("Asked by"), words.rich("{who}", who=view.requester)))
    if view.assignee is not None:
        facts.append((words.gettext("Taken by"), words.rich("{who}", who=view.assignee)))
    if ticket.priority:
        facts.append((words.gettext("Priority"), (Run(_priority(ticket, words)),)))
    if ticket.team:
        facts.append((words.gettext("Team"), (Run(ticket.team),)))
    if view.handling_minutes is not None:
        facts.append((words.gettext("Handling time"), (Run(words.minutes(view.handling_minutes)),)))
    return tuple(facts)


def _priority(ticket: Ticket, words: Translator) -> str:
    return words.gettext("🚨 urgent") if ticket.priority == URGENT else ticket.priority


def _category_line(view: TicketView, categories: Sequence[Category], words: Translator) -> Runs:
    ticket, decision = view.ticket, view.decision
    if not ticket.category:
        return _without_category(decision, categories, words)
    title = category_title(categories, ticket.category, words)
    if ticket.decided_by is DecidedBy.PERSON:
        return words.rich("Category *{category}*, chosen by a person.", category=title)
    if ticket.decided_by is DecidedBy.RULE:
        return words.rich("Category *{category}*, by a rule of the company.", category=title)
    if ticket.decided_by is DecidedBy.LLM:
        return words.rich("Category *{category}*, chosen by the language model.", category=title)
    sure = how_sure(ticket.confidence, words)
    reasons = words.listing(decision.reasons[:3]) if decision and decision.reasons else ""
    if not reasons:
        return words.rich("Category *{category}* ({sure} sure).", category=title, sure=sure)
    return words.rich(
        "Category *{category}* ({sure} sure), because of the words: {reasons}.",
        category=title,
        sure=sure,
        reasons=reasons,
    )


def _without_category(
    decision: Decision | None, categories: Sequence[Category], words: Translator
) -> Runs:
    if decision is not None and decision.mode in HIDDEN:
        return words.rich("Blind check: please choose a category. I keep what I think to myself.")
    if decision is not None and decision.mode is DecisionMode.SUGGESTED:
        return words.rich(
            "Suggestion: *{category}* ({sure} sure). Please choose; for now I only suggest.",
            category=category_title(categories, decision.category, words),
            sure=words.percent(decision.confidence or 0.0),
        )
    if decision is not None and not decision.in_scope:
        return words.rich("No category yet: this is unlike anything I know. Please choose one.")
    return words.rich("No category yet: I am not sure enough. Please choose one.")


def _tools(view: TicketView, categories: Sequence[Category], words: Translator) -> list[Part]:
    ticket = view.ticket
    subject, value = f"ticket:{ticket.id}", str(ticket.id)
    known = {category.key for category in categories}
    select = Select(
        subject=f"{subject}:category",
        action="ticket_category",
        label=words.gettext("Choose category"),
        options=tuple((c.key, category_title(categories, c.key, words)) for c in categories),
        chosen=ticket.category if ticket.category in known else "",
    )
    why = Button("ticket_why", words.gettext("Why?"), value)
    report = [report_button(subject, words)] if ticket.category and _automatic(ticket) else []
    main, more = _moves(ticket.status, value, words)
    taps = _suggestions(view, categories, words)
    hints = hint_buttons(ticket.id or 0, view.hints, words)
    row = Buttons(subject, main, (*more, why, *report), "ticket_more")
    if view.is_joined:
        row = part_row(ticket.id or 0, (why, *report), words)
    return [*taps, *hints, *([select] if categories else []), row]


def _automatic(ticket: Ticket) -> bool:
    return ticket.decided_by in (DecidedBy.RULE, DecidedBy.CLASSIFIER, DecidedBy.LLM)


def _suggestions(
    view: TicketView, categories: Sequence[Category], words: Translator
) -> Iterable[Buttons]:
    """Offer the likeliest categories as one tap each, while nobody has decided."""
    ticket, decision = view.ticket, view.decision
    known = {category.key for category in categories}
    if ticket.category or decision is None or decision.mode in HIDDEN:
        return
    keys = [str(key) for key, _share in decision.alternatives if key in known][:3]
    taps = tuple(
        Button(f"ticket_suggestion_{place}", category_title(categories, key, words), key)
        for place, key in enumerate(keys, start=1)
    )
    if taps:
        yield Buttons(f"ticket:{ticket.id}:suggestions", taps)


def _moves(
    status: Status, value: str, words: Translator
) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """Return the two moves that come next, and those for the menu; all readers see the same."""
    take = words.gettext("Take over") if status is Status.CLAIMED else words.gettext("Take")
    buttons = {
        "claim": Button("ticket_claim", take, value, "primary" if status is Status.NEW else ""),
        "pause": Button("ticket_pause", words.gettext("Pause"), value),
        "resume": Button("ticket_resume", words.gettext("Resume"), value, "primary"),
        "resolve": Button("ticket_resolve", words.gettext("Resolve"), value),
    }
    waits = (
        Button("ticket_wait_requester", words.gettext("Waits for the asker"), value),
        Button("ticket_wait_third", words.gettext("Waits for others"), value),
    )
    can = [name for name in moves_from(status) if name in buttons]
    first = [name for name in _FIRST if name in can and not (name == "claim" and "pause" in can)]
    rest = [buttons[name] for name in can if name not in first[:2]]
    return tuple(buttons[name] for name in first[:2]), (*rest, *(waits if "pause" in can else ()))


_FIRST = ("claim", "resume", "resolve", "pause")
"""Moves by how soon they are wanted; taking over from a colleague is rare."""


def _paused(view: TicketView, words: Translator) -> Runs:
    number, mark = str(view.ticket.id), _MARKS[Status.PAUSED]
    if not view.waits_for_asker:
        return words.rich(
            "{mark} *Ticket {number}* is paused for the moment.", mark=mark, number=number
        )
    return words.rich(
        "{mark} {who} waits for your answer on *ticket {number}*. Write it here.",
        mark=mark,
        who=view.assignee or words.gettext("A colleague"),
        number=number,
    )


def progress(
    view: TicketView, categories: Sequence[Category], words: Translator, handover: Handover
) -> Message:
    """Return the post in the employee's thread that follows the ticket."""
    ticket = view.ticket
    number = str(ticket.id)
    lines = {
        Status.NEW: asker_line.head(number, handover, words),
        Status.CLAIMED: words.rich(
            "{mark} *Ticket {number}*: {who} is working on it.",
            mark=_MARKS[Status.CLAIMED],
            number=number,
            who=view.assignee or words.gettext("a colleague"),
        ),
        Status.PAUSED: _paused(view, words),
        Status.SOLVED: words.rich(
            "{mark} *Ticket {number}* is resolved.", mark=_MARKS[Status.SOLVED], number=number
        ),
        Status.CLOSED: words.rich(
            "{mark} *Ticket {number}* is closed.", mark=_MARKS[Status.CLOSED], number=number
        ),
    }
    head = lines[ticket.status]
    if view.is_joined:
        head = follows(ticket.id or 0, view.joining, words)
    parts: list[Part] = [Paragraph(head)]
    if ticket.status is Status.NEW and not view.is_joined:
        parts.extend(asker_line.notes(handover, words))
    if ticket.category:
        title = category_title(categories, ticket.category, words)
        parts.append(Note(words.rich("Category: {category}", category=title)))
    if ticket.status not in DONE:
        parts.append(asker_line.asker_buttons(ticket.case_id or 0, words))
    return Message(plain(head), tuple(parts))


def resolved(view: TicketView, words: Translator) -> Message:
    """Return the news for the employee that the ticket is resolved, with the note."""
    head = words.rich("✅ *Ticket {number}*, from the support team:", number=str(view.ticket.id))
    parts: list[Part] = [Paragraph(head)]
    if view.text.note:
        parts.append(Quote(view.text.note))
    parts.append(Note(words.rich("Not right yet? Write here and the ticket opens again.")))
    return Message(plain(head), tuple(parts))


def reopened(number: int, words: Translator) -> Message:
    head = words.rich(
        "🔁 *Ticket {number}* is open again. The support team sees your message.",
        number=str(number),
    )
    return Message(plain(head), (Paragraph(head),))


def closed_by_asker(number: int, case_id: int, words: Translator) -> Message:
    """Say that the asker's words closed the ticket, with the one tap that opens it again."""
    head = words.rich(
        "🙌 Good to hear. I have closed *ticket {number}*, since you wrote that it is solved.",
        number=str(number),
    )
    button = Button("answer_human", words.gettext("Open it again"), str(case_id))
    return Message(plain(head), (Paragraph(head), Buttons(f"case:{case_id}", (button,))))


def too_long(words: Translator) -> Message:
    """Say that a case keeps the first part of a long text."""
    return text_message(
        words.rich(
            "Thanks for telling it so thoroughly! I have kept the first part with your question. "
            "The rest stands only here in Slack. Does something important come late in the text? "
            "Write it once more, in a sentence or two."
        )
    )


def added(number: int, words: Translator) -> Message:
    """Say at a message that its words went to a ticket."""
    head = words.rich("📎 Added to *ticket {number}*.", number=str(number))
    return Message(plain(head), (Paragraph(head),))


def handling_of(times: TicketTimes | None) -> float | None:
    """Return the handling minutes to show once a ticket is resolved."""
    if times is None or times.resolved_at is None:
        return None
    return times.handling_minutes
