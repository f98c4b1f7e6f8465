"""Who was helped, who was bothered, who was misled: counted as one would by hand."""

from models.knowledge.measures_of_help import LabelledReply, shares_of
from models.knowledge.tiers import Tier


def test_help_is_a_right_answer_or_a_right_title_among_three() -> None:
    replies = [
        LabelledReply(Tier.ANSWERED, place=1, answerable=True),
        LabelledReply(Tier.ANSWERED, place=2, answerable=True),  # wrong: the first was shown
        LabelledReply(Tier.SUGGESTED, place=3, answerable=True),
        LabelledReply(Tier.SUGGESTED, place=4, answerable=True),  # not among the titles
        LabelledReply(Tier.TICKET, place=1, answerable=True),
        LabelledReply(Tier.ANSWERED, place=0, answerable=False),  # wrong, and bothered
        LabelledReply(Tier.SUGGESTED, place=0, answerable=False),  # bothered
        LabelledReply(Tier.SMALLTALK, place=0, answerable=False),
    ]

    found = shares_of(replies)

    assert (found.helped, found.bothered, found.wrong) == (2 / 5, 2 / 3, 2 / 8)
    assert (found.answered.coverage, found.answered.precision) == (3 / 8, 1 / 3)
    assert (found.suggested.coverage, found.suggested.right_in_three) == (3 / 8, 1 / 2)


def test_shares_of_nobody_are_unknown() -> None:
    found = shares_of([LabelledReply(Tier.TICKET, place=0, answerable=False)])

    assert (found.helped, found.answered.precision, found.suggested.right_in_three) == (None,) * 3
    assert (found.bothered, found.wrong) == (0.0, 0.0)
