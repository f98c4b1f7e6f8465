"""What the IT lead reads in the morning after the models changed."""

from collections.abc import Iterator

from models.language import Language, Translator, words_for
from models.message import Message, Note, Paragraph, Part, Runs, plain
from models.store.model_versions import ModelLine
from models.tables import TriageMode
from models.triage.cascade import MODEL
from models.triage.learning import Night
from models.triage.promotion_reasons import translated_reason


def night_message(night: Night, language: Language) -> Message | None:
    """Return the note; None when nothing was promoted, refused or demoted."""
    words = words_for(language)
    lines = [*_modes(night, words), *(_trained(line, words) for line in night.trained)]
    if not lines:
        return None
    parts: list[Part] = [Paragraph(line) for line in lines]
    parts.append(Note(words.rich("More: `lotsen model list`. Back: `lotsen model rollback`.")))
    return Message(plain(lines[0]), tuple(parts))


def _modes(night: Night, words: Translator) -> Iterator[Runs]:
    for mode in night.modes:
        yield _demoted(mode, words) if mode.suggest_only else _lifted(words)


def _demoted(mode: TriageMode, words: Translator) -> Runs:
    return words.rich(
        "⏬ *From now on I only suggest categories.* In blind checks I was right {correct} times of "
        "{n}. A better model or `lotsen model resume` ends this.",
        correct=words.number(mode.correct),
        n=words.number(mode.n),
    )


def _lifted(words: Translator) -> Runs:
    return words.rich("⏫ *I set categories by myself again where I am sure.*")


def _trained(line: ModelLine, words: Translator) -> Runs:
    values = {
        "model": f"{MODEL}{line.id}",
        "n": words.number(line.n),
        "reason": translated_reason(line.reason, words),
    }
    if line.promoted:
        return words.rich("🆕 *{model}* serves now, trained on {n} texts ({reason}).", **values)
    return words.rich(
        "🚧 *{model}* was refused; the model before it serves on ({reason}).", **values
    )
