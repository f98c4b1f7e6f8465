"""A message's way in words: a line a step, with its time, and why it took long where it did."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.language import N_, Translator
from models.message import Heading, Message, Note, Paragraph, Part, Run, Runs
from models.tables import DecidedBy, EventKind, InboxState, LlmOutcome, PostState, Source
from models.upkeep.trace import Cause, Delay, ModelCall, PostStep, Road, Trace, Way

UNKNOWN = N_(
    "Nothing is stored under {asked}. Name an event's id as the log has it (Ev0123ABC), a ticket's number (249), or a message's link or time stamp (1795424400.123456)."
)
_OUTCOMES: Mapping[EventKind, str] = {
    EventKind.ANSWERED: N_("Answered with a stored article."),
    EventKind.SUGGESTED: N_("Titles to choose from were offered."),
    EventKind.ASKED: N_("Taken in as a question."),
    EventKind.WITHDRAWN: N_("The question was withdrawn."),
}
_WHY_A_TICKET = {
    "no_answer": N_("no stored answer was sure enough"),
    "none_of_these": N_("none of the titles fitted"),
    "no_choice": N_("nobody chose a title"),
    "asked": N_("somebody asked for a ticket"),
    "human": N_("the asker wanted a person"),
    "not_solved": N_("the answer did not help"),
    "follow_up": N_("the asker wrote once more"),
}
_ANSWERED_BY = {
    "llm": N_("Answered with a stored article that the language model pointed at."),
    "choice": N_("The asker chose a title; its article was shown."),
}
_CHOSEN_BY: Mapping[DecidedBy, str] = {
    DecidedBy.RULE: N_("A rule of the company chose the category."),
    DecidedBy.CLASSIFIER: N_("The classifier chose the category, {sure} sure."),
    DecidedBy.LLM: N_("The language model chose the category."),
    DecidedBy.PERSON: N_("A person chose the category."),
}
_LATER = {
    "consult_model": N_("The ticket went to the language model, for its category."),
    "read_passages": N_("The question went to the language model, for an answer."),
    "end_suggestions": N_("The time to choose a title was over."),
}
_ENDS: Mapping[LlmOutcome, str] = {
    LlmOutcome.ANSWERED: N_("The language model answered after {time}."),
    LlmOutcome.UNSURE: N_("The language model was unsure; it took {time}."),
    LlmOutcome.TIMEOUT: N_("The language model did not answer in time ({time})."),
    LlmOutcome.PENDING: N_("The language model has not answered yet."),
}
_POSTS = {
    "card": N_("Card for the support team"),
    "card_update": N_("New version of the card"),
    "answer": N_("Answer in the thread"),
    "answer_update": N_("New version of the answer"),
    "line": N_("Line about the ticket in the thread"),
    "line_update": N_("New version of the line about the ticket"),
    "looking": N_("First reply in the thread"),
    "looking_update": N_("New version of the first reply"),
    "post": N_("Post"),
    "post_update": N_("New version of a post"),
    "reaction": N_("Emoji at the message"),
    "ephemeral": N_("Line that only the asker sees"),
    "file": N_("File in the thread"),
    "delete": N_("Removal of a post"),
}
_STATES: Mapping[PostState, str] = {
    PostState.READY: N_("{post}: waits to be sent."),
    PostState.SENDING: N_("{post}: being sent, or looked for in Slack."),
    PostState.SENT: N_("{post}: in Slack, time stamp {ts}."),
    PostState.DOUBTFUL: N_(
        "{post}: in doubt; look into the channel, then `lotsen outbox retry {number}` or `drop {number}`."
    ),
    PostState.DEAD: N_("{post}: refused by Slack. Once mended: `lotsen outbox retry {number}`."),
    PostState.DROPPED: N_("{post}: not sent; a newer one took its place, or it was dropped."),
}
_CAME_LATE: Mapping[Cause, str] = {
    Cause.NOT_DELIVERED: N_("{time} late: Slack had not delivered it."),
    Cause.DELIVERED_LATE: N_("{time} late: Slack delivered it late, or could not reach the bot."),
}
_WAITED: Mapping[Cause, str] = {
    Cause.HELD: N_("Waited {time}: the question that it belongs to came later."),
    Cause.STOPPED: N_(
        "Waited {time}: nothing was done in that time, so the bot, its database or Slack stood still."
    ),
    Cause.ASKED_TO_WAIT: N_("Waited {time}: Slack asked for a pause."),
    Cause.CHANNEL_RESTED: N_("Waited {time}: Slack had asked for a pause in that channel."),
    Cause.POST_ABOVE: N_("Waited {time}: the post that it belongs to was not there yet."),
    Cause.TURN: N_("Waited {time} for its turn: other posts went first."),
}


def trace_message(trace: Trace, words: Translator, zone: ZoneInfo) -> Message:
    """Return the whole way, the steps of a day below its date."""
    of_ticket = trace.source is not None
    head = (
        words.gettext("The way of ticket {number}", number=trace.asked.lstrip("#tT-"))
        if of_ticket
        else words.gettext("The way of {asked}", asked=trace.asked)
    )
    return Message(head, (Heading(head), *_parts(trace, words, zone)))


def _parts(trace: Trace, words: Translator, zone: ZoneInfo) -> Iterator[Part]:
    if trace.source is Source.IMPORT:
        yield Paragraph(words.rich("The ticket was imported: no message led to it."))
        return
    lines = _Lines(trace, words, zone)
    for way in trace.ways:
        yield Paragraph(_joined(lines.of(way)))
    if trace.loose:
        told = (line for post in trace.loose for line in lines.of_post(post))
        yield Paragraph(_joined(told))
    lasted = first_post_after(trace)
    if lasted is not None:
        yield Paragraph(words.rich("The first post came after {time}.", time=words.lasting(lasted)))
    if trace.ways and not any(way.calls for way in trace.ways):
        yield Paragraph(words.rich("The language model was not asked."))
    names = words.listing(way.event_id for way in trace.ways)
    if names:
        yield Note(words.rich("In the log: {events}", events=names))


def first_post_after(trace: Trace) -> timedelta | None:
    """Return how long whoever wrote first waited for anything in Slack; None so far."""
    began = [way.written_at or way.received_at for way in trace.ways]
    sent = [post.sent_at for way in trace.ways for post in way.posts if post.sent_at]
    if not sent or not began or began[0] is None:
        return None
    return min(sent) - began[0]


def _joined(lines: Iterator[Runs]) -> Runs:
    runs: list[Run] = []
    for line in lines:
        runs += [*([Run("\n")] if runs else []), *line]
    return tuple(runs)


class _Lines:
    """The lines of a trace; each says its day where it is another than the line's before."""

    def __init__(self, trace: Trace, words: Translator, zone: ZoneInfo) -> None:
        self._trace, self._words, self._zone = trace, words, zone
        self._day = ""

    def of(self, way: Way) -> Iterator[Runs]:
        if way.written_at is not None and way.road is not Road.UNKNOWN:
            written = way.kind == "post_message"
            yield self._at(
                way.written_at,
                self._words.rich("Written in Slack.")
                if written
                else self._words.rich("Clicked or sent in Slack."),
            )
        yield from self._arrival(way)
        yield from self._taking(way)
        for call in way.calls:
            yield self._at(call.at + call.lasted, self._model(call))
        for post in way.posts:
            yield from self.of_post(post)

    def _arrival(self, way: Way) -> Iterator[Runs]:
        words = self._words
        if way.received_at is None:
            yield words.rich("The clock did this, no message: {name}", name=way.event_id)
        elif self._is_to_come(way):
            choice = way.kind == "end_suggestions"
            yield self._at(
                way.received_at,
                words.rich("If nobody chooses a title by then, a ticket is made.")
                if choice
                else words.rich("Then it goes on by itself."),
            )
        elif way.road is Road.HISTORY:
            yield self._at(way.received_at, words.rich("Found in Slack's history."))
        elif way.road is Road.ITSELF:
            known = _LATER.get(way.kind)
            line = words.rich(known) if known else words.rich("A step that was left for later.")
            yield self._at(way.received_at, line)
        else:
            yield self._at(way.received_at, words.rich("Received from Slack."))
        if way.came_late is not None:
            yield self._why(
                words.rich(_CAME_LATE[way.came_late.cause], time=self._long(way.came_late))
            )

    def _taking(self, way: Way) -> Iterator[Runs]:
        words = self._words
        if self._is_to_come(way):
            return
        if way.state is InboxState.DEAD:
            yield words.rich(
                "Given up after {n} tries: `lotsen inbox list` says why.", n=words.number(way.tries)
            )
        elif way.state is not InboxState.DONE:
            yield (
                words.rich("Waits for the question that it belongs to.")
                if way.state is InboxState.HELD
                else words.rich("Waits for the worker.")
            )
        elif way.taken_at is not None:
            yield self._at(way.taken_at, self._decided(way))
        if way.taken_late is not None:
            yield self._why(self._waited(way.taken_late, of_post=False))
        yield from self._category(way)

    def _is_to_come(self, way: Way) -> bool:
        due = way.received_at
        return way.state is InboxState.WAITING and due is not None and due > self._trace.at

    def _decided(self, way: Way) -> Runs:
        words = self._words
        if way.outcome is EventKind.OPENED:
            number, why = way.ticket or 0, _WHY_A_TICKET.get(way.via)
            if why is None:
                return words.rich("Became ticket {number}.", number=number)
            reason = words.gettext(why)
            return words.rich("Became ticket {number}: {reason}.", number=number, reason=reason)
        if way.outcome is EventKind.ANSWERED and way.answered_by in _ANSWERED_BY:
            return words.rich(_ANSWERED_BY[way.answered_by])
        if way.outcome is None:
            return words.rich("Handled; it became neither an answer nor a ticket.")
        known = _OUTCOMES.get(way.outcome)
        return words.rich(known) if known else words.rich("Handled.")

    def _category(self, way: Way) -> Iterator[Runs]:
        words = self._words
        known = _CHOSEN_BY.get(way.category_by) if way.category_by else None
        if known is not None:
            sure = words.chance(way.confidence) if way.confidence is not None else "?"
            yield self._why(words.rich(known, sure=sure))
        elif way.outcome is EventKind.OPENED:
            yield self._why(words.rich("The category was left to a person."))

    def _model(self, call: ModelCall) -> Runs:
        words, text = self._words, _ENDS.get(call.outcome)
        time = words.lasting(call.lasted)
        if text is None:
            return words.rich("The language model failed after {time}.", time=time)
        return words.rich(text, time=time)

    def of_post(self, post: PostStep) -> Iterator[Runs]:
        words = self._words
        what = words.gettext(_POSTS.get(post.what, _POSTS["post"]))
        line = words.rich(_STATES[post.state], post=what, ts=post.ts or "–", number=post.number)
        if post.error and post.state is PostState.DEAD:
            line = (*line, Run(f" ({post.error})"))
        yield self._at(post.sent_at or post.queued_at, line)
        if post.delay is not None:
            yield self._why(self._waited(post.delay, of_post=True))

    def _waited(self, delay: Delay, *, of_post: bool) -> Runs:
        words, time = self._words, self._long(delay)
        if delay.cause is Cause.FAILED:
            line = words.ngettext(
                "Waited {time}: {n} try failed before.",
                "Waited {time}: {n} tries failed before.",
                delay.n,
                time=time,
            )
        elif delay.cause is Cause.BUSY and of_post:
            line = words.ngettext(
                "Waited {time}: {n} other post in that channel went first.",
                "Waited {time}: {n} other posts in that channel went first.",
                delay.n,
                time=time,
            )
        elif delay.cause is Cause.BUSY:
            line = words.ngettext(
                "Waited {time}: {n} other was handled first.",
                "Waited {time}: {n} others were handled first.",
                delay.n,
                time=time,
            )
        else:
            return words.rich(_WAITED[delay.cause], time=time)
        return (Run(line),)

    def _long(self, delay: Delay) -> str:
        return self._words.lasting(delay.lasted)

    def _at(self, moment: datetime, line: Runs) -> Runs:
        day = moment.astimezone(self._zone).date().isoformat()
        shown = self._words.to_the_second(moment, self._zone, with_day=day != self._day)
        self._day = day
        return (Run(shown, "bold"), Run("  "), *line)

    def _why(self, line: Runs) -> Runs:
        return (Run("→ "), *line)
