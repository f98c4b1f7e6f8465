"""How incidents look: what the owner, the lead, the asker and the reporter read. Pure."""

from dataclasses import dataclass

from models.language import Person, Words, noted
from models.message import Button, Buttons, Message, Note, Paragraph, Part, Quote, Run, Runs, plain
from models.tables import IncidentKind, IncidentState

KINDS = {
    IncidentKind.WRONG: noted("wrong"),
    IncidentKind.DANGEROUS: noted("dangerous"),
    IncidentKind.PRIVATE_DATA: noted("private data"),
    IncidentKind.OUTDATED: noted("outdated"),
    IncidentKind.OTHER: noted("something else"),
}
STATES = {
    IncidentState.OPEN: noted("Open"),
    IncidentState.RELEASED: noted("Released: it is shown again"),
    IncidentState.KEPT_OUT: noted("Kept out for good"),
}
_OF_LABELS = {
    IncidentState.RELEASED: noted("Closed: it was no error"),
    IncidentState.KEPT_OUT: noted("Closed: it was an error"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """What the owner reads; who reported it is for their eyes alone.

    ``post`` is the key of the post that was reported, ``like`` how many answers that are
    nearly identical are kept out with it; ``label`` says that it is about a category.
    """

    number: int
    kind: IncidentKind
    title: str
    post: str
    reporter: Person | None
    told: str
    like: int
    state: IncidentState = IncidentState.OPEN
    label: bool = False


def page(seen: Page, words: Words) -> Message:
    """Return what the owner gets, with the two ways to close it while it is open."""
    number = str(seen.number)
    head = words.rich(
        "⚠️ *Incident {number}* · reported as {kind}: {title}",
        number=number,
        kind=words.say(KINDS[seen.kind]),
        title=Run(seen.title, "bold", post=seen.post),
    )
    parts: list[Part] = [Paragraph(head)]
    if seen.told:
        parts += [
            Note(words.rich("Reported by {who}:", who=seen.reporter or "–")),
            Quote(seen.told),
        ]
    else:
        parts.append(Note(words.rich("Reported by {who}.", who=seen.reporter or "–")))
    parts.append(Note(_consequence(seen, words)))
    if seen.state is IncidentState.OPEN:
        parts.append(_verdicts(number, words, label=seen.label))
    return Message(plain(head), tuple(parts))


def _consequence(seen: Page, words: Words) -> Runs:
    if seen.state is not IncidentState.OPEN:
        return (Run(state_words(seen.state, words, label=seen.label)),)
    if seen.label:
        return words.rich("The category stays until somebody changes it on the card.")
    if not seen.like:
        return words.rich("The answer is not shown any more until you decide.")
    return words.rich(
        words.count(
            "The answer and {n} nearly identical one are not shown any more until you decide.",
            "The answer and {n} nearly identical ones are not shown any more until you decide.",
            seen.like,
        )
    )


def state_words(state: IncidentState, words: Words, *, label: bool) -> str:
    """Say how an incident stands."""
    return words.say(_OF_LABELS.get(state, STATES[state]) if label else STATES[state])


def _verdicts(number: str, words: Words, *, label: bool) -> Buttons:
    release = words.say("No error") if label else words.say("Release")
    keep_out = words.say("It was an error") if label else words.say("Keep out")
    return Buttons(
        f"incident:{number}",
        (
            Button("incident_release", release, number),
            Button("incident_keep_out", keep_out, number, "danger"),
        ),
    )


def for_the_lead(seen: Page, words: Words) -> Message:
    """Return the post in the lead's channel: what happened, nobody's name and nobody's words."""
    number, title = str(seen.number), Run(seen.title, "bold", post=seen.post)
    head = words.rich(
        "⚠️ *Incident {number}*: an answer was reported as {kind}: {title}",
        number=number,
        kind=words.say(KINDS[seen.kind]),
        title=title,
    )
    if seen.label:
        head = words.rich(
            "⚠️ *Incident {number}*: a category was reported as {kind}: {title}",
            number=number,
            kind=words.say(KINDS[seen.kind]),
            title=title,
        )
    parts: list[Part] = [Paragraph(head)]
    if seen.state is IncidentState.OPEN and not seen.label:
        parts.append(
            Note(
                words.rich(
                    words.count(
                        "{n} stored answer is kept out until its owner decides.",
                        "{n} stored answers are kept out until their owner decides.",
                        seen.like + 1,
                    )
                )
            )
        )
    elif seen.state is not IncidentState.OPEN:
        parts.append(Note((Run(state_words(seen.state, words, label=seen.label)),)))
    if seen.state is IncidentState.OPEN:
        parts.append(_verdicts(number, words, label=seen.label))
    return Message(plain(head), tuple(parts))


def another_report(kind: IncidentKind, reporter: Person | None, told: str, words: Words) -> Message:
    """Return what the owner reads below the page when somebody else reports the same."""
    head = words.rich(
        "Also reported by {who}, as {kind}.", who=reporter or "–", kind=words.say(KINDS[kind])
    )
    parts: tuple[Part, ...] = (Paragraph(head), *([Quote(told)] if told else []))
    return Message(plain(head), parts)


def withheld(state: IncidentState, case_id: int, words: Words) -> Message:
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
    ask = Button("answer_human", words.say("Ask a person"), str(case_id), "primary")
    return Message(plain(line), (Paragraph(line), Buttons(f"case:{case_id}", (ask,))))
