"""How the results of `/lotsen ask` look, before any face draws them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.desk.answers.answer_cards import Shown, person_button, source_line
from models.desk.answers.search_filters import Filters, digest_of
from models.desk.base.report_button import report_button
from models.language import LANGUAGES, Translator
from models.message import (
    Button,
    Buttons,
    Divider,
    Excerpt,
    Message,
    Note,
    Paragraph,
    Part,
    Run,
    Runs,
    Select,
    Verbatim,
    plain,
)

MOST_SOURCES = 20


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A result as it is shown; ``excerpt`` is stored text, the words found in bold."""

    article_id: int
    shown: Shown
    excerpt: Runs


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by: (source, its name) pairs and languages among all results."""

    sources: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResultList:
    """An answer that is sure, if any, what else came near, and how that was filtered."""

    answer: Message | None
    results: Sequence[ShownResult]
    filters: Filters
    choices: Choices


def results_card(case_id: int, listed: ResultList, words: Translator) -> Message:
    """Return the answer, where there is one, what else is worth a look, and the filters."""
    answer, results, filters = listed.answer, listed.results, listed.filters
    head = _head(results, filters, words)
    parts: list[Part] = list(answer.parts) if answer else [Paragraph(head)]
    if answer and results:
        parts += [Divider(), Paragraph(words.rich("*Also worth a look*"))]
    for result in results:
        parts += _drawn(case_id, result, words)
    if listed.choices.sources and (results or filters != Filters()):
        parts += [Divider(), *_filters(case_id, filters, listed.choices, words)]
    if answer is None:
        parts.append(person_button(case_id, words))
    return Message(answer.text if answer else plain(head), tuple(parts))


def _head(results: Sequence[ShownResult], filters: Filters, words: Translator) -> Runs:
    if results and filters != Filters():
        return words.rich("What I found through your filters:")
    if results:
        return words.rich("I found no answer that I can vouch for. This comes nearest:")
    if filters != Filters():
        return words.rich("Nothing gets through these filters.")
    return words.rich("I found no answer that I can vouch for.")


def _drawn(case_id: int, result: ShownResult, words: Translator) -> Iterable[Part]:
    value = f"{case_id}:{result.article_id}"
    yield Paragraph(words.rich("*{title}*", title=result.shown.title))
    yield Excerpt(result.excerpt)
    yield Note(source_line(result.shown, words))
    found = Button("search_found", words.gettext("Found it"), value)
    yield Buttons(f"case:{value}", (found, report_button(value, words)))


def _filters(case_id: int, filters: Filters, choices: Choices, words: Translator) -> Iterable[Part]:
    everything = words.gettext("All sources")
    sources = [(replace(filters, source=""), everything)]
    for source, name in choices.sources[:MOST_SOURCES]:
        sources.append((replace(filters, source=digest_of(source)), name))
    languages = [(replace(filters, language=""), words.gettext("All languages"))]
    # Each language is named in itself, as people look for their own.
    languages += [
        (replace(filters, language=one), LANGUAGES[one].name) for one in choices.languages
    ]
    ages = [
        (replace(filters, this_year=False), words.gettext("Verified at any time")),
        (replace(filters, this_year=True), words.gettext("Only verified this year")),
    ]
    yield _select(f"case:{case_id}:search_source", words.gettext("Source"), sources, filters)
    if len(choices.languages) > 1 or filters.language:
        yield _select(
            f"case:{case_id}:search_language", words.gettext("Language"), languages, filters
        )
    yield _select(f"case:{case_id}:search_age", words.gettext("Verified"), ages, filters)


def _select(
    block: str, label: str, entries: Sequence[tuple[Filters, str]], chosen: Filters
) -> Select:
    """Return a list to choose from; its action is the last part of its block's id."""
    options = tuple((entry.key, name) for entry, name in entries)
    return Select(block, block.rpartition(":")[2], label, options, chosen.key)


def found_card(shown: Shown, words: Translator) -> Message:
    """Return what a search ended with: the stored text as a whole, and no way on."""
    return Message(
        shown.title,
        (
            Paragraph(words.rich("*{title}*", title=shown.title)),
            Verbatim(shown.text),
            Note(source_line(shown, words)),
            Note(words.rich("✅ Found. Glad it helped!")),
        ),
    )


def bold(pieces: Iterable[tuple[str, bool]]) -> Runs:
    """Return pieces of a stored text with those that were looked for in bold."""
    return tuple(Run(text, "bold" if found else "plain") for text, found in pieces)
