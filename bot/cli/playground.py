"""``lotsen demo``: the real bot against the Slack double, with a page to look at.

Nothing here touches the real database, Slack, or a language model: the settings of the
playground override all of them, and its data live in a folder that is removed at the end.
"""

import csv
import logging
import signal
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Annotated, Any, Final

import structlog
from typer import Option

from bot.cli.command import tree
from bot.cli.importing import read_mapping
from bot.cli.output import progress, say
from bot.cli.past import HistoryTrial, tried_on_past
from bot.clock import Clock, MovableClock
from bot.demo.company import SampleCompany, fyrholmen
from bot.demo.double import Conditions, SlackDouble
from bot.demo.history import PEOPLE, made_up_tickets
from bot.demo.page import Happened, PageServer, Site, Stage
from bot.log import configure_for_terminal
from bot.main import Service
from models.desk.setup.first_start import add_categories
from models.desk.setup.imports import ImportOptions, import_tickets
from models.history.evaluation import HistoryAssumptions
from models.history.history_report import history_message
from models.kpis.measurement import ALL
from models.language import Language, Translator, words_for
from models.language.records import slack_locale
from models.lotsen import Lotsen, open_lotsen
from models.meaning.factory import LOCAL
from models.meaning.patience import PATIENCE_S
from models.message import Message
from models.registers.deciding import LineChange
from models.settings import Settings
from models.tables import CostKind, Source
from models.tickets.sources.formats import open_tickets
from models.triage.training import train

app = tree()

SEED = 7
WEEKS = 13
BASELINE_WEEKS = 8
"""The first weeks of the history are "before the pilot"; the plan begins right after."""


@dataclass(frozen=True, slots=True)
class Playground:
    """A running playground."""

    address: str
    double: SlackDouble
    company: SampleCompany
    clock: MovableClock
    service: Service


class _Stopped(SystemExit):
    """Somebody pressed Ctrl-C, or the system asks to end."""


_SCORES: Final[dict[str, tuple[tuple[Any, ...], ...]]] = {
    "use_cases": (
        ("value", "effort", "feasibility", "risk", "visibility"),
        (5, 2, 4, "low", "high"), (4, 1, 5, "low", "high"), (4, 3, 3, "low", "medium"),
        (2, 2, 4, "low", "low"), (3, 5, 2, "medium", "medium"),
    ),
    "risks": (
        ("likelihood", "impact"),
        (2, 4), (4, 3), (3, 4), (2, 5), (3, 3), (2, 4), (4, 2), (3, 2), (5, 3),
    ),
}  # fmt: skip
"""Register → fields, and their values line by line."""


