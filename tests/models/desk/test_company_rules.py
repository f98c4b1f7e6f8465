"""A rule is tried on the stored tickets before it is stored, and hits are counted."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from models.desk.setup.rules import (
    RuleSpec,
    RuleTrial,
    draft_rule,
    remove_rule,
    rules_listed,
    store_rule,
    try_rule,
)
from models.errors import InvalidError, NotFoundError
from models.store import migration
from models.store.transaction import Store
from models.tables import (
    Category,
    DecidedBy,
    Decision,
    Person,
    RuleKind,
    Source,
    Status,
    Ticket,
    TicketText,
)


@pytest.fixture
def store(database_url: str, now: datetime) -> Iterator[Store]:
    opened = Store(database_url)
    with opened.begin() as unit:
        unit.tickets.put_categories(
            Category(key=key, titles={"en": key}) for key in ("vpn", "mail", "hr")
        )
    yield opened
    opened.close()


def ticket(
    store: Store,
    now: datetime,
    text: str,
    category: str = "",
    by: DecidedBy = DecidedBy.PERSON,
    requester: str | None = None,
) -> int:
    row = Ticket(
        source=Source.SLACK,
        status=Status.NEW,
        category=category,
        decided_by=by,
        requester_id=requester,
        opened_at=now,
    )
    with store.begin() as unit:
        return unit.tickets.add_ticket(row, TicketText(ticket_id=0, body=text)).id or 0


def person(store: Store, name: str, slack_id: str | None = None, team: str = "") -> str:
    someone = Person(name=name, slack_id=slack_id, team=team)
    with store.begin() as unit:
        unit.people.save(someone)
    return someone.id


def test_tables_and_migrations_agree(store: Store) -> None:
    migration.check(store)  # raises where a column is in one of them only

    database, newest = migration.status(store)
    assert database == newest


def test_the_trial_counts_what_it_would_have_decided(store: Store, now: datetime) -> None:
    ticket(store, now, "the vpn drops", "vpn")
    different = ticket(store, now, "VPN mail account", "mail")
    ticket(store, now, "vpn again", "mail", DecidedBy.CLASSIFIER)
    ticket(store, now, "something else", "hr")

    trial = try_rule(store, draft_rule(store, RuleSpec("regex", "vpn", "vpn"), now))

    assert trial == RuleTrial(tickets=4, decided=3, judged=2, differently=1, examples=(different,))
    assert not trial.contradicts
    assert rules_listed(store) == []


def test_earlier_rules_go_before_in_the_trial(store: Store, now: datetime) -> None:
    ticket(store, now, "vpn mail", "mail")
    store_rule(store, draft_rule(store, RuleSpec("regex", "mail", "mail"), now))

    assert try_rule(store, draft_rule(store, RuleSpec("regex", "vpn", "vpn"), now)).decided == 0
    assert (
        try_rule(store, draft_rule(store, RuleSpec("regex", "vpn", "vpn", position=0), now)).decided
        == 1
    )
    # Among equals the one that is there already goes first.
    assert (
        try_rule(store, draft_rule(store, RuleSpec("regex", "vpn", "vpn", position=1), now)).decided
        == 0
    )


def test_a_rule_for_a_sender_holds_no_name(store: Store, now: datetime) -> None:
    pseudonym = person(store, "Åsa Öberg", "U0ASA")
    ticket(store, now, "anything", "hr", requester=pseudonym)

    for sender in ("U0ASA", "Åsa Öberg", " Åsa Öberg "):
        rule = draft_rule(store, RuleSpec("sender", sender, "hr"), now)
        assert rule.pattern == pseudonym
        assert try_rule(store, rule).decided == 1


def test_a_rule_for_a_team(store: Store, now: datetime) -> None:
    ticket(store, now, "anything", "hr", requester=person(store, "Bo", team="Payroll"))
    ticket(store, now, "anything", "hr", requester=person(store, "Kim", team="Sales"))

    assert (
        try_rule(store, draft_rule(store, RuleSpec("sender_team", "payroll", "hr"), now)).decided
        == 1
    )


def test_a_name_that_is_nobodys_or_two_peoples_is_refused(store: Store, now: datetime) -> None:
    person(store, "Bo", "U0B01")
    person(store, "Bo", "U0B02")

    with pytest.raises(NotFoundError, match="2 people"):
        draft_rule(store, RuleSpec("sender", "Bo", "hr"), now)
    for nobody in ("Eva", "U0XXX"):
        with pytest.raises(NotFoundError, match="nobody known"):
            draft_rule(store, RuleSpec("sender", nobody, "hr"), now)


@pytest.mark.parametrize(
    ("kind", "pattern", "category", "told"),
    [
        ("glob", "vpn*", "vpn", "the kinds are regex, sender, sender_team"),
        ("regex", "(vpn", "vpn", "cannot be used"),
        ("regex", "vpn", "VPN", "there are hr, mail, vpn"),
        ("sender_team", " ", "vpn", "empty"),
    ],
)
def test_a_wrong_rule_is_refused(
    store: Store, now: datetime, kind: str, pattern: str, category: str, told: str
) -> None:
    with pytest.raises(InvalidError, match=told):
        draft_rule(store, RuleSpec(kind, pattern, category), now)


def test_rules_are_asked_in_their_order_and_count_their_hits(store: Store, now: datetime) -> None:
    first = store_rule(store, draft_rule(store, RuleSpec("regex", "vpn", "vpn"), now))
    second = store_rule(store, draft_rule(store, RuleSpec("regex", "mail", "mail"), now))
    urgent = store_rule(
        store, draft_rule(store, RuleSpec("regex", "alarm", "vpn", position=0), now)
    )
    one, other = ticket(store, now, "vpn"), ticket(store, now, "vpn too")
    decided = [(one, f"rule-{first}"), (other, f"rule-{first}"), (one, f"rule-{first}")]
    decided += [(one, "classifier-1"), (one, "rule-x")]
    with store.begin() as unit:
        for minute, (number, model) in enumerate(decided):
            decision = Decision(
                ticket_id=number,
                at=now + timedelta(minutes=minute),
                decided_by=DecidedBy.RULE,
                model=model,
            )
            unit.tickets.save(decision)

    lines = rules_listed(store)
    assert [line.rule.id for line in lines] == [urgent, first, second]
    # A ticket that a rule decided anew, for more words, is one hit.
    assert [line.hits for line in lines] == [0, 2, 0]
    assert [line.last_hit for line in lines] == [None, now + timedelta(minutes=2), None]
    assert lines[1].rule.kind is RuleKind.REGEX


def test_a_removed_rule_stays_but_is_not_used(store: Store, now: datetime) -> None:
    rule_id = store_rule(store, draft_rule(store, RuleSpec("regex", "vpn", "vpn"), now))

    remove_rule(store, rule_id)

    assert rules_listed(store) == []
    assert [line.rule.active for line in rules_listed(store, everything=True)] == [False]
    for gone in (rule_id, 999):
        with pytest.raises(NotFoundError, match="no rule"):
            remove_rule(store, gone)


@pytest.mark.slow
def test_thousands_of_tickets_are_tried_in_batches(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        rows = [
            Ticket(
                source=Source.IMPORT,
                external_id=str(at),
                status=Status.CLOSED,
                category="vpn",
                decided_by=DecidedBy.IMPORTED,
                opened_at=now,
            )
            for at in range(2500)
        ]
        unit.tickets.save_all(rows)
        unit.tickets.save_all(TicketText(ticket_id=row.id or 0, body="vpn drops") for row in rows)

    trial = try_rule(store, draft_rule(store, RuleSpec("regex", "vpn", "mail"), now))

    assert (trial.tickets, trial.decided, trial.differently) == (2500, 2500, 2500)
    assert trial.contradicts
