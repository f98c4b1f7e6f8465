"""Look up somebody's words: an answer, a category, or only a greeting."""

from dataclasses import dataclass
from datetime import datetime

from models import starter
from models.desk.answers.answer_cards import Shown
from models.desk.base.context import DeskContext
from models.desk.base.door import gets_answers
from models.desk.base.smalltalk import is_greeting, is_thanks
from models.desk.tickets.triage_decision import verdict_for
from models.knowledge.articles import SUPPORT
from models.knowledge.knowledge_base import NEAR, Answer, Audience, Hit, RankMark, Reply
from models.knowledge.tiers import Tier
from models.language import Language, language_of, words_for
from models.language.detection import detect
from models.redaction.sensitivity import sensitivity
from models.tables import Article, Case
from models.triage.cascade import TriageVerdict

_BESIDE = 0.6
"""Share of the nearest article's score that another one needs to be named beside it."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Somebody's words, to be looked up.

    Attributes
    ----------
    locale
        Language to fall back on where the words do not tell theirs.
    asker
        Slack id; empty where nobody is known.
    alone
        Nobody but the asker reads the answer: only then may it come from a document that is
        not for everybody.
    channel
        Where it was asked; the classifier is asked as it was taught.
    """

    text: str
    locale: str
    asker: str = ""
    alone: bool = False
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What words of a case lead to: an answer, titles, a category, or only a greeting.

    Attributes
    ----------
    suggested : tuple of Hit
        Titles to choose from, where no answer is sure; all who see the thread may read them.
    nearest : tuple of Hit
        The nearest three, whatever else is found and however far they are.
    readable : bool
        Whether there are passages which the language model may read.
    mark : RankMark or None
        Where the question stood against the limits when it was looked up.
    private : Answer or None
        An answer that only the asker may read, where nothing else answers.
    """

    language: Language
    greeting: bool
    answer: Answer | None
    verdict: TriageVerdict
    suggested: tuple[Hit, ...] = ()
    nearest: tuple[Hit, ...] = ()
    readable: bool = False
    private: Answer | None = None
    mark: RankMark | None = None


def tier_before_search(text: str) -> Tier | None:
    """Return what a message leads to whatever is stored; None where it is to be looked up."""
    if is_greeting(text) or is_thanks(text):
        return Tier.SMALLTALK
    return Tier.SENSITIVE if sensitivity(text) else None


def look_up(desk: DeskContext, inquiry: Inquiry, now: datetime) -> Lookup:
    """Look for an answer and a category; slow, so never inside a transaction."""
    text, asker = inquiry.text, inquiry.asker
    language = detect(text, language_of(inquiry.locale, desk.language))
    greeting = is_greeting(text)
    outside = bool(asker) and not gets_answers(desk, asker, inquiry.channel)
    today = desk.day_of(now)
    reader = reader_of(desk, asker) if asker else None

    def reply(reader: Audience | None) -> Reply:
        return desk.knowledge.reply(text, language, reader=reader, today=today)

    public = Reply(Tier.SMALLTALK) if greeting else reply(reader if inquiry.alone else None)
    others = public.answer is None and not (greeting or inquiry.alone or outside or reader is None)
    return Lookup(
        language=language,
        greeting=greeting,
        answer=None if outside else public.answer,
        suggested=() if outside else public.suggested,
        nearest=public.nearest,
        verdict=verdict_for(desk, text, language, asker, inquiry.channel),
        private=reply(reader).answer if others else None,
        mark=public.mark,
    )


def has_answer(desk: DeskContext, text: str, locale: str, now: datetime) -> bool:
    """Return whether words alone have a sure answer that everybody may read; slow, as `look_up`."""
    language = detect(text, language_of(locale, desk.language))
    return desk.knowledge.answer(text, language, today=desk.day_of(now)) is not None


def keep_nearest(case: Case, lookup: Lookup) -> None:
    """Let the case keep which articles come near, for whoever takes over; often none does."""
    case.nearest = [hit.article_id for hit in near(lookup)]


def near(lookup: Lookup) -> tuple[Hit, ...]:
    """Return those of the nearest articles that are near. Pure.

    Where the first is near enough to be shown, those are that come near it. Where it is not,
    scores have to speak for themselves, less what counterexamples take from the first one's
    (`models.knowledge.tiers.doubt`): the question is about something else.
    """
    hits, mark = lookup.nearest, lookup.mark
    if not hits:
        return ()
    if lookup.suggested or lookup.answer or lookup.private:
        least = _BESIDE * hits[0].score
    else:
        least = NEAR + max(0.0, hits[0].score - mark.score if mark else 0.0)
    return tuple(hit for hit in hits if hit.score >= least)


def reader_of(desk: DeskContext, slack_id: str) -> Audience:
    """Return for whom an answer is, with the groups they are in."""
    with desk.store.snapshot() as unit:
        return Audience(slack_id, unit.people.groups_of(slack_id))


def source_name(document: str, language: str) -> str:
    """Return what readers know a document as."""
    words = words_for(language_of(language, "en"))
    if document == SUPPORT:
        return words.gettext("Support team")
    return words.gettext("Lotsen's starter articles") if document == starter.DOCUMENT else document


def shown(answer: Answer) -> Shown:
    """Return the answer as the card shows it."""
    return Shown(
        title=answer.title,
        text=answer.text,
        source=source_name(answer.document, answer.language),
        url=answer.url,
        owner=answer.owner,
        verified_on=answer.verified_on,
        address=answer.address,
        old=answer.old,
        article_id=answer.article_id,
    )


def shown_article(article: Article) -> Shown:
    """Return a stored article as the card shows it."""
    return Shown(
        title=article.title,
        text=article.answer,
        source=source_name(article.document, article.language),
        url=article.url,
        owner=article.owner,
        verified_on=article.verified_on,
        address=article.address,
        article_id=article.id or 0,
    )
