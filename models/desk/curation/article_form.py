"""The form in which somebody writes an article, from a gap or a draft, and what is wrong with it. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from models.commands import PublishArticle
from models.form import MAX_LONG, Field, Form
from models.knowledge.candidates import LONGEST
from models.knowledge.visibility import is_private
from models.language import Language, Translator
from models.redaction import Redacted, mask_exposed, placeholders_in
from models.tables import Article

ARTICLE_FORM = "article_form"
MOST_WORDINGS = 10
MAX_TITLE = 150


@dataclass(frozen=True, slots=True)
class ProposedArticle:
    """What the form begins with; ``draft_id`` is 0 for an article that fills a gap."""

    words: Translator
    title: str
    wordings: tuple[str, ...]
    answer: str
    language: Language
    cases: tuple[int, ...]
    draft_id: int = 0


def article_form(proposed: ProposedArticle) -> Form:
    """Return the form: title, wordings, answer; one tap publishes it."""
    words = proposed.words
    wordings, answer = "\n".join(proposed.wordings), proposed.answer
    return Form(
        ARTICLE_FORM,
        title=words.gettext("Write an article"),
        submit=words.gettext("Publish"),
        cancel=words.gettext("Cancel"),
        lines=(
            words.gettext(
                "Everybody who asks can read it within a minute. You are its owner, and it counts as verified today."
            ),
        ),
        fields=(
            Field(
                "title",
                words.gettext("Title"),
                required=True,
                start=proposed.title,
                limit=MAX_TITLE,
            ),
            Field(
                "wordings",
                words.gettext("How people ask, one question a line"),
                "long",
                required=True,
                start=wordings,
                help=words.gettext("The article is found by these words. Names are masked."),
            ),
            Field(
                "answer",
                words.gettext("Answer"),
                "long",
                required=True,
                start=answer,
                help=words.gettext(
                    "From the notes of the tickets, without greetings, signatures and sentences that name somebody."
                ),
            ),
        ),
        hidden={
            "cases": list(proposed.cases),
            "draft": proposed.draft_id,
            "language": proposed.language,
        },
        input_id="",
    )


def wordings_in(text: str) -> tuple[str, ...]:
    """Return the questions of the form, one a line."""
    lines = (" ".join(line.split()) for line in text[:MAX_LONG].splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def problems_in(
    command: PublishArticle, articles: Sequence[Article], today: date, words: Translator
) -> Iterator[tuple[str, str]]:
    """Yield (field, what is wrong with it, in ``words``); nothing where it may be published."""
    for key, text in (("title", command.title), ("answer", command.answer)):
        if not text.strip():
            yield key, words.gettext("Write something here.")
    if _is_title_taken(command.title, articles, today):
        yield "title", words.gettext("There is an article of that title already.")
    yield from (("wordings", problem) for problem in _about_wordings(command.wordings, words))
    said = {"title": command.title, "wordings": "\n".join(command.wordings)}
    for key, text in {**said, "answer": command.answer}.items():
        marks = placeholders_in(Redacted(text)) if key != "wordings" else ()
        if marks:
            yield key, words.gettext("Write something else for the words in square brackets.")
        if mask_exposed(text).found:
            yield key, words.gettext("Take the number or the password out: everybody reads this.")


def _about_wordings(wordings: Sequence[str], words: Translator) -> Iterable[str]:
    if not wordings:
        yield words.gettext("Write at least one question.")
    if len(wordings) > 2 * MOST_WORDINGS:
        yield words.gettext("At most {n} questions, please.", n=2 * MOST_WORDINGS)
    for at, line in enumerate(wordings, 1):
        if len(line) > LONGEST:
            most = words.number(LONGEST)
            yield words.gettext("Line {n} has more than {most} characters.", n=at, most=most)


def _is_title_taken(title: str, articles: Sequence[Article], today: date) -> bool:
    """Return whether an article that everybody may read, and that is in force, is called so."""
    wanted = title.strip().casefold()
    return any(
        row.title.strip().casefold() == wanted
        for row in articles
        if not is_private(row) and (row.expires_on is None or today <= row.expires_on)
    )
