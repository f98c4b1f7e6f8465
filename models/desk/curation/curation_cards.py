"""What Lotsen offers to those who keep the answers: questions, drafts, "still true?".

Pure: facts in, `Message` out. Action names are those that the faces send back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.language import Words, noted
from models.message import (
    Button,
    Buttons,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    Quote,
    Run,
    Runs,
    Verbatim,
    plain,
)
from models.tables import ArticleDraft, Offer, ReviewVerdict


@dataclass(frozen=True, slots=True)
class OfferedQuestion:
    """A question beside the article that solved it."""

    id: int
    question: str
    article: str
    state: Offer


def questions(offered: Sequence[OfferedQuestion], words: Words) -> Message:
    """Return the day's post: questions that articles could learn, one tap each."""
    head = words.say("Questions that an article solved")
    why = words.rich(
        "If you add one, the article is found by these words too. Names and numbers are masked."
    )
    parts: list[Part] = [Heading(head), Note(why)]
    for one in offered:
        parts.append(Quote(one.question))
        parts.append(Note(words.rich("Article: *{title}*", title=one.article)))
        parts.append(_judgement(one, words))
    return Message(head, tuple(parts))


def _judgement(one: OfferedQuestion, words: Words) -> Part:
    if one.state is Offer.TAKEN:
        return Note(words.rich("✅ Added."))
    if one.state is Offer.DECLINED:
        return Note(words.rich("Not added."))
    value = str(one.id)
    return Buttons(
        f"candidate:{one.id}",
        (
            Button("candidate_approve", words.say("Add"), value, "primary"),
            Button("candidate_reject", words.say("Leave out"), value),
        ),
    )


def draft(row: ArticleDraft, by: str, words: Words) -> Message:
    """Return a draft with what can be done with it, or what became of it.

    ``by`` names who published it.
    """
    number = str(row.ticket_id)
    head = words.rich("📝 *Draft of an article*, from ticket {number}", number=number)
    parts: list[Part] = [Paragraph(head), Paragraph((Run(row.title, "bold"),))]
    if row.question.strip() != row.title.strip():
        parts.append(Quote(row.question))
    parts.append(Verbatim(row.answer))
    parts += _next(row, by, words)
    return Message(plain(head), tuple(parts))


def _next(row: ArticleDraft, by: str, words: Words) -> list[Part]:
    if row.state is Offer.TAKEN:
        return [Note(words.rich("✅ Published. Owner: {name}.", name=by))]
    if row.state is Offer.DECLINED:
        return [Note(words.rich("Discarded."))]
    value = str(row.id)
    buttons = (
        Button("draft_publish", words.say("Publish"), value, "primary"),
        Button("draft_edit", words.say("Edit"), value),
        Button("draft_discard", words.say("Discard"), value),
    )
    note = words.rich(
        "Nobody sees it before you publish it. You are then its owner; names and numbers are "
        "masked, so read it once more."
    )
    return [Note(note), Buttons(f"draft:{row.id}", buttons)]


@dataclass(frozen=True, slots=True)
class AskedReview:
    """An article whose owner is asked whether it is still true."""

    id: int
    title: str
    source: str
    verified_on: date | None
    deadline: date
    verdict: ReviewVerdict
    valid_until: date | None = None


_SAID = {
    ReviewVerdict.STILL_TRUE: noted("✅ Still true; verified today."),
    ReviewVerdict.NEEDS_CHANGE: noted(
        "✏️ Needs a change: please correct the document and import it again."
    ),
    ReviewVerdict.RETIRED: noted("🗄️ Retired: it is not shown any more."),
}


def review(asked: AskedReview, words: Words) -> Message:
    """Return the question to an article's owner, or what they answered."""
    head = words.rich("Is this still true? *{title}*", title=asked.title)
    parts: list[Part] = [Paragraph(head), Note(_days(asked, words))]
    if asked.verdict is ReviewVerdict.ASKED:
        value = str(asked.id)
        buttons = (
            Button("article_still_true", words.say("Still true"), value, "primary"),
            Button("article_needs_change", words.say("Needs change"), value),
            Button("article_retired", words.say("Retire"), value, "danger"),
        )
        parts.append(Buttons(f"review:{asked.id}", buttons))
    else:
        parts.append(Note(words.rich(_SAID[asked.verdict])))
    return Message(plain(head), tuple(parts))


def _days(asked: AskedReview, words: Words) -> Runs:
    runs = words.rich("Source: {source}", source=asked.source)
    if asked.verified_on is not None:
        runs += words.rich(" · Verified {day}", day=words.day(asked.verified_on))
    if asked.verdict is ReviewVerdict.ASKED:
        runs += words.rich(" · From {day} on it is doubtful", day=words.day(asked.deadline))
    return runs
