"""Which questions an article could learn, and which notes could become an article. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.knowledge.similarity import QUESTIONS, SAME, SIMILAR, is_among
from models.knowledge.visibility import is_private
from models.knowledge.vocabulary import is_small, words_in
from models.redaction import Redacted
from models.tables import Article

LONGEST = 300
"""Characters; a longer text is a story, not a way to ask."""
FEWEST_WORDS = 2
"""Words of the topic; a single one would draw every question to the article."""
MOST_OF_ARTICLE, MOST_OF_PERSON = 10, 2
"""Questions that an article learns without the staff: in all, and of one person's words."""
NOTE_CHARACTERS, NOTE_WORDS = 80, 12
"""What a resolution note has at least to be worth an article."""


def candidate(question: Redacted, article: Article, offered: Sequence[str]) -> str:
    """Return the question on one line as the article would learn it; empty for not at all.

    Parameters
    ----------
    offered
        What was offered for this article before: taken, declined or still open.
    """
    line = " ".join(question.split())
    topic = [word for word in words_in(line) if not is_small(word)]
    # Who reads the offer need not be among those who may see the article.
    if is_private(article) or len(line) > LONGEST or len(topic) < FEWEST_WORDS:
        return ""
    known = [text for text in (article.title, *article.questions, *offered) if text]
    return "" if is_among(line, known) else line


@dataclass(frozen=True, slots=True)
class OfferedWording:
    """A question that was offered to an article: whose it is, and what became of it."""

    id: int
    person_id: str
    question: str
    waits: bool
    seconded: bool


def seconded(question: Redacted, person_id: str, offered: Sequence[OfferedWording]) -> list[int]:
    """Return which waiting questions the article learns because somebody else asked alike.

    It solved this one for this person, and those for the persons who asked them. Nobody
    teaches an article alone, and nobody much: `MOST_OF_PERSON` of a person's words, and
    `MOST_OF_ARTICLE` in all, are learned without the staff.
    """
    learned = [one.person_id for one in offered if one.seconded]
    waiting = [one for one in offered if one.waits and one.question]
    likeness = QUESTIONS.cosines(question, [one.question for one in waiting])
    found = list[int]()
    for one, alike in zip(waiting, likeness.tolist(), strict=True):
        fits = alike >= SIMILAR and one.person_id not in ("", person_id)
        room = len(learned) < MOST_OF_ARTICLE and learned.count(one.person_id) < MOST_OF_PERSON
        if person_id and fits and room:
            found.append(one.id)
            learned.append(one.person_id)
    return found


def is_worth_an_article(note: str) -> bool:
    """Return whether a resolution note says enough to help the next person."""
    return len(note.strip()) >= NOTE_CHARACTERS and len(words_in(note)) >= NOTE_WORDS


def is_there(question: str, note: str, articles: Sequence[Article]) -> bool:
    """Return whether one of the articles answers the question, or says what the note says."""
    asked = [text for row in articles for text in (row.title, *row.questions) if text]
    if is_among(question, asked):
        return True
    return bool((QUESTIONS.cosines(note, [row.answer for row in articles]) >= SAME).any())
