"""``lotsen model replay``: whether a ticket's decisions would be the same again."""

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.arguments import Json
from bot.cli.output import emit, say, show_parts
from models.language import noted

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.triage.replay import Replay

_SAID = {
    "same": noted("The same again"),
    "different": noted("Different"),
    "words": noted("The words changed since, or are gone"),
    "file": noted("The model's file cannot be read any more"),
    "person": noted("A person decided"),
    "llm": noted("Not repeatable; it cost {cost}, masked: {kinds}"),
    "nothing": noted("Nothing was asked"),
}


def replay(
    ticket: Annotated[int, typer.Argument(help="The ticket's number.")], as_json: Json = False
) -> None:
    """Ask the same models about a ticket again, and say whether they say the same."""
    from bot.cli.session import opened
    from models.triage.embeddings import embedder_for
    from models.triage.replay import replay_ticket

    with opened() as session:
        embedder = embedder_for(session.lotsen.settings)
        found = replay_ticket(session.lotsen.store, ticket, embedder)
        if as_json:
            emit({"ticket": ticket, "decisions": [_as_json(one) for one in found]})
        else:
            _show(session, found)


def _as_json(one: "Replay") -> dict[str, Any]:
    call = one.call
    asked = call and {
        "model": call.model,
        "prompt_version": call.prompt_version,
        "redacted": call.redacted,
        "outcome": call.outcome.value,
        "cost_eur": call.cost_micros / 1e6,
        "latency_ms": call.latency_ms,
    }
    return {**asdict(replace(one, call=None)), "call": asked}


def _show(session: "Session", found: "list[Replay]") -> None:
    from models.message import Table

    words = session.words
    if not found:
        say(words.say("No decision about this ticket is stored."))
        return
    header = (
        words.say("Decided"),
        words.say("Model"),
        words.say("Category"),
        words.say("Now"),
        words.say("Replay"),
    )
    rows = tuple(
        (
            words.moment(one.at, session.zone),
            one.model or one.decided_by.value,
            one.category or "–",
            "–" if one.category_now is None else one.category_now or words.say("a person decides"),
            _said(one, session),
        )
        for one in found
    )
    show_parts(Table(header, rows))


def _said(one: "Replay", session: "Session") -> str:
    words, text = session.words, _SAID[one.outcome.value]
    if one.call is None:
        return words.say(text, cost="–", kinds="–")
    kinds = ", ".join(f"{n} × {kind}" for kind, n in sorted(one.call.redacted.items()))
    return words.say(text, cost=words.euros(one.call.cost_micros / 1e6, 2), kinds=kinds or "–")
