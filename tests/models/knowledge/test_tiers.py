"""An answer must be near and clearly ahead, titles must be near, all else is for a person."""

import itertools
from dataclasses import replace

import pytest

from models import starter
from models.knowledge.index import Index, MatchEvidence, Without
from models.knowledge.limits import TARGET, WORDS, starting_limits
from models.knowledge.tiers import Limits, Tier, sureness
from models.tables import Article

EVIDENCE = MatchEvidence(
    score=0.5,
    question=0.6,
    coverage=0.7,
    lead=0.2,
    crowd=0.3,
    agreement=1.0,
    words=3,
    asked=True,
    foreign=False,
)
LIMITS = Limits(answered=0.39, suggested=0.25)


def article(
    number: int, title: str, *questions: str, language: str = "sv", external_id: str = ""
) -> Article:
    return Article(
        id=number,
        document="faq",
        external_id=external_id or str(number),
        language=language,
        title=title,
        questions=[*questions],
        answer=f"Svar {number}.",
        sha256="",
    )


def starter_index(*languages: str) -> Index:
    return Index(
        article(number, one.title, *one.questions, language=one.language, external_id=one.id)
        for number, one in enumerate(starter.articles())
        if one.language in languages
    )


@pytest.mark.parametrize(
    ("score", "lead", "tier"),
    [
        (0.5, 0.2, Tier.ANSWERED),
        (0.5, 0.1, Tier.SUGGESTED),  # as near, with another one close behind
        (0.25, 0.0, Tier.SUGGESTED),
        (0.24, 0.24, Tier.TICKET),  # alone, and far
    ],
)
def test_what_is_near_and_ahead_is_shown_and_what_is_near_is_offered(
    score: float, lead: float, tier: Tier
) -> None:
    assert LIMITS.tier(replace(EVIDENCE, score=score, lead=lead)) is tier


def test_what_was_not_found_is_for_a_person() -> None:
    assert LIMITS.tier(None) is Tier.TICKET
    assert WORDS.chance.of(None) == 0.0


def test_a_stored_question_itself_is_always_answered() -> None:
    same = replace(EVIDENCE, score=0.1, lead=0.0, question=0.99)

    assert LIMITS.tier(same) is Tier.ANSWERED
    assert WORDS.chance.of(same) > 0.9


def test_the_nearer_and_the_further_ahead_the_likelier() -> None:
    chance = WORDS.chance.of(EVIDENCE)

    assert 0 < chance < WORDS.chance.of(replace(EVIDENCE, lead=0.4)) < 1
    assert chance < WORDS.chance.of(replace(EVIDENCE, score=0.7))
    assert 0 <= sureness(EVIDENCE) <= 1


def test_an_index_of_strangers_begins_where_it_was_measured() -> None:
    limits = starting_limits(Index(()))

    assert limits.answered == pytest.approx(WORDS.answered)
    assert limits.suggested == pytest.approx(WORDS.suggested)


def test_who_wants_more_of_the_answers_to_be_right_gets_fewer() -> None:
    index = Index(())
    limits = [starting_limits(index, target).answered for target in (0.5, 0.8, 0.9, TARGET, 0.99)]

    assert limits == sorted(limits)
    assert len(set(limits)) == len(limits)


THINGS = ("skrivaren", "telefonen", "skärmen", "musen", "laddaren", "kaffet", "hissen", "dörren")


def things(*places: str, one_article: bool = False) -> Index:
    """Return an index where each thing is broken in each place."""
    pairs = [(thing, place) for thing in THINGS for place in places]
    return Index(
        article(n, f"{thing} {place}", external_id=thing if one_article else "")
        for n, (thing, place) in enumerate(pairs)
    )


def test_titles_need_more_where_articles_are_about_the_same() -> None:
    """The limit follows how near a question comes when its own article is not there."""
    alone, alike = things("kontoret"), things("kontoret", "lagret", "butiken")

    assert starting_limits(alike).suggested > starting_limits(alone).suggested + 0.05


def test_an_article_is_left_out_in_all_its_languages() -> None:
    """Else its siblings would make strangers look near, and the limit too high."""
    alone, siblings = things("kontoret"), things("kontoret", "lagret", "butiken", one_article=True)

    assert starting_limits(siblings).suggested < starting_limits(alone).suggested + 0.05


def test_the_same_index_begins_with_the_same_limits() -> None:
    assert starting_limits(starter_index("de")) == starting_limits(starter_index("de"))


def test_many_wordings_do_not_make_strangers_look_familiar() -> None:
    """Where nobody wrote counterexamples, near misses count when the limit is chosen, too."""
    names = itertools.product(
        ("stora", "lilla", "gamla"), ("röda", "blå"), ("köket", "hallen", "förrådet")
    )
    faults = ("krånglar", "fastnar", "piper", "låser", "blinkar", "surrar")
    index = Index(
        article(number, " ".join(name), *(f"{' '.join(name)} {fault}{number}" for fault in faults))
        for number, name in enumerate(names)
    )
    limits = starting_limits(index, target=0.9)

    away = [
        index.rank(index.asked[asked], "sv", 1, without=Without(asked=asked, article=int(at)))
        for asked, at in enumerate(index.owners)
    ]
    shown = [limits.tier(ranked.evidence) is Tier.ANSWERED for ranked in away]

    assert sum(shown) <= 0.1 * len(shown)
