"""A language model reads before a person has to, and points at what is stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from models.governance.model_policy import DataClass
from models.knowledge.candidates_to_read import ToRead
from models.knowledge.clarifying import question_options
from models.knowledge.excerpts import joined, sentences
from models.knowledge.knowledge_base import NEAR, Reply, answer_of, hit_of
from models.knowledge.tiers import Tier
from models.knowledge.visibility import is_private
from models.llm import (
    NOBODY,
    Caller,
    Llm,
    LlmRefusal,
    Numbered,
    OfferedArticle,
    QuestionOption,
    ReadingTask,
)
from models.redaction import redact
from models.redaction.names import Names
from models.redaction.sensitivity import sensitivity
from models.tables import ArticleKind

_SENTENCES = 12  # of each article so many are sent
Find = Callable[[Sequence[str]], Sequence[ToRead]]
"""For searches that mean the same: the articles to read."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What is read for.

    Attributes
    ----------
    subject
        What the call is about, such as ``case:42``; stored with it.
    names
        Of everybody, to be masked.
    thread
        What was said before, the oldest first.
    may_ask
        Whether a question may be asked back.
    """

    subject: str
    now: datetime
    names: Names = frozenset()
    caller: Caller = NOBODY
    thread: tuple[str, ...] = ()
    may_ask: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a colleague who read would do.

    Attributes
    ----------
    articles
        The one that answers, or up to three to choose from; none.
    text
        Where one answers: what of its stored text, byte for byte.
    question
        The key of what to ask back (`models.knowledge.clarifying`).
    """

    articles: tuple[ToRead, ...] = ()
    text: str = ""
    question: str = ""

    @property
    def is_answer(self) -> bool:
        return len(self.articles) == 1


def read(llm: Llm, question: str, find: Find, errand: Errand) -> Opinion | LlmRefusal:
    """Let the model read what is nearest; where nothing is near, it may word the search anew first.

    Call it outside of any transaction: it takes seconds.
    """
    if sensitivity(question):  # for few eyes, and no model's
        return Opinion()
    asked = redact(question, errand.names).text
    found = find([question])
    if not found or found[0].hit.score < NEAR:
        searches = llm.rewrite(asked, now=errand.now, subject=errand.subject, caller=errand.caller)
        if isinstance(searches, tuple) and searches:
            found = find([question, *searches])
    if not found:
        return Opinion()
    restricted = any(is_private(one.article) for one in found)
    said = llm.read(
        ReadingTask(
            asked,
            tuple(_offered(str(n), one, errand.names) for n, one in enumerate(found, start=1)),
            tuple(redact(text, errand.names).text for text in errand.thread),
            question_options() if errand.may_ask else _NO_QUESTIONS,
        ),
        now=errand.now,
        subject=errand.subject,
        caller=errand.caller,
        data=DataClass.RESTRICTED if restricted else DataClass.REDACTED,
    )
    if isinstance(said, LlmRefusal):
        return said
    articles = tuple(found[int(number) - 1] for number in said.articles)
    text = _stored_text(articles[0], said.sentences) if len(articles) == 1 else ""
    return Opinion(articles, text, said.question)


def reply_after(opinion: Opinion, reply: Reply, today: date) -> Reply:
    """Return what a reply becomes by the opinion; without articles it stays as it was."""
    hits = tuple(hit_of(one.hit) for one in opinion.articles)
    if opinion.is_answer:
        whole = answer_of(opinion.articles[0].article, reply.confidence, today)
        answer = replace(whole, text=opinion.text)
        return replace(reply, tier=Tier.ANSWERED, answer=answer, suggested=(), hits=hits)
    if hits:
        return replace(reply, tier=Tier.SUGGESTED, suggested=hits, hits=hits)
    return reply


_NO_QUESTIONS: tuple[QuestionOption, ...] = ()


def _offered(number: str, one: ToRead, names: Names) -> OfferedArticle:
    article = one.article
    return OfferedArticle(
        number,
        redact(article.title, names).text,
        tuple(redact(text, names).text for text in one.wordings),
        tuple(
            Numbered(f"{number}.{n}", redact(sentence.text, names).text)
            for n, sentence in enumerate(sentences(article.answer)[:_SENTENCES], start=1)
        ),
    )


def _stored_text(one: ToRead, numbers: Sequence[str]) -> str:
    """Return what is shown; an answer was written to be read as a whole."""
    article = one.article
    if article.kind is ArticleKind.ANSWER or not numbers:
        return article.answer
    stored = sentences(article.answer)
    picked = tuple(stored[int(number.partition(".")[2]) - 1] for number in numbers)
    return joined(article.answer, picked)
