"""``lotsen model replay``: whether a ticket's decisions would be the same again."""

from dataclasses import asdict, replace
from typing import Annotated, Any

from typer import Argument

from bot.cli.command import Result, command, tree
from bot.cli.output import fields_of, table
from bot.cli.session import Session
from models.language import N_, Translator
from models.meaning.factory import embedder_for
from models.triage.replay import Replay, replay_ticket

app = tree()

_OUTCOMES = {
    "same": N_("The same again"),
    "different": N_("Different"),
    "words": N_("The words changed since, or are gone"),
    "file": N_("The model's file cannot be read any more"),
    "person": N_("A person decided"),
    "llm": N_("Not repeatable; it cost {cost}, masked: {kinds}"),
    "nothing": N_("Nothing was asked"),
}


@command(app)
def replay(
    session: Session, ticket: Annotated[int, Argument(help="The ticket's number.")]
) -> Result:
    """Ask the same models about a ticket again, and say whether they say the same."""
    words, gettext = session.words, session.words.gettext
    found = replay_ticket(
        session.lotsen.store, ticket, embedder_for(session.settings, session.lotsen.store)
    )
    rows = (
        (
            words.moment(one.at, session.zone),
            one.model or one.decided_by.value,
            one.category or "–",
            "–" if one.category_now is None else one.category_now or gettext("a person decides"),
            _outcome(one, words),
        )
        for one in found
    )
    header = tuple(
        map(gettext, (N_("Decided"), N_("Model"), N_("Category"), N_("Now"), N_("Replay")))
    )
    return Result(
        {"ticket": ticket, "decisions": [_as_json(one) for one in found]},
        table(header, rows, gettext("No decision about this ticket is stored.")),
    )


def _as_json(one: Replay) -> dict[str, Any]:
    call = one.call
    asked = call and {
        **fields_of(call, "model", "prompt_version", "redacted", "outcome"),
        "cost_eur": call.cost_micros / 1e6,
        "latency_ms": call.latency_ms,
    }
    return {**asdict(replace(one, call=None)), "call": asked}


def _outcome(one: Replay, words: Translator) -> str:
    text = _OUTCOMES[one.outcome.value]
    if one.call is None:
        return words.gettext(text, cost="–", kinds="–")
    kinds = ", ".join(f"{n} × {kind}" for kind, n in sorted(one.call.redacted.items()))
    return words.gettext(text, cost=words.money(one.call.cost_micros / 1e6, 2), kinds=kinds or "–")
