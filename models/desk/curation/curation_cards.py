"""What Lotsen offers to those who keep the answers: questions, drafts, "still true?".

Pure: facts in, `Message` out. Action names are those that the faces send back.
"""

from collections.abc import Sequence

from models.desk.answers.answering import source_name
from models.language import N_, Translator
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
from models.tables import (
    Article,
    ArticleDraft,
    ArticleReview,
    Offer,
    QuestionCandidate,
    ReviewVerdict,
)

OfferedQuestion = tuple[QuestionCandidate, Article]
"""A question, and the article that solved it."""


def questions(offered: Sequence[OfferedQuestion], words: Translator) -> Message:
    """Return the day's post: questions that articles could learn, one tap each."""
    head = words.gettext("Questions that an article solved")
    why = words.rich(
        "If you add one, the article is found by these words too. Names and numbers are masked."
    )
    parts: list[Part] = [Heading(head), Note(why)]
    for row, article in offered:
        parts.append(Quote(row.question))
        parts.append(Note(words.rich("Article: *{title}*", title=article.title)))
        parts.append(_judgement(row, words))
    return Message(head, tuple(parts))


def _judgement(row: QuestionCandidate, words: Translator) -> Part:
    if row.state is Offer.TAKEN:
        return Note(words.rich("✅ Added."))
    if row.state is Offer.DECLINED:
        return Note(words.rich("Not added."))
    value = str(row.id)
    return Buttons(
        f"candidate:{row.id}",
        (
            Button("candidate_approve", words.gettext("Add"), value, "primary"),
            Button("candidate_reject", words.gettext("Leave out"), value),
        ),
    )


def draft(row: ArticleDraft, by: str, words: Translator) -> Message:
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


def _next(row: ArticleDraft, by: str, words: Translator) -> list[Part]:
    if row.state is Offer.TAKEN:
        return [Note(words.rich("✅ Published. Owner: {name}.", name=by))]
    if row.state is Offer.DECLINED:
        return [Note(words.rich("Discarded."))]
    value = str(row.id)
    buttons = (
        Button("draft_publish", words.gettext("Publish"), value, "primary"),
        Button("draft_edit", words.gettext("Edit"), value),
        Button("draft_discard", words.gettext("Discard"), value),
    )
    note = words.rich(
        "Nobody sees it before you publish it. You are then its owner; names and numbers are "
        "masked, so read it once more."
    )
    return [Note(note), Buttons(f"draft:{row.id}", buttons)]


_VERDICTS = {
    ReviewVerdict.STILL_TRUE: N_("✅ Still true; verified today."),
    ReviewVerdict.NEEDS_CHANGE: N_(
        "✏️ Needs a change: please correct the document and import it again."
    ),
    ReviewVerdict.RETIRED: N_("🗄️ Retired: it is not shown any more."),
}


def review(row: ArticleReview, article: Article, words: Translator) -> Message:
    """Return the question to an article's owner, or what they answered."""
    head = words.rich("Is this still true? *{title}*", title=article.title)
    parts: list[Part] = [Paragraph(head), Note(_days(row, article, words))]
    if row.verdict is ReviewVerdict.ASKED:
        value = str(row.id)
        buttons = (
            Button("article_still_true", words.gettext("Still true"), value, "primary"),
            Button("article_needs_change", words.gettext("Needs change"), value),
            Button("article_retired", words.gettext("Retire"), value, "danger"),
        )
        parts.append(Buttons(f"review:{row.id}", buttons))
    else:
        parts.append(Note(words.rich(_VERDICTS[row.verdict])))
    return Message(plain(head), tuple(parts))


def _days(row: ArticleReview, article: Article, words: Translator) -> Runs:
    source = source_name(article.document, article.language)
    runs = words.rich("Source: {source}", source=source)
    if article.verified_on is not None:
        runs += words.rich(" · Verified {day}", day=words.day(article.verified_on))
    if row.verdict is ReviewVerdict.ASKED:
        runs += words.rich(" · From {day} on it is doubtful", day=words.day(row.deadline))
    return runs
