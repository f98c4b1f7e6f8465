"""``lotsen train``, ``classify`` and ``ask``: the learned models, from a terminal."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Annotated, Any

from typer import Argument

from bot.cli.arguments import as_text
from bot.cli.command import Result, command, tree
from bot.cli.importing import training_line
from bot.cli.language_model import WithLlm, errand, heard, language_model
from bot.cli.output import Hint, Text, fields_of, hint, progress
from bot.cli.session import SEED, Session
from models.desk.answers.answering import tier_before_search
from models.desk.setup.first_start import prepare
from models.desk.tickets.consulting import Consultation, category_by_model
from models.desk.tickets.triage_decision import verdict_for
from models.errors import InvalidError
from models.knowledge.candidates_to_read import ToRead
from models.knowledge.colleague import Opinion, read, reply_after
from models.knowledge.knowledge_base import Answer, Hit, Reply
from models.knowledge.tiers import Tier
from models.language import Translator
from models.language.detection import detect
from models.llm import Llm
from models.message import Heading, Note, Paragraph, Run, Verbatim
from models.statistics.thresholds import NEVER
from models.tables import DecidedBy
from models.triage import training
from models.triage.cascade import TriageVerdict
from models.triage.minimum_training_data import InsufficientTrainingDataError, describe

app = tree()


@command(app)
def train(session: Session) -> Result:
    """Train a classifier on all labelled tickets; it is used unless it is worse."""
    words = session.words
    try:
        with progress(words.gettext("Training")) as step:
            setup = training.setup_for(session.settings, session.lotsen.store)
            report = training.train(session.lotsen.store, session.now, SEED, step, setup)
    except InsufficientTrainingDataError as error:
        raise InvalidError(describe(error.missing, words)) from error
    return Result(report, training_line(words, asdict(report)))


@command(app)
def classify(
    session: Session,
    text: Annotated[
        str | None, Argument(help="What somebody wrote; without it, lines on standard input.")
    ] = None,
    llm: WithLlm = False,
) -> Iterator[Result]:
    """Say which category a text belongs to, how sure that is, and why."""
    if sys.stdin.isatty() if text is None else not as_text(text).strip():
        raise InvalidError("write a text, or send lines: lotsen classify < texts.txt")
    _require_model(session)
    if llm:
        language_model(session)
    for line in [as_text(text)] if text is not None else _lines():
        verdict = _verdict(session, line, with_model=llm)
        yield Result(verdict, _verdict_line(session.words, verdict))


@command(app)
def ask(
    session: Session,
    text: Annotated[
        str | None, Argument(help="A question; without it, lines on standard input.")
    ] = None,
    llm: WithLlm = False,
) -> Iterator[Result]:
    """Answer a question with stored words and their source, or decline."""
    if sys.stdin.isatty() if text is None else not as_text(text).strip():
        raise InvalidError("write a question, or send lines: lotsen ask < questions.txt")
    session.lotsen.knowledge.prepare()
    model = language_model(session) if llm else None
    for line in [as_text(text)] if text is not None else _lines():
        reply = _reply(session, line)
        if model is not None and reply.tier in (Tier.SUGGESTED, Tier.TICKET):
            reply = _read_further(session, model, line, reply)
        yield Result(_reply_as_json(reply), _told(session.words, reply))


def _reply(session: Session, question: str) -> Reply:
    tier = tier_before_search(question)
    if tier is not None:
        return Reply(tier)
    language = detect(question, session.words.language)
    return session.lotsen.knowledge.reply(question, language, today=session.today)


def _read_further(session: Session, model: Llm, question: str, reply: Reply) -> Reply:
    """Return what the reply becomes when a language model has read what is stored."""
    knowledge, language = session.lotsen.knowledge, detect(question, session.words.language)

    def find(searches: Sequence[str]) -> Sequence[ToRead]:
        return knowledge.to_read(searches, language, today=session.today)

    opinion = heard(read(model, question, find, errand(session, "ask")))
    return reply_after(opinion or Opinion(), reply, session.today)


def _reply_as_json(reply: Reply) -> dict[str, Any]:
    answer = reply.answer
    return {
        "answer": answer.text if answer else None,
        "tier": reply.tier.value,
        "suggested": [_hit(hit, "document", "title", "score") for hit in reply.suggested],
        "passages": [_hit(hit, "document", "title", "url", "score") for hit in reply.hits],
        "confidence": reply.confidence,
        "declined": answer is None,
        "old": answer is not None and answer.old,
    }


def _hit(hit: Hit, *names: str) -> dict[str, Any]:
    return {**fields_of(hit, *names), "id": hit.external_id}


def _require_model(session: Session) -> None:
    """Train on the starter's examples where nothing was ever trained."""
    lotsen = session.lotsen
    with progress(session.words.gettext("Training")) as step:
        setup = training.setup_for(session.settings, lotsen.store)
        prepared = prepare(lotsen.store, session.now, SEED, replace(setup, progress=step))
    lotsen.triage.refresh()
    if prepared.model is not None:
        hint(session.words.gettext("There was no model yet: one was trained on the examples."))


