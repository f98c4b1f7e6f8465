"""How incidents look: what the owner, the lead, the asker and the reporter read. Pure."""

from dataclasses import dataclass

from models.language import N_, Mention, Translator
from models.message import Button, Buttons, Message, Note, Paragraph, Part, Quote, Run, Runs, plain
from models.tables import Incident, IncidentKind, IncidentState

KINDS = {
    IncidentKind.WRONG: N_("wrong"),
    IncidentKind.DANGEROUS: N_("dangerous"),
    IncidentKind.PRIVATE_DATA: N_("private data"),
    IncidentKind.OUTDATED: N_("outdated"),
    IncidentKind.OTHER: N_("something else"),
}
STATES = {
    IncidentState.OPEN: N_("Open"),
    IncidentState.RELEASED: N_("Released: it is shown again"),
    IncidentState.KEPT_OUT: N_("Kept out for good"),
}
_OF_LABELS = {
    IncidentState.RELEASED: N_("Closed: it was no error"),
    IncidentState.KEPT_OUT: N_("Closed: it was an error"),
}
_REPORTED = N_("⚠️ *Incident {number}* · reported as {kind}: {title}")
_ANSWER_REPORTED = N_("⚠️ *Incident {number}*: an answer was reported as {kind}: {title}")
_LABEL_REPORTED = N_("⚠️ *Incident {number}*: a category was reported as {kind}: {title}")


@dataclass(frozen=True, slots=True)
class IncidentView:
    """What the owner reads; who reported it is for their eyes alone.

    ``like`` is how many answers that are nearly identical are kept out with the one reported.
    """

    incident: Incident
    reporter: Mention | None
    told: str
    like: int

    @property
    def is_open(self) -> bool:
        return self.incident.state is IncidentState.OPEN

    @property
    def is_label(self) -> bool:
        """Whether it is about a category."""
        return is_label(self.incident)


def is_label(incident: Incident) -> bool:
    """Return whether an incident is about a category, not an answer."""
    return incident.subject.startswith("ticket:")


def page(seen: IncidentView, words: Translator) -> Message:
    """Return what the owner gets, with the two ways to close it while it is open."""
    head = _head(_REPORTED, seen.incident, words)
    parts: list[Part] = [Paragraph(head)]
    if seen.told:
        parts += [
            Note(words.rich("Reported by {who}:", who=seen.reporter or "–")),
            Quote(seen.told),
        ]
    else:
        parts.append(Note(words.rich("Reported by {who}.", who=seen.reporter or "–")))
    parts.append(Note(_consequence(seen, words)))
    if seen.is_open:
        parts.append(_verdicts(seen, words))
    return Message(plain(head), tuple(parts))


def _consequence(seen: IncidentView, words: Translator) -> Runs:
    if not seen.is_open:
        return (Run(outcome_of(seen.incident, words)),)
    if seen.is_label:
        return words.rich("The category stays until somebody changes it on the card.")
    if not seen.like:
        return words.rich("The answer is not shown any more until you decide.")
    return words.rich(
        words.ngettext(
            "The answer and {n} nearly identical one are not shown any more until you decide.",
            "The answer and {n} nearly identical ones are not shown any more until you decide.",
            seen.like,
        )
    )


def outcome_of(incident: Incident, words: Translator) -> str:
    """Say how an incident stands."""
    state = incident.state
    return words.gettext(
        _OF_LABELS.get(state, STATES[state]) if is_label(incident) else STATES[state]
    )


def _verdicts(seen: IncidentView, words: Translator) -> Buttons:
    release = words.gettext("No error") if seen.is_label else words.gettext("Release")
    keep_out = words.gettext("It was an error") if seen.is_label else words.gettext("Keep out")
    number = str(seen.incident.id)
    buttons = (
        Button("incident_release", release, number),
        Button("incident_keep_out", keep_out, number, "danger"),
    )
    return Buttons(f"incident:{number}", buttons)


def for_the_lead(seen: IncidentView, words: Translator) -> Message:
    """Return the post in the lead's channel: what happened, nobody's name and nobody's words."""
    head = _head(_LABEL_REPORTED if seen.is_label else _ANSWER_REPORTED, seen.incident, words)
    parts: list[Part] = [Paragraph(head)]
    if not seen.is_open:
        parts.append(Note((Run(outcome_of(seen.incident, words)),)))
        return Message(plain(head), tuple(parts))
    if not seen.is_label:
        kept_out = words.ngettext(
            "{n} stored answer is kept out until its owner decides.",
            "{n} stored answers are kept out until their owner decides.",
            seen.like + 1,
        )
        parts.append(Note(words.rich(kept_out)))
    return Message(plain(head), (*parts, _verdicts(seen, words)))


def _head(text: str, incident: Incident, words: Translator) -> Runs:
    return words.rich(
        text,
        number=str(incident.id),
        kind=words.gettext(KINDS[incident.kind]),
        title=Run(incident.title, "bold", post=incident.post),
    )


def another_report(
    kind: IncidentKind, reporter: Mention | None, told: str, words: Translator
) -> Message:
    """Return what the owner reads below the page when somebody else reports the same."""
    head = words.rich(
        "Also reported by {who}, as {kind}.", who=reporter or "–", kind=words.gettext(KINDS[kind])
    )
    parts: tuple[Part, ...] = (Paragraph(head), *([Quote(told)] if told else []))
    return Message(plain(head), parts)


def withheld(state: IncidentState, case_id: int, words: Translator) -> Message:
    """Return what stands where a reported answer stood: not its words."""
    line = {
        IncidentState.OPEN: words.rich(
            "⚠️ This answer was reported. It is not shown until its owner has looked at it."
        ),
        IncidentState.RELEASED: words.rich(
            "This answer was reported, and its owner has released it. Ask again to see it."
        ),
        IncidentState.KEPT_OUT: words.rich("This answer was reported and is not shown any more."),
    }[state]
    ask = Button("answer_human", words.gettext("Ask a person"), str(case_id), "primary")
    return Message(plain(line), (Paragraph(line), Buttons(f"case:{case_id}", (ask,))))
