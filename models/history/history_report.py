"""What past tickets say of a pilot, as people read it: a figure, then how it was made."""

from collections.abc import Iterator

from models.history.answerable import BY_MEANING, BY_WORDS, Answerable
from models.history.evaluation import HistoryEvaluation
from models.history.first_articles import FirstArticle
from models.history.past_tickets import LEAST_SPAN
from models.history.provable import CUT, ProvableOn, Spread
from models.history.sortable import FEWEST, Sortable, WhyNot
from models.language import N_, Translator
from models.message import Heading, Message, Note, Paragraph, Part, Run, Runs, Table, plain
from models.value.money.break_even_words import break_even_line

_SORTABLE = N_(
    "*Sorted by themselves:* {share} of the tickets; sorted by themselves and rightly, at least "
    "{low}."
)
_HOW_SORTED = N_(
    "Learned from the {learned} older tickets, asked about the {asked} newest: {precision} of what "
    "it decided was right, wanted were {target}."
)
_HOW_SORTED_BY_CHANCE = N_(
    "Learned from {learned} tickets, asked about {asked} others that chance chose, for the file "
    "has no times: {precision} of what it decided was right, wanted were {target}."
)
_NOTHING_DECIDED = N_("In no category was it sure enough to decide.")
_ANSWERABLE = N_(
    "*Answered or offered an article:* {share} of the tickets; helped by it are perhaps {helped}, "
    "at least {low}."
)
_HOW_ANSWERED = N_(
    "Looked up in {articles} articles: {answered} answered, {offered} offered titles. Nobody has "
    "said which were right, so public questions judge: of those that an article answers the search "
    "helped {right}, and for {bothered} of the others it showed something all the same; "
    "the lower end counts with {near}, the share among questions close to an article's topic."
)
_SAVED = N_("*Work saved per 100 tickets:* {value}, at least {low}.")
_HOW_SAVED = N_(
    "{sorting} for each ticket sorted rightly, {each} for each one helped (the mean of those for "
    "which something was shown), less {error} for each error."
)
_HOW_SAVED_BY_SORTING = N_(
    "{sorting} for each ticket sorted rightly, less {error} for each error. What answers save is "
    "not in it: handling times are missing."
)
_NOT_SAVED = N_("*Work saved per 100 tickets:* not known, for handling times are missing.")
_WHY_NOT_SORTED = {
    WhyNot.NO_CATEGORIES: N_("*Sorted by themselves:* not known, for the file has no categories."),
    WhyNot.NO_TEXTS: N_("*Sorted by themselves:* not known, for the file has no texts."),
    WhyNot.TOO_FEW: N_(
        "*Sorted by themselves:* not known; {fewest} tickets with a category are needed, and two "
        "categories that come more than once."
    ),
}
_NO_TEXTS = N_("*Answered or offered an article:* not known, for the file has no texts.")
_PROVABLE = N_(
    "*{cut} less {time} could be shown by {day}* with {share} of the questions held out, "
    "after {n} questions."
)
_NEVER = N_(
    "With {share} of the questions held out, {cut} less {time} cannot be shown within three years: "
    "that takes {n} questions."
)
_HOW_PROVABLE = N_(
    "If that is the truth, the first look shows it six times in ten, and the second one, after "
    "twice as many questions, nearly nine times: by {days}."
)
_NO_DAYS = N_("Shown on no day that can be named: {missing}.")
_TIMES = {
    Spread.HANDLING: N_("handling time"),
    Spread.TO_SOLUTION: N_("time to the solution"),
}
_BY_SOLUTION = N_("The spread is that of the time to the solution, for handling times are missing.")
_FIRST = N_("*Articles worth writing first*")
_NO_ARTICLES = N_("No three tickets for which nothing is stored ask for the same.")
_NOTE = N_(
    "{n} rows read, {looked_at} looked at; nothing was stored. Shares are of tickets, at "
    "least means the lower end of a 95 % interval. The minutes of sorting and of errors, costs and "
    "rates are assumptions until you name yours."
)


def history_message(found: HistoryEvaluation, words: Translator) -> Message:
    """Return what ``lotsen evaluate history`` shows."""
    title = words.gettext("What past tickets say of a pilot")
    parts = tuple(_parts(found, words))
    said = " ".join(plain(part.runs) for part in parts[:2] if isinstance(part, Paragraph))
    return Message(f"{title}. {said}", (Heading(title), *parts))


def _parts(found: HistoryEvaluation, words: Translator) -> Iterator[Part]:
    yield from _sorted(found.sortable, words)
    yield from _answered(found.answerable, words)
    if found.sortable.share is not None or found.answerable.share is not None:
        yield from _saved(found, words)
    if found.answerable.share is not None:
        yield from _articles(found.first_articles, words)
    yield Paragraph(break_even_line(found.break_even, words))
    yield from _provable(found, words)
    looked_at = words.number(len(found.past.rows))
    yield Note(words.rich(_NOTE, n=words.number(found.rows), looked_at=looked_at))


