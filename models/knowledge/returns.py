"""Who asked nearly the same again within a week. Pure."""

from collections import defaultdict
from collections.abc import Sequence

from models.knowledge.similarity import QUESTIONS, SAME
from models.kpis.outcomes import WINDOW
from models.store.feedback import AskedText


def returns(asked: Sequence[AskedText]) -> list[tuple[AskedText, AskedText]]:
    """Return each answered question with the first one by which its asker came back.

    Parameters
    ----------
    asked
        Questions of several people, in any order.
    """
    by_person: dict[str, list[AskedText]] = defaultdict(list)
    for one in sorted(asked, key=lambda one: (one.asked_at, one.case_id)):
        by_person[one.person_id].append(one)
    found: list[tuple[AskedText, AskedText]] = []
    for questions in by_person.values():
        for at, one in enumerate(questions):
            again = _again(one, questions[at + 1 :]) if one.article_id else None
            if again is not None:
                found.append((one, again))
    return found


def _again(one: AskedText, later: Sequence[AskedText]) -> AskedText | None:
    soon = [other for other in later if other.asked_at <= one.asked_at + WINDOW]
    alike = QUESTIONS.cosines(one.text, [other.text for other in soon])
    return next(
        (other for other, share in zip(soon, alike, strict=True) if share >= SAME),
        None,
    )