def _lines() -> Iterator[str]:
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InvalidError(f"standard input, line {number}: not UTF-8; convert it") from error


def _verdict(session: Session, text: str, *, with_model: bool) -> dict[str, Any]:
    language = detect(text, session.words.language)
    verdict = verdict_for(session.lotsen.desk, text, language, slack_id="")
    if with_model and verdict.decided_by is DecidedBy.NOBODY:
        verdict = _asked(session, text, verdict)
    return {
        "category": verdict.category,
        "confidence": verdict.confidence,
        "decided_by": verdict.decided_by.value,
        "language": language,
        "why": _why(session, verdict),
        "reasons": list(verdict.reasons),
        "alternatives": [
            {"category": key, "confidence": chance} for key, chance in verdict.alternatives
        ],
        "model": verdict.model,
    }


def _asked(session: Session, text: str, verdict: TriageVerdict) -> TriageVerdict:
    """Return the verdict with the category that the language model chose, if it chose one."""
    about = Consultation(text, "terminal:classify")
    said = heard(category_by_model(session.lotsen.desk, about, session.now))
    if said is None or not said.key:
        return verdict
    return replace(
        verdict, category=said.key, decided_by=DecidedBy.LLM, confidence=None, model=said.model
    )


def _why(session: Session, verdict: TriageVerdict) -> str:
    """Return why nothing is decided automatically; empty where something is, or nothing is known."""
    if verdict.category or verdict.threshold is None:
        return ""
    starts = session.lotsen.learning.version(None).figures.get("thresholds", {}).values()
    if starts and min(starts) >= NEVER:
        return "never sure enough"
    return "not sure enough" if verdict.in_scope else "unfamiliar"


def _why_not(why: str, words: Translator) -> tuple[str, ...]:
    texts = {
        "unfamiliar": words.gettext("it is unlike the texts that were learned from"),
        "not sure enough": words.gettext("the likeliest category is not sure enough"),
        "never sure enough": words.gettext(
            "no category is sure enough to be decided automatically yet"
        ),
    }
    return (texts[why],) if why else ()


def _verdict_line(words: Translator, verdict: dict[str, Any]) -> str:
    likely = ", ".join(
        f"{item['category']} {words.percent(item['confidence'])}"
        for item in verdict["alternatives"]
    )
    if verdict["decided_by"] == "rule":
        head = words.gettext("{category}, by a rule of your own", category=verdict["category"])
    elif verdict["decided_by"] == "llm":
        head = words.gettext("{category}, by the language model", category=verdict["category"])
    elif verdict["category"]:
        sure = words.percent(verdict["confidence"])
        head = words.gettext("{category} ({sure} sure)", category=verdict["category"], sure=sure)
    else:
        head = ": ".join((words.gettext("A person decides"), *_why_not(verdict["why"], words)))
    because = words.gettext("because of: {terms}", terms=", ".join(verdict["reasons"]))
    rest = [because] if verdict["reasons"] else []
    rest += [words.gettext("likeliest: {likely}", likely=likely)] if likely else []
    return " · ".join([head, *rest])


def _told(words: Translator, reply: Reply) -> Iterator[Text]:
    if reply.tier is Tier.SMALLTALK:
        yield Paragraph(words.rich("That asks for nothing."))
    elif reply.tier is Tier.SENSITIVE:
        yield Paragraph(
            words.rich("That is for few eyes: a private matter, which is looked up nowhere.")
        )
    elif reply.answer is not None:
        yield from _answer(words, reply.answer)
    elif reply.suggested:
        yield Paragraph(words.rich("I am not sure. Is it one of these?"))
        yield tuple(f"{n}. {hit.title}" for n, hit in enumerate(reply.suggested, 1))
    else:
        yield Paragraph(words.rich("I have no stored answer to that."))
        if not reply.hits:
            yield Hint(
                words.gettext(
                    "Add knowledge: lotsen import knowledge PATH, or lotsen import starter"
                )
            )


def _answer(words: Translator, answer: Answer) -> Iterator[Text]:
    source = words.gettext(
        "Source: {document}, owner {owner}, verified {day}; {sure} sure",
        document=answer.url or answer.document,
        owner=answer.owner or "–",
        day=words.day(answer.verified_on) if answer.verified_on else "–",
        sure=words.percent(answer.confidence),
    )
    yield Heading(answer.title), Verbatim(answer.text), Note((Run(source),))
    if answer.old:
        old = words.rich("Nobody has checked this for more than a year. Ask a person if unsure.")
        yield Note(old)