def _sorted(found: Sortable, words: Translator) -> Iterator[Part]:
    if found.share is None or found.low is None:
        why = found.why_not or WhyNot.TOO_FEW
        yield Paragraph(words.rich(_WHY_NOT_SORTED[why], fewest=str(FEWEST)))
        return
    share, low = words.percent(found.share), words.percent(found.low)
    yield Paragraph(words.rich(_SORTABLE, share=share, low=low))
    if found.precision is None:
        yield Note(words.rich(_NOTHING_DECIDED))
        return
    yield Note(
        words.rich(
            _HOW_SORTED if found.is_by_time else _HOW_SORTED_BY_CHANCE,
            learned=words.number(found.n_learned),
            asked=words.number(found.n_asked),
            precision=words.percent(found.precision, 1),
            target=words.percent(found.target),
        )
    )


def _answered(found: Answerable, words: Translator) -> Iterator[Part]:
    if found.share is None or found.low is None or found.helped is None:
        yield Paragraph(words.rich(_NO_TEXTS))
        return
    measured = BY_MEANING if found.by_meaning else BY_WORDS
    share, low, helped = (words.percent(one) for one in (found.share, found.low, found.helped))
    yield Paragraph(words.rich(_ANSWERABLE, share=share, low=low, helped=helped))
    yield Note(
        words.rich(
            _HOW_ANSWERED,
            articles=words.number(found.n_articles),
            answered=words.percent(found.answered),
            offered=words.percent(found.offered),
            right=words.percent(measured.helped / measured.answerable),
            bothered=words.percent(measured.bothered / measured.unanswerable),
            near=words.percent(measured.near_bothered / measured.near_misses),
        )
    )


def _saved(found: HistoryEvaluation, words: Translator) -> Iterator[Part]:
    saved, assumed = found.work_saved, found.assumed
    if saved.value is None or saved.low is None:
        yield Paragraph(words.rich(_NOT_SAVED))
        return
    value, low = _minutes(saved.value, words), _minutes(saved.low, words)
    yield Paragraph(words.rich(_SAVED, value=value, low=low))
    yield Note(
        words.rich(
            _HOW_SAVED if saved.a_helped_ticket is not None else _HOW_SAVED_BY_SORTING,
            sorting=_minutes(assumed.sorting_minutes, words),
            each=_minutes(saved.a_helped_ticket or 0.0, words),
            error=_minutes(assumed.error_minutes, words),
        )
    )


def _articles(found: tuple[FirstArticle, ...], words: Translator) -> Iterator[Part]:
    yield Paragraph(words.rich(_FIRST))
    if not found:
        yield Note(words.rich(_NO_ARTICLES))
        return
    header = (
        words.gettext("Tickets"),
        words.gettext("Work"),
        words.gettext("For example"),
        words.gettext("Rows of the file"),
    )
    yield Table(header, tuple(_article(one, words) for one in found))


def _article(one: FirstArticle, words: Translator) -> tuple[str, ...]:
    about = one.example or words.gettext("not shown: fewer than three people asked")
    return (
        words.number(one.size),
        "–" if one.minutes is None else words.gettext("{n} h", n=words.number(one.minutes / 60, 1)),
        f"{one.category}: {about}" if one.category else about,
        ", ".join(map(str, one.rows)),
    )


def _provable(found: HistoryEvaluation, words: Translator) -> Iterator[Part]:
    days = found.provable.days
    if not days:
        missing = words.listing(_missing(found, words))
        yield Paragraph(words.rich(_NO_DAYS, missing=missing))
        return
    time = words.gettext(_TIMES[found.provable.spread or Spread.HANDLING])
    said = [(*_day(one, time, words), Run(" ")) for one in days]
    yield Paragraph(tuple(run for sentence in said for run in sentence)[:-1])
    later = [words.day(one.second_on) for one in days if one.second_on]
    how = words.rich(_HOW_PROVABLE, days=words.listing(later)) if later else ()
    by = words.rich(_BY_SOLUTION) if found.provable.spread is Spread.TO_SOLUTION else ()
    if how or by:
        yield Note((*how, *((Run(" "),) if how and by else ()), *by))


def _day(one: ProvableOn, time: str, words: Translator) -> Runs:
    return words.rich(
        _NEVER if one.on is None else _PROVABLE,
        cut=words.percent(CUT),
        time=time,
        day=words.day(one.on) if one.on else "",
        share=words.percent(one.hold_out),
        n=words.number(one.first_look),
    )


def _missing(found: HistoryEvaluation, words: Translator) -> Iterator[str]:
    if found.break_even.inputs.questions_a_month is None:
        yield words.gettext(
            "the times of opening do not reach over {n} weeks", n=LEAST_SPAN.days // 7
        )
    if found.provable.spread is None:
        yield words.gettext("neither handling times nor times of solution are known")


def _minutes(value: float, words: Translator) -> str:
    return words.gettext("{n} min", n=words.number(value, 0 if abs(value) >= 10 else 1))
