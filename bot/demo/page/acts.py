"""What a visitor does on the page, done in the double as that person.

Each act gets the visit and returns the place to show next. Refusals are ordinary
errors: LookupError, PermissionError, ValueError, TimeoutError.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.demo.company import SampleCompany
from bot.demo.double import Ack, Control, SlackDouble
from bot.demo.page.fields import values_of
from bot.demo.page.location import HOME, Location
from bot.demo.page.read_marks import ReadMarks
from models.language import Translator

MAX_TEXT = 40_000
COMMAND = "/lotsen"


@dataclass(frozen=True, slots=True)
class Visit:
    """One form that somebody sent: who, where from, with which fields."""

    double: SlackDouble
    company: SampleCompany
    reading: ReadMarks
    words: Translator
    person: str
    back: Location
    form: Mapping[str, list[str]]

    def field(self, name: str) -> str:
        return next(iter(self.form.get(name, ())), "")

    @property
    def room(self) -> str:
        """The channel that the person looks at; only what they see can be acted on."""
        if self.back.room == HOME:
            raise LookupError("App Home is no channel")
        return self.back.room

    def checked(self, ack: Ack | None) -> Location:
        """Return the place again, if the app acknowledged.

        Raises
        ------
        TimeoutError
            When it did not, as Slack's own "operation timed out".
        ValueError
            When Slack refuses what it answered.
        """
        if ack is not None and ack.refused:
            raise ValueError("; ".join(ack.refused))
        if ack is not None and not ack.ok:
            raise TimeoutError(ack.reason)
        return self.back.without_edit()


def say(visit: Visit) -> Location:
    """Write a message, or type a slash command."""
    text = visit.field("text").replace("\r\n", "\n").strip()
    if not text:
        return visit.back
    if len(text) > MAX_TEXT:
        raise ValueError(visit.words.gettext("a message has at most 40,000 characters"))
    thread = visit.field("thread")
    if text.startswith("/"):
        return _command(visit, text, thread)
    ts = visit.double.say(visit.person, visit.room, text, thread_ts=thread or None)
    here = visit.back.without_edit()
    # The answer comes in the thread: show it where the visitor looks.
    if not thread and visit.room in (visit.company.help_channel, visit.double.im(visit.person)):
        return replace(here, thread=ts)
    return here


def _command(visit: Visit, text: str, thread: str) -> Location:
    if thread:
        raise ValueError(visit.words.gettext("commands do not work in threads, as in Slack"))
    command, _, rest = text.partition(" ")
    if command != COMMAND:
        raise ValueError(visit.words.gettext("there is only the command /lotsen"))
    return visit.checked(visit.double.command(visit.person, visit.room, command, rest.strip()))


def click(visit: Visit) -> Location:
    """Press a button on a message, in the open form, or in App Home."""
    value = visit.field("value") if "value" in visit.form else None
    return _used(visit, value, visit.double.click, visit.double.click_view)


def choose(visit: Visit) -> Location:
    """Choose from a menu on a message, in the open form, or in App Home."""
    if not (value := visit.field("value")):
        return visit.back
    return _used(visit, value, visit.double.choose, visit.double.choose_view)


def _used(
    visit: Visit, value: str | None, on_message: Callable[..., Ack], in_view: Callable[..., Ack]
) -> Location:
    control = Control(visit.field("action"), visit.field("block") or None)
    if visit.field("spot") == "message":
        return visit.checked(
            on_message(visit.person, visit.room, visit.field("ts"), control, value)
        )
    home = visit.field("spot") == "home"
    return visit.checked(in_view(visit.person, control, value, home=home))


def submit(visit: Visit) -> Location:
    """Send the form that is open; what the app complains about is shown in it."""
    view = visit.double.view(visit.person)
    if view is None or view["id"] != visit.field("view"):
        raise LookupError("that form is closed")
    return visit.checked(visit.double.submit(visit.person, values_of(view, visit.form)))


def close(visit: Visit) -> Location:
    return visit.checked(visit.double.close_view(visit.person))


def shortcut(visit: Visit) -> Location:
    """Make a ticket of a message, from its menu."""
    ts = visit.field("ts")
    return visit.checked(visit.double.shortcut(visit.person, visit.room, ts, "make_ticket"))


def react(visit: Visit) -> Location:
    visit.double.react(visit.person, visit.room, visit.field("ts"), "ticket")
    return visit.back.without_edit()


def edit(visit: Visit) -> Location:
    text = visit.field("text").replace("\r\n", "\n").strip()
    if text:
        visit.double.edit(visit.person, visit.room, visit.field("ts"), text)
    return visit.back.without_edit()


def delete(visit: Visit) -> Location:
    visit.double.delete(visit.person, visit.room, visit.field("ts"))
    return visit.back.without_edit()


def put_away(visit: Visit) -> Location:
    visit.reading.put_away(visit.person, visit.field("ts"))
    return visit.back.without_edit()


def open_home(visit: Visit) -> Location:
    """Open App Home, which makes the app draw it anew."""
    visit.double.open_home(visit.person)
    return Location(person=visit.person, room=HOME)


ACTS = {
    act.__name__.replace("_", "-"): act
    for act in (
        say,
        click,
        choose,
        submit,
        close,
        shortcut,
        react,
        edit,
        delete,
        put_away,
        open_home,
    )
}
