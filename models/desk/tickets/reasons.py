"""Why a ticket has its category, in plain words. Pure: facts in, `Message` out."""

from collections.abc import Sequence

from models.desk.tickets.cards import TicketView, category_title, how_sure
from models.desk.tickets.suggestions import similar_line
from models.language import Translator
from models.message import Fields, Message, Note, Paragraph, Part, Run, Runs, plain, text_message
from models.tables import HIDDEN, Category, DecidedBy, DecisionMode, Ticket


def why(view: TicketView, categories: Sequence[Category], words: Translator) -> Message:
    """Explain a category in plain words: who decided, how sure, which words, what else."""
    ticket, decision = view.ticket, view.decision
    number = str(ticket.id)
    if decision is None:
        line = words.rich("*Ticket {number}*: nothing was decided automatically.", number=number)
        return Message(plain(line), (Paragraph(line),))
    if decision.mode in HIDDEN:
        return text_message(_why_blind(ticket, categories, words))
    parts: list[Part] = [Paragraph(_why_head(view, categories, words))]
    if decision.reasons:
        parts.append(
            Paragraph(
                words.rich(
                    "Words that weighed most: {reasons}", reasons=words.listing(decision.reasons)
                )
            )
        )
    if decision.alternatives:
        pairs = tuple(
            (category_title(categories, str(key), words), (Run(words.percent(float(share))),))
            for key, share in decision.alternatives[:3]
        )
        parts += [Paragraph(words.rich("What I considered:")), Fields(pairs)]
    if view.similar:
        parts.append(Paragraph(similar_line(view.similar, words, titles=True)))
    parts.append(Note(words.rich("Model: {model}", model=decision.model or words.gettext("none"))))
    return Message(
        words.gettext("Why ticket {number} has its category", number=number), tuple(parts)
    )


def _why_blind(ticket: Ticket, categories: Sequence[Category], words: Translator) -> Runs:
    number = str(ticket.id)
    if not ticket.category:
        return words.rich(
            "*Ticket {number}* is a blind check: now and then a person chooses without seeing what "
            "I think. Only so is it known how often I am right.",
            number=number,
        )
    return words.rich(
        "*Ticket {number}*: a person chose *{category}*. It is a blind check, so what I thought "
        "stays hidden.",
        number=number,
        category=category_title(categories, ticket.category, words),
    )


def _why_head(view: TicketView, categories: Sequence[Category], words: Translator) -> Runs:
    ticket = view.ticket
    number, title = str(ticket.id), category_title(categories, ticket.category, words)
    if ticket.decided_by is DecidedBy.PERSON:
        return words.rich(
            "*Ticket {number}*: a person chose *{category}*.", number=number, category=title
        )
    if view.decision is not None and view.decision.mode is DecisionMode.SUGGESTED:
        return words.rich(
            "*Ticket {number}*: for now I only suggest, since I was wrong too often of late. "
            "A person decides.",
            number=number,
        )
    if not ticket.category and view.decision is not None and not view.decision.in_scope:
        return words.rich(
            "*Ticket {number}*: this is unlike anything I know, so a person decides.", number=number
        )
    if not ticket.category:
        return words.rich(
            "*Ticket {number}*: I was not sure enough, so a person decides.", number=number
        )
    if ticket.decided_by is DecidedBy.RULE:
        return words.rich(
            "*Ticket {number}*: a rule of the company chose *{category}*.",
            number=number,
            category=title,
        )
    if ticket.decided_by is DecidedBy.LLM:
        return words.rich(
            "*Ticket {number}*: I was not sure, so the language model chose *{category}*. It saw "
            "the text without names, numbers and addresses.",
            number=number,
            category=title,
        )
    return words.rich(
        "*Ticket {number}*: the classifier chose *{category}*, {sure} sure.",
        number=number,
        category=title,
        sure=how_sure(ticket.confidence, words),
    )
