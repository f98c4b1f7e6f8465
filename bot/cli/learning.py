"""``lotsen train``, ``classify`` and ``ask``: the learned models, from a terminal."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.arguments import Json, as_text
from bot.cli.importing import SEED, show_training
from bot.cli.output import emit, hint, progress, say, show_parts
from models.errors import InvalidError

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.knowledge.knowledge_base import Answer, Hit
    from models.language import Words
    from models.triage.cascade import TriageVerdict


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    for command in (train, classify, ask):
        app.command()(command)


def train(as_json: Json = False) -> None:
    """Train a classifier on all labelled tickets; it is used unless it is worse."""
    from bot.cli.session import opened
    from models.triage import training
    from models.triage.minimum_training_data import InsufficientTrainingDataError, describe

    with opened() as session:
        try:
            with progress(session.words.say("Training")) as step:
                setup = training.setup_for(session.lotsen.settings)
                report = training.train(session.lotsen.store, session.now, SEED, step, setup)
        except InsufficientTrainingDataError as error:
            raise InvalidError(describe(error.missing, session.words)) from error
        if as_json:
            emit(asdict(report))
        else:
            show_training(session, asdict(report))


def classify(
    text: Annotated[
        str | None, typer.Argument(help="What somebody wrote; without it, lines on standard input.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say which category a text belongs to, how sure that is, and why."""
    if sys.stdin.isatty() if text is None else not as_text(text).strip():
        raise InvalidError("write a text, or send lines: lotsen classify < texts.txt")
    from bot.cli.session import opened

    with opened() as session:
        _require_model(session)
        for line in [as_text(text)] if text is not None else _lines():
            verdict = _verdict(session, line)
            if as_json:
                emit(verdict)
            else:
                _show_verdict(session, verdict)


def ask(text: Annotated[str, typer.Argument(help="A question.")], as_json: Json = False) -> None:
    """Answer a question with stored words and their source, or decline."""
    question = as_text(text)
    if not question.strip():
        raise InvalidError("write a question")
    from bot.cli.session import opened
    from models.language.detection import detect

    with opened() as session:
        knowledge = session.lotsen.knowledge
        language = detect(question, session.words.language)
        today = session.today
        answer = knowledge.answer(question, language, today=today)
        hits = answer.hits if answer else knowledge.search(question, language, today=today)
        if as_json:
            sure = (
                answer.confidence
                if answer
                else knowledge.confidence(question, language, today=today)
            )
            emit(_answer_json(answer, hits, sure))
        else:
            _show_answer(session, answer, hits)


def _require_model(session: "Session") -> None:
    """Train on the starter's examples where nothing was ever trained."""
    from models.desk.setup.first_start import prepare

    lotsen = session.lotsen
    with progress(session.words.say("Training")) as step:
        prepared = prepare(lotsen.store, lotsen.triage, session.now, SEED, step)
    if prepared.model is not None:
        hint(session.words.say("There was no model yet: one was trained on the examples."))


def _lines() -> Iterator[str]:
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InvalidError(f"standard input, line {number}: not UTF-8; convert it") from error


def _verdict(session: "Session", text: str) -> dict[str, Any]:
    from models.desk.tickets.triage_decision import verdict_for
    from models.language.detection import detect

    language = detect(text, session.words.language)
    verdict = verdict_for(session.lotsen.desk, text, language, slack_id="")
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


def _why(session: "Session", verdict: "TriageVerdict") -> str:
    """Return why nothing is decided automatically; empty where something is, or nothing is known."""
    from models.statistics.thresholds import NEVER

    if verdict.category or verdict.threshold is None:
        return ""
    starts = session.lotsen.learning.version(None).figures.get("thresholds", {}).values()
    if starts and min(starts) >= NEVER:
        return "never sure enough"
    return "not sure enough" if verdict.in_scope else "unfamiliar"


def _why_not(why: str, words: "Words") -> tuple[str, ...]:
    texts = {
        "unfamiliar": words.say("it is unlike the texts that were learned from"),
        "not sure enough": words.say("the likeliest category is not sure enough"),
        "never sure enough": words.say(
            "no category is sure enough to be decided automatically yet"
        ),
    }
    return (texts[why],) if why else ()


def _show_verdict(session: "Session", verdict: dict[str, Any]) -> None:
    words = session.words
    likely = ", ".join(
        f"{item['category']} {words.percent(item['confidence'])}"
        for item in verdict["alternatives"]
    )
    if verdict["decided_by"] == "rule":
        head = words.say("{category}, by a rule of your own", category=verdict["category"])
    elif verdict["category"]:
        sure = words.percent(verdict["confidence"])
        head = words.say("{category} ({sure} sure)", category=verdict["category"], sure=sure)
    else:
        head = ": ".join((words.say("A person decides"), *_why_not(verdict["why"], words)))
    because = words.say("because of: {terms}", terms=", ".join(verdict["reasons"]))
    rest = [because] if verdict["reasons"] else []
    rest += [words.say("likeliest: {likely}", likely=likely)] if likely else []
    line = " · ".join([head, *rest])
    say(line)


def _answer_json(
    answer: "Answer | None", hits: "tuple[Hit, ...]", confidence: float
) -> dict[str, Any]:
    return {
        "answer": answer.text if answer else None,
        "passages": [
            {"document": hit.document, "title": hit.title, "url": hit.url, "score": hit.score}
            for hit in hits
        ],
        "confidence": confidence,
        "declined": answer is None,
        "old": answer is not None and answer.old,
    }


def _show_answer(session: "Session", answer: "Answer | None", hits: "tuple[Hit, ...]") -> None:
    from models.message import Heading, Note, Paragraph, Run, Verbatim

    words = session.words
    if answer is None:
        show_parts(Paragraph(words.rich("I have no stored answer to that.")))
        if not hits:
            hint(words.say("Add knowledge: lotsen import knowledge PATH, or lotsen import starter"))
        return
    verified = words.day(answer.verified_on) if answer.verified_on else "–"
    source = words.say(
        "Source: {document}, owner {owner}, verified {day}; {sure} sure",
        document=answer.url or answer.document,
        owner=answer.owner or "–",
        day=verified,
        sure=words.percent(answer.confidence),
    )
    old = words.rich("Nobody has checked this for more than a year. Ask a person if unsure.")
    warned = (Note(old),) if answer.old else ()
    show_parts(Heading(answer.title), Verbatim(answer.text), Note((Run(source),)), *warned)