@app.command()
def demo(
    port: Annotated[
        int, Option("--port", min=0, max=65535, help="Of the page; 0 for any free one.")
    ] = 8080,
    browser: Annotated[
        bool, Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
    people: Annotated[
        int, Option("--people", min=20, max=250, help="How many work at the company.")
    ] = PEOPLE,
) -> None:
    """Show a made-up company on a web page; needs no Slack and no key."""
    configure_for_terminal()
    # A moved clock passes periods over; that is no news for whoever looks at the page.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    words = words_for(Settings.load().lotsen_language)
    with suppress(_Stopped), _stoppable(), playground(port, words, people) as running:
        say(words.gettext("The playground is ready: {address}", address=running.address))
        say(words.gettext("Made-up data. Ctrl-C ends it."))
        if browser:
            _open(running.address)
        Event().wait()
    say(words.gettext("The playground has ended; its data are removed."))


@contextmanager
def playground(port: int, words: Translator, people: int = PEOPLE) -> Iterator[Playground]:
    """Set everything up, one line for each step; take it down again at the end."""
    with ExitStack() as stack:
        home = stack.enter_context(_home())
        say(words.gettext("A fresh data folder: {home}", home=str(home)))
        clock = MovableClock(Clock()())
        company = fyrholmen(slack_locale(words.language))
        double = stack.enter_context(_double(company, clock))
        say(words.gettext("A stand-in for Slack: {address}", address=double.api_url))
        settings = demo_settings(home, company, double, people)
        lotsen = open_lotsen(settings, sources=ALL, patience_s=PATIENCE_S)
        stack.callback(lotsen.close)
        fill(lotsen, home, clock(), words, people)
        service = Service(lotsen, clock, "socket")
        service.start()
        stack.callback(service.stop)
        say(words.gettext("The bot is connected."))
        readers = company.user_groups[company.private_group]
        names = words.listing(one.name for one in company.people if one.id in readers)
        say(words.gettext("Private matters, such as a wrong salary, go to {names}.", names=names))
        site = Site(
            Stage(double, company, clock, settings.zone),
            lambda now: _tick(service, now),
            settings.lotsen_language,
            speak=lambda language: _speak(language, lotsen, double, company, clock()),
            look_back=lambda file, columns, spoken: _look_back(
                settings, file, columns, spoken, clock()
            ),
        )
        page = stack.enter_context(PageServer(site, port))
        yield Playground(page.address, double, company, clock, service)


def _look_back(
    settings: Settings, file: Path, columns: str, words: Translator, now: datetime
) -> Message:
    """Say what a visitor's own file of past tickets tells; nothing of it is kept."""
    pairs = [line for line in columns.splitlines() if line.strip()]
    tickets = open_tickets(file, read_mapping(pairs), settings.zone)
    assumed = HistoryAssumptions(now.astimezone(settings.zone).date(), currency=settings.currency)
    found = tried_on_past(settings, tickets, assumed, now, HistoryTrial())
    return history_message(found, words.in_currency(assumed.currency.code))


def _speak(
    language: Language, lotsen: Lotsen, double: SlackDouble, company: SampleCompany, now: datetime
) -> None:
    """Set the Slack of everybody a visitor can be to a language.

    Lotsen asks Slack for it once a day; here it is told at once, and App Home drawn anew.
    """
    for part in company.cast:
        person = double.change_person(part.person.id, locale=slack_locale(language))
        lotsen.introduce(person.id, person.name, person.locale, now)
        if double.home(person.id) is not None:
            double.open_home(person.id)


def demo_settings(
    home: Path, company: SampleCompany, double: SlackDouble, people: int = PEOPLE
) -> Settings:
    """Return the settings of the playground; of the environment only "no embeddings" counts."""
    embeddings = Settings.load().lotsen_embeddings.strip()
    return Settings.load(
        lotsen_home=home,
        lotsen_database_url=f"sqlite:///{home / 'lotsen.db'}",
        lotsen_timezone="Europe/Stockholm",
        lotsen_country="SE",
        lotsen_people=str(people),
        lotsen_http_host="127.0.0.1",
        lotsen_http_port=0,
        slack_bot_token=double.bot_token,
        slack_app_token=double.app_token,
        slack_signing_secret=double.signing_secret,
        slack_api_url=double.api_url,
        lotsen_help_channel=company.help_channel,
        lotsen_support_channel=company.support_channel,
        lotsen_lead_channel=company.lead_channel,
        lotsen_management_channel=company.management_channel,
        lotsen_sandbox_channel=company.sandbox_channel,
        lotsen_agents=company.support_group,
        lotsen_private_group=company.private_group,
        lotsen_leads=",".join(part.person.id for part in company.cast if part.role == "lead"),
        openai_api_key="",
        openai_base_url="",
        lotsen_llm_model="",
        lotsen_embeddings=embeddings if embeddings in ("", "none") else LOCAL,
        lotsen_channel_interval_seconds=0,
    )


def fill(
    lotsen: Lotsen, home: Path, now: datetime, words: Translator, people: int = PEOPLE
) -> None:
    """Give the company its past: tickets, articles, a model, a baseline, a plan, costs."""
    today = now.astimezone(lotsen.calendar.zone).date()
    first_day = today - timedelta(weeks=WEEKS)
    add_categories(lotsen.store)
    _import_history(lotsen, home, today, now, words, people)
    done = lotsen.library.import_starter(now)
    say(words.gettext("Articles to answer from: {n}", n=words.number(done.passages)))
    with progress(words.gettext("Training")) as step:
        report = train(lotsen.store, now, SEED, step)
    lotsen.triage.refresh()
    say(
        words.gettext(
            "A first model, trained on {n} texts: {accuracy} right on unseen ones.",
            n=words.number(report.n),
            accuracy=words.percent(report.accuracy),
        )
    )
    last_day = first_day + timedelta(weeks=BASELINE_WEEKS, days=-1)
    baseline = lotsen.kpis.freeze(first_day, last_day, now)
    say(words.gettext("The baseline is frozen: {sha256}", sha256=baseline.sha256[:12]))
    _start_programme(lotsen, last_day + timedelta(days=1), now, words)


def _import_history(
    lotsen: Lotsen, home: Path, today: date, now: datetime, words: Translator, people: int
) -> None:
    rows = made_up_tickets(today, WEEKS, SEED, people)
    file = home / "history.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with progress(words.gettext("Importing")) as step:
        options = ImportOptions(now, source=Source.DEMO, progress=step)
        tickets = open_tickets(file, {}, lotsen.calendar.zone)
        done = import_tickets(lotsen.store, lotsen.calendar, tickets, options)
    say(words.gettext("Made-up tickets of three months: {n}", n=words.number(done.imported)))


def _start_programme(lotsen: Lotsen, day: date, now: datetime, words: Translator) -> None:
    """Begin the plan, and book a few costs; every line says that it is made up."""
    lotsen.plan.start(day, now)
    for week in range(1, 6):
        lotsen.plan.done(f"w{week}", words.gettext("Made up for the playground"), now)
    for kind, text, euros in (
        (CostKind.ONE_OFF, words.gettext("Set-up"), 1800),
        (CostKind.TRAINING, words.gettext("Half a day of training"), 950),
        (CostKind.INTERNAL_HOURS, words.gettext("Internal hours"), 1200),
        (CostKind.CLOUD, words.gettext("A small server"), 36),
    ):
        description = words.gettext("{what} (made up)", what=text)
        amount = Decimal(round(euros * lotsen.settings.currency.per_euro))
        lotsen.value.costs.book(kind, description, amount, day, now)
    _rate(lotsen, now)
    say(words.gettext("The 90-day plan runs since {day}.", day=words.day(day)))


def _rate(lotsen: Lotsen, now: datetime) -> None:
    """Give the lines that the registers begin with made-up scores: then there is a picture."""
    lotsen.registers.prepare(now)
    for kind, scores in _SCORES.items():
        keys, *rows = scores
        for line, row in zip(lotsen.registers.listing(kind).lines, rows, strict=False):
            values = {key: str(score) for key, score in zip(keys, row, strict=True)}
            lotsen.registers.change(kind, LineChange(line.number, values), now)


def _tick(service: Service, now: datetime) -> Sequence[Happened]:
    posted = (one for one in service.tick(now) if one.post_key)
    return [Happened(one.job, one.post_key.rpartition(":")[2]) for one in posted]


def _double(company: SampleCompany, clock: MovableClock) -> SlackDouble:
    return SlackDouble(
        clock=clock,
        people=company.people,
        channels=company.channels,
        user_groups=company.user_groups,
        conditions=Conditions(seed=SEED, rate_limits=False),
    )


@contextmanager
def _home() -> Iterator[Path]:
    """Make a folder of its own for each run, so that two can run side by side."""
    parent = Settings.load().lotsen_home.absolute() / "demo"
    parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=parent, ignore_cleanup_errors=True) as home:
        yield Path(home)


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turn the first signal into an orderly end; the second one ends at once."""

    def stop(_signal: int, _frame: object) -> None:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_DFL)
        raise _Stopped(0)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    yield


def _open(address: str) -> None:
    """Open the page, but never a browser that would take over the terminal."""
    with suppress(webbrowser.Error):
        found = webbrowser.get()
        if type(found).__name__ not in {"GenericBrowser", "Elinks"}:
            found.open(address)
