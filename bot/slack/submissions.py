"""The forms: each as a declaration, and which command it is when it is sent.

A new form takes a function here that returns its `Form`, a row in `SUBMISSIONS`, and a row with
``form`` in `bot.slack.actions` for the button that opens it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.slack import duty_forms, statement_forms
from bot.slack.forms import MAX_OPTIONS, SentForm
from bot.slack.reading import readable
from models.commands import (
    AddToTicket,
    ChangeCategory,
    ChangePlan,
    ChangeRegister,
    ChangeRota,
    Command,
    DecideMoney,
    DeclareFreed,
    FinishOnboarding,
    MoveOutage,
    MoveTicket,
    PublishArticle,
    ReportIncident,
)
from models.desk.curation.article_form import ARTICLE_FORM, MAX_TITLE, wordings_in
from models.desk.curation.gap_articles import check_article
from models.desk.incidents.incident_cards import KINDS
from models.desk.programme.plan_requests import PlanForm
from models.desk.registers.onboarding import QUIZ, SCREENS, wrong_answers
from models.desk.registers.register_requests import RegisterForm, check_form
from models.desk.setup import category_changes
from models.desk.setup.category_requests import CategoryForm, check_category
from models.desk.setup.rota_requests import check_duty
from models.desk.tickets.work import Resolvable
from models.form import MAX_LONG, Field, Form, Value
from models.language import LANGUAGES, Translator
from models.lotsen import Lotsen
from models.programme.change_requests import MAX_TOLD
from models.registers.declaration import CurrentLine
from models.tables import PlanAct
from models.tickets.effort import STATABLE

Problems = Iterable[tuple[str, str]]
"""(field, what is wrong with it, in the words of whoever sent the form)."""


def no_problems(_lotsen: Lotsen, _command: Any, _now: datetime) -> Problems:
    return ()


def no_next_form(_lotsen: Lotsen, _sent: SentForm) -> Form | None:
    return None


@dataclass(frozen=True, slots=True)
class Submission:
    """What becomes of a form that was sent.

    Attributes
    ----------
    arguments : the command's, from what the form says
    problems : what is to be mended while the form is still open
    elsewhere : the field for problems that have none in the form; empty for the first
    next_form : the form that follows instead of a command
    """

    callback_id: str
    command: Callable[..., Command]
    arguments: Callable[[SentForm], dict[str, Any]]
    problems: Callable[[Lotsen, Any, datetime], Problems] = no_problems
    elsewhere: str = ""
    next_form: Callable[[Lotsen, SentForm], Form | None] = no_next_form


# Resolving a ticket --------------------------------------------------------------------------


def resolve_form(ticket: int, found: Resolvable) -> Form:
    """Return the form that asks how a ticket was solved, and about how long it took.

    It begins with what the buttons say, where they can be believed: then it is sent with the
    note alone.
    """
    words = found.words
    followers = words.ngettext(
        "{n} joined ticket is resolved with it. Its asker reads this too.",
        "{n} joined tickets are resolved with it. Their askers read this too.",
        found.followers,
    )
    note = Field(
        "note",
        words.gettext("What solved it?"),
        "long",
        required=True,
        help=words.gettext("The employee reads this; it also helps the next one."),
    )
    last = STATABLE[-1]
    minutes = Field(
        "minutes",
        words.gettext("About how many minutes did it take?"),
        "radio",
        choices=tuple((str(n), f"{n}+" if n == last else str(n)) for n in STATABLE),
        start=found.timed,
        help=words.gettext("All of the work on it, also before somebody pressed Take."),
    )
    return Form(
        "ticket_resolve_form",
        title=words.gettext("Ticket {number}", number=ticket),
        submit=words.gettext("Resolve"),
        cancel=words.gettext("Cancel"),
        lines=(followers,) if found.followers else (),
        fields=(note, minutes),
        hidden={"ticket": ticket, "timed": found.timed},
        input_id="",
    )


def _resolution(sent: SentForm) -> dict[str, Any]:
    minutes, timed = sent.values.get("minutes", ""), sent.hidden.get("timed")
    stated = int(minutes) if minutes in map(str, STATABLE) else None
    return {
        "ticket_id": int(sent.hidden["ticket"]),
        "move": "resolve",
        "note": sent.text("note", MAX_LONG),
        "stated_minutes": stated,
        "as_timed": stated is not None and stated == timed,
    }


def _note_missing(lotsen: Lotsen, command: MoveTicket, _now: datetime) -> Problems:
    if not command.note:
        words = lotsen.words_for(command.user)
        yield "note", words.gettext("Write a few words on what solved it.")


# How an outage stands ------------------------------------------------------------------------


def outage_form(outage: int, words: Translator) -> Form:
    """Return the form for what everybody reads of an outage."""
    told = Field(
        "told",
        words.gettext("How does it stand?"),
        "long",
        required=True,
        help=words.gettext(
            "Everybody reads this in the notice: what fails, since when, until when."
        ),
    )
    return Form(
        "outage_form",
        title=words.gettext("Outage {number}", number=outage),
        submit=words.gettext("Tell it"),
        cancel=words.gettext("Cancel"),
        fields=(told,),
        hidden={"outage": outage},
        input_id="",
    )


def _outage_told(sent: SentForm) -> dict[str, Any]:
    told = sent.text("told", MAX_LONG)
    return {"outage_id": int(sent.hidden["outage"]), "move": "update", "told": told}


# Adding to one's own ticket -------------------------------------------------------------------


def add_form(case_id: int, words: Translator) -> Form:
    """Return the form in which askers add words to their ticket."""
    return Form(
        "ticket_add_form",
        title=words.gettext("Add to your ticket"),
        submit=words.gettext("Add"),
        cancel=words.gettext("Cancel"),
        fields=(
            Field(
                "text",
                words.gettext("What else should the support team know?"),
                "long",
                required=True,
                help=words.gettext("An error message, since when, what you tried."),
            ),
        ),
        hidden={"case": case_id},
        input_id="",
    )


def _addition(sent: SentForm) -> dict[str, Any]:
    return {"case_id": int(sent.hidden["case"]), "text": sent.text("text", MAX_LONG)}


# An article ----------------------------------------------------------------------------------


def _article(sent: SentForm) -> dict[str, Any]:
    return {
        "cases": tuple(int(number) for number in sent.hidden["cases"]),
        "draft_id": int(sent.hidden["draft"]),
        "language": str(sent.hidden["language"]),
        "title": sent.text("title", MAX_TITLE),
        "wordings": wordings_in(sent.text("wordings", MAX_LONG)),
        "answer": sent.text("answer", MAX_LONG),
    }


def _article_problems(lotsen: Lotsen, command: PublishArticle, now: datetime) -> Problems:
    return check_article(lotsen.desk, command, now)


# Reporting an error --------------------------------------------------------------------------


def incident_form(about: dict[str, int], words: Translator) -> Form:
    """Return the form that asks what is wrong."""
    return Form(
        "incident_form",
        title=words.gettext("Report an error"),
        submit=words.gettext("Report"),
        cancel=words.gettext("Cancel"),
        fields=(
            Field(
                "kind",
                words.gettext("What is wrong with it?"),
                "choice",
                required=True,
                choices=tuple((kind.value, words.gettext(title)) for kind, title in KINDS.items()),
            ),
            Field(
                "told",
                words.gettext("In your words"),
                "long",
                help=words.gettext("Only whoever answers for it reads this, with your name."),
            ),
        ),
        hidden={"about": about},
        input_id="",
    )


def _incident(sent: SentForm) -> dict[str, Any]:
    return {
        "kind": sent.values["kind"] or "other",
        "told": readable(sent.values["told"])[:MAX_LONG],
        **sent.hidden["about"],
    }


# The 90-day plan -----------------------------------------------------------------------------


def plan_form(form: PlanForm, period: str) -> Form:
    """Return the form for evidence, a reason with or without a new day, or a decision."""
    words = form.words
    return Form(
        "plan_form",
        title=words.gettext("90-day plan"),
        submit=words.gettext("Save"),
        cancel=words.gettext("Cancel"),
        fields=_plan_fields(form, words),
        lines=(form.title,),
        hidden={"key": form.key, "act": form.act.value, "period": period},
    )


def _plan_fields(form: PlanForm, words: Translator) -> tuple[Field, ...]:
    told = Field(
        "told",
        words.gettext("Why?"),
        "long",
        required=True,
        help=words.gettext("No names, please."),
        limit=MAX_TOLD,
    )
    if form.is_gate:
        choices = (
            (PlanAct.DONE.value, words.gettext("Go on")),
            (PlanAct.MOVED.value, words.gettext("Wait")),
            (PlanAct.STOPPED.value, words.gettext("End the plan")),
        )
        question = words.gettext("Does the plan go on?")
        day = Field("day", words.gettext("When it waits: decide again on"), "day")
        return Field("decision", question, "radio", required=True, choices=choices), told, day
    if form.act is PlanAct.DONE:
        hint = words.gettext("Wanted: {needs}. A link or a sentence, no names.", needs=form.needs)
        return (replace(told, title=words.gettext("What shows that it is done?"), help=hint),)
    if form.act is PlanAct.BLOCKED:
        return (replace(told, title=words.gettext("What blocks it?")),)
    day = Field("day", words.gettext("New day"), "day", required=True)
    return day, told, Field("owner", words.gettext("Who does it from now on?"), "person")


def _plan_change(sent: SentForm) -> dict[str, Any]:
    day = sent.values.get("day")
    return {
        "key": str(sent.hidden["key"]),
        "act": sent.values.get("decision") or str(sent.hidden["act"]),
        "told": sent.values.get("told", "").strip(),
        "day": date.fromisoformat(day) if day else None,
        "owner": sent.values.get("owner", ""),
        "period": str(sent.hidden["period"]),
    }


def _plan_problems(lotsen: Lotsen, command: ChangePlan, now: datetime) -> Problems:
    problem, words = lotsen.plan_requests.check(command, now)
    return [(problem.field, problem.explain(words))] if problem else []


# A line of a register ------------------------------------------------------------------------
# What Slack cannot show as it is stored (somebody known by a name alone, a line that is retired)
# goes along as ``kept``: field → what the form says of it as long as nobody touched it.

_STANDING = "standing"


def register_form(form: RegisterForm) -> Form:
    """Return the form of a line; with a choice to retire it where it is stored."""
    words, line = form.words, form.line
    fields = [] if line and line.retired else form.register.fields
    untouched = {item.key: _untouched(form, item) for item in fields}
    drawn = [_register_field(form, item) for item in fields]
    return Form(
        "register_form",
        title=f"{words.gettext(form.register.title)} {line.number if line else ''}",
        submit=words.gettext("Save"),
        cancel=words.gettext("Cancel"),
        fields=(*drawn, *([_standing(line, words)] if line else [])),
        hidden={
            "kind": form.register.kind,
            "number": line.number if line else 0,
            "version": line.version if line else None,
            "kept": {key: text for key, text in untouched.items() if text is not None},
        },
    )


def _stored(form: RegisterForm, item: Field) -> Value:
    return form.line.values.get(item.key) if form.line else item.start


def _untouched(form: RegisterForm, item: Field) -> str | None:
    """Return what the form says of a value that it cannot show; None where it can."""
    value = _stored(form, item)
    if value is None or value == "":
        return None
    if item.kind == "person" and not form.people.get(str(value)):
        return ""
    in_use = {str(line.number) for line in form.shelf.get(item.of, ())}
    return str(value) if item.kind == "line" and str(value) not in in_use else None


def _register_field(form: RegisterForm, item: Field) -> Field:
    """Return a register's field as it stands in the form of one line, in its reader's language."""
    words, value = form.words, _stored(form, item)
    kept_empty = _untouched(form, item) == ""
    hints = [words.gettext(item.help)] if item.help else []
    if kept_empty and form.names.get(str(value)):
        name = form.names[str(value)]
        hints.append(words.gettext("Stored: {name}. Leave it empty to keep it.", name=name))
    choices = tuple((key, words.gettext(title)) for key, title in item.choices)
    return replace(
        item,
        title=words.gettext(item.title),
        help=" ".join(hints),
        required=item.required and not kept_empty,
        choices=_lines(form, item, value) if item.kind == "line" else choices,
        start=form.people.get(str(value)) if item.kind == "person" else value,
    )


def _lines(form: RegisterForm, item: Field, value: Value) -> tuple[tuple[str, str], ...]:
    every = [
        (str(line.number), f"{line.number} · {line.values.get('name') or '–'}")
        for line in form.shelf.get(item.of, ())
    ]
    options = every[: MAX_OPTIONS - 1]
    if value is not None and str(value) not in dict(options):
        now = dict(every).get(str(value)) or form.words.gettext(
            "{number} · retired", number=str(value)
        )
        options = [(str(value), now), *options[: MAX_OPTIONS - 2]]
    return tuple(options)


def _standing(line: CurrentLine, words: Translator) -> Field:
    choices = (
        ("save", words.gettext("in use")),
        ("retire", words.gettext("retired: no longer shown")),
    )
    if line.retired:
        choices = (("restore", words.gettext("in use")), ("retire", words.gettext("retired")))
    start = "retire" if line.retired else "save"
    title = words.gettext("This line is")
    return Field(_STANDING, title, "choice", required=True, choices=choices, start=start)


def _register_change(sent: SentForm) -> dict[str, Any]:
    raw = {key: text[:MAX_LONG] for key, text in sent.values.items()}
    for key, text in sent.hidden.get("kept", {}).items():
        if raw.get(key) == text:
            del raw[key]  # a field that is not named stays
    return {
        "kind": str(sent.hidden["kind"]),
        "number": int(sent.hidden["number"]),
        "version": sent.hidden["version"],
        "verb": raw.pop(_STANDING, "save") or "save",
        "raw": raw,
    }


def _register_problems(lotsen: Lotsen, command: ChangeRegister, now: datetime) -> Problems:
    today = now.astimezone(lotsen.calendar.zone).date()
    problems, words = check_form(lotsen.desk, command, today)
    return [(problem.field, problem.explain(words)) for problem in problems]


# A category ----------------------------------------------------------------------------------


def category_form(form: CategoryForm) -> Form:
    """Return the form of a category: its titles, and whether it stays."""
    words, category = form.words, form.category
    known = category.titles if category else {}
    titles = [
        Field(
            f"title_{code}",
            words.gettext("Title ({language})", language=record.name),
            limit=category_changes.MAX_TITLE,
            start=known.get(code),
        )
        for code, record in LANGUAGES.items()
    ]
    choices = (("save", words.gettext("in use")), ("retire", words.gettext("retired")))
    title = words.gettext("This category is")
    standing = Field(_STANDING, title, "choice", required=True, choices=choices, start="save")
    hint = words.gettext("Its tickets and examples teach that one from then on.")
    title = words.gettext("Merge it into")
    into = Field("into", title, "choice", choices=form.others[:MAX_OPTIONS], help=hint)
    return Form(
        "category_form",
        title=words.gettext("Category"),
        submit=words.gettext("Save"),
        cancel=words.gettext("Cancel"),
        fields=(*titles, *((standing, into) if category else ())),
        hidden={"key": category.key if category else ""},
    )


def _category_change(sent: SentForm) -> dict[str, Any]:
    return {
        "key": str(sent.hidden["key"]),
        "titles": {code: sent.values.get(f"title_{code}", "") for code in LANGUAGES},
        "into": sent.values.get("into", ""),
        "retire": sent.values.get(_STANDING) == "retire",
    }


def _category_problems(lotsen: Lotsen, command: ChangeCategory, _now: datetime) -> Problems:
    return check_category(lotsen.desk, command)


# The duty rota -------------------------------------------------------------------------------


def _duty_problems(lotsen: Lotsen, command: ChangeRota, now: datetime) -> Problems:
    return check_duty(lotsen.desk, command, now)


# A quarter's statement -----------------------------------------------------------------------


def _freed_problems(lotsen: Lotsen, command: DeclareFreed, _now: datetime) -> Problems:
    return lotsen.statement_requests.check_declaration(command)


def _refusal_problems(lotsen: Lotsen, command: DecideMoney, _now: datetime) -> Problems:
    return lotsen.statement_requests.check_decision(command)


# Getting to know Lotsen ----------------------------------------------------------------------


def onboarding_form(step: int, words: Translator) -> Form:
    """Return a screen, counted from 0; the last one has the quiz."""
    screen, last = SCREENS[step], step == len(SCREENS) - 1
    quiz = tuple(
        Field(
            question.key,
            words.gettext(question.text),
            "radio",
            required=True,
            choices=tuple((key, words.gettext(text)) for key, text in question.options),
        )
        for question in QUIZ
    )
    return Form(
        "onboarding_form",
        title=f"Lotsen {step + 1}/{len(SCREENS)}",
        submit=words.gettext("Finish") if last else words.gettext("Next screen"),
        cancel=words.gettext("Cancel"),
        header=words.gettext(screen.title),
        lines=tuple(words.gettext(line) for line in screen.lines),
        fields=quiz if last else (),
        hidden={"step": step},
    )


def _next_screen(lotsen: Lotsen, sent: SentForm) -> Form | None:
    following = int(sent.hidden["step"]) + 1
    if following == len(SCREENS):
        return None
    return onboarding_form(following, lotsen.words_for(sent.sender["user"]))


def _answers(sent: SentForm) -> dict[str, Any]:
    return {"answers": {question.key: sent.values[question.key] for question in QUIZ}}


def _wrong_answers(lotsen: Lotsen, command: FinishOnboarding, _now: datetime) -> Problems:
    words = lotsen.words_for(command.user)
    return [
        (question.key, words.gettext(question.hint)) for question in wrong_answers(command.answers)
    ]


SUBMISSIONS = (
    Submission("ticket_resolve_form", MoveTicket, _resolution, _note_missing),
    Submission("outage_form", MoveOutage, _outage_told),
    Submission("ticket_add_form", AddToTicket, _addition),
    Submission(ARTICLE_FORM, PublishArticle, _article, _article_problems),
    Submission("incident_form", ReportIncident, _incident),
    Submission("plan_form", ChangePlan, _plan_change, _plan_problems, elsewhere="told"),
    Submission("register_form", ChangeRegister, _register_change, _register_problems),
    Submission("category_form", ChangeCategory, _category_change, _category_problems),
    Submission(duty_forms.WEEK, ChangeRota, duty_forms.week_sent, _duty_problems),
    Submission(duty_forms.ORDER, ChangeRota, duty_forms.order_sent, _duty_problems),
    Submission(statement_forms.FREED, DeclareFreed, statement_forms.freed_sent, _freed_problems),
    Submission(
        statement_forms.REFUSAL, DecideMoney, statement_forms.refusal_sent, _refusal_problems
    ),
    Submission(
        "onboarding_form", FinishOnboarding, _answers, _wrong_answers, next_form=_next_screen
    ),
)
