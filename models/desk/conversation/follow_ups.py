"""What follows where an answer did not help: the step that was meant, another article, a person.

Pure: facts in, a value out. What is shown are stored words, byte for byte.
"""

import re
from collections.abc import Collection, Sequence

from models.desk.base.smalltalk import Reading, Reads
from models.knowledge.knowledge_base import Hit
from models.language.phrases import alike, words_of

MOST_SHOWN = 2
"""So many articles are shown in one thread; then a person is asked."""
_NEAR = 0.6
"""Share of the nearest one's score that another article must have to be worth a look."""
_STEP = re.compile(r"[^\n.!?]+(?:[.!?]+(?=\s|$)|[.!?](?=\S)[^\n.!?]+)*[.!?]*")
_POINTS = frozenset({Reads.CANNOT_FIND, Reads.HOW, Reads.WORDS, Reads.MEANT})


def step_meant(answer: str, reading: Reading) -> str:
    """Return the sentence of a shown answer that has a word somebody asks about; else nothing."""
    if reading.kind not in _POINTS or not 0 < len(reading.topic) <= MOST_SHOWN + 1:
        return ""
    for step in _STEP.findall(answer):
        words = words_of(step, 200)
        if any(alike(word, asked) for word in words for asked in reading.topic):
            return str(step.strip())
    return ""


def next_candidate(hits: Sequence[Hit], shown: Collection[int], reading: Reading) -> int:
    """Return the number of the article to show next; 0 where a person should look at it."""
    if reading.kind is Reads.NUDGE or len(shown) >= MOST_SHOWN or not hits:
        return 0
    least = _NEAR * hits[0].score
    left = (hit.article_id for hit in hits if hit.article_id not in shown and hit.score >= least)
    return next(left, 0)
