"""The learning loop: trained in a child at night, demoted on blind samples, never in the way."""

import os
import signal
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError, NotFoundError, UnavailableError
from models.language import words_for
from models.meaning.embedder import Vectors
from models.store.migration import upgrade
from models.store.transaction import Store
from models.tables import (
    Category,
    DecidedBy,
    DecisionMode,
    Label,
    LabelKind,
    ModelVersion,
    Source,
    Status,
    Ticket,
    TicketText,
)
from models.triage.cascade import A_PERSON_DECIDES, TriageVerdict
from models.triage.learning import Learning, LivePrecision, Night
from models.triage.learning_report import learning_report
from models.triage.model_card import model_card
from models.triage.nightly_message import night_message
from models.triage.sampling import decision_mode, is_blind_sample
from models.triage.training import train
from models.triage.training_process import TrainingProcess
from models.triage.triage import Triage

SURE = TriageVerdict(category="vpn", confidence=0.97, decided_by=DecidedBy.CLASSIFIER)


@pytest.fixture
def store(tmp_path: Path, now: datetime) -> Iterator[Store]:
    """A desk with forty tickets of two categories, on a file that a child can open."""
    opened = Store(f"sqlite:///{tmp_path / 'lotsen.db'}")
    upgrade(opened)
    with opened.begin() as unit:
        unit.tickets.put_categories(
            Category(key=key, titles={"sv": key}, source="import") for key in ("vpn", "mail")
        )
    for number in range(20):
        add_ticket(opened, now, "vpn", f"vpn tunnel {number % 5} gateway {number}")
        add_ticket(opened, now, "mail", f"mailbox outlook {number % 5} full {number}")
    yield opened
    opened.close()


def add_ticket(store: Store, now: datetime, category: str, text: str) -> int:
    with store.begin() as unit:
        ticket = Ticket(
            source=Source.IMPORT,
            external_id=text,
            status=Status.CLOSED,
            category=category,
            decided_by=DecidedBy.IMPORTED,
            opened_at=now - timedelta(days=9),
        )
        return unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, body=text)).id or 0


def add_labels(
    store: Store, at: datetime, n: int, kind: LabelKind = LabelKind.CORRECTED, right: int = 0
) -> None:
    with store.begin() as unit:
        for number in range(1, n + 1):
            suggested = "vpn" if number <= right else "mail"
            unit.oversight.save(
                Label(ticket_id=number, kind=kind, category="vpn", suggested=suggested, at=at)
            )


def versions(store: Store) -> int:
    with store.snapshot() as unit:
        return len(unit.model_versions.listing())


# Training at night ---------------------------------------------------------------------------


@pytest.mark.long
def test_twenty_new_labels_train_a_model_in_a_child_and_nineteen_do_not(
    store: Store, now: datetime
) -> None:
    learning, night = Learning(store), now + timedelta(hours=18)
    train(store, now, seed=1)
    add_labels(store, now + timedelta(hours=1), 19)
    assert learning.nightly(night, night) == Night()

    add_ticket(store, now, "vpn", "vpn again")
    add_labels(store, now + timedelta(hours=2), 20)
    told = learning.nightly(night, night)

    assert [line.id for line in told.trained] == [2]
    assert told.trained[0].n == 41
    # A run that is repeated after a crash trains nothing more, and tells the same.
    assert learning.nightly(night, night) == told
    assert versions(store) == 2


def test_a_look_at_the_night_changes_nothing(store: Store, now: datetime) -> None:
    add_labels(store, now, 30, LabelKind.BLIND)

    assert Learning(store).night(now, now) == Night()
    assert versions(store) == 0


def test_confirmations_are_too_weak_to_train_for(store: Store, now: datetime) -> None:
    train(store, now, seed=1)
    add_labels(store, now + timedelta(hours=1), 30, LabelKind.CONFIRMED)

    assert Learning(store).nightly(now, now + timedelta(days=1)).trained[0].id == 1
    assert versions(store) == 1


class Meaning:
    """Embeds anything, under a name that no child knows."""

    name = "made-up"

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), 2), np.float32)

    def embed_now(self, text: str) -> Vectors:
        return np.ones(2, np.float32)


class Silent(Meaning):
    def embed(self, texts: Sequence[str]) -> Vectors:
        raise UnavailableError("not installed")


def test_a_start_trains_what_is_missing_by_words_first_and_only_once(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    class Child(Meaning):
        def __init__(self, _url: str, _now: datetime, _seed: int, *, by_words: bool) -> None:
            asked.append(by_words)

        def wait(self, _limit: timedelta) -> None:
            recipe = "words" if asked[-1] else f"words, fused with {self.name}"
            with store.begin() as unit:
                unit.model_versions.add(
                    ModelVersion(
                        created_at=now,
                        recipe=recipe,
                        n=4,
                        accuracy=1,
                        macro_f1=1,
                        promoted=True,
                        reason="",
                        sha256="",
                        content=b"",
                    )
                )

    monkeypatch.setattr("models.triage.learning.TrainingProcess", Child)

    Learning(store).catch_up(now)
    Learning(store).catch_up(now)
    Learning(store, embedder=Silent()).catch_up(now)
    assert asked == [True]
    Learning(store, embedder=Meaning()).catch_up(now)
    Learning(store, embedder=Meaning()).catch_up(now)
    assert asked == [True, False]


def test_a_killed_child_leaves_the_champion_serving(store: Store, now: datetime) -> None:
    train(store, now, seed=1)
    triage = Triage(store)
    before = triage.classify("vpn tunnel gateway", "en")

    child = TrainingProcess(store.url, now, 1)
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(UnavailableError, match="exit code -9"):
        child.wait()

    triage.refresh()
    assert triage.classify("vpn tunnel gateway", "en") == before
    assert versions(store) == 1


def test_a_training_that_takes_too_long_is_ended(store: Store, now: datetime) -> None:
    child = TrainingProcess(store.url, now, 1)

    with pytest.raises(UnavailableError, match="longer than"):
        child.wait(timedelta(milliseconds=1))

    assert not Path(f"/proc/{child.pid}/stat").exists()


def test_too_little_to_learn_from_is_no_failure(tmp_path: Path, now: datetime) -> None:
    store = Store(f"sqlite:///{tmp_path / 'small.db'}")
    upgrade(store)
    with store.begin() as unit:
        unit.tickets.put_categories([Category(key="vpn", titles={}, source="import")])
    number = add_ticket(store, now, "vpn", "vpn")
    with store.begin() as unit:
        for extra in range(20):
            ticket = Ticket(
                source=Source.IMPORT,
                external_id=str(extra),
                status=Status.CLOSED,
                decided_by=DecidedBy.NOBODY,
                opened_at=now,
            )
            unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
    add_labels(store, now, number + 20)

    assert Learning(store).nightly(now, now) == Night()
    store.close()


def test_a_database_in_memory_is_no_place_for_a_child(now: datetime) -> None:
    with pytest.raises(InvalidError, match="in memory"):
        TrainingProcess("sqlite://", now, 1)


def test_a_bot_that_goes_down_trains_nothing(store: Store, now: datetime) -> None:
    learning = Learning(store)
    add_labels(store, now, 30)
    learning.stop()

    assert learning.nightly(now, now) == Night()


def test_old_files_are_dropped_and_rows_stay(store: Store, now: datetime) -> None:
    with store.begin() as unit:
        for number in range(10):
            version = ModelVersion(
                created_at=now,
                recipe="",
                n=1,
                accuracy=0.5,
                macro_f1=0.5,
                promoted=number % 2 == 0,
                reason="",
                sha256="",
                content=b"file",
            )
            unit.model_versions.add(version)
        unit.model_versions.drop_files(refused=1, promoted=2)

    with store.snapshot() as unit:
        rows = [unit.model_versions.get(number) for number in range(1, 11)]
    assert [row.id for row in rows if row is not None and row.content] == [7, 9, 10]


# Blind samples and demotion ------------------------------------------------------------------


@given(st.integers(1, 10**9), st.floats(0, 1), st.floats(0, 1))
def test_what_is_drawn_with_a_small_share_is_drawn_with_a_larger(
    ticket: int, one: float, other: float
) -> None:
    small, large = sorted((one, other))

    assert is_blind_sample(ticket, small) <= is_blind_sample(ticket, large)


def test_the_share_that_is_drawn_is_the_share_that_was_asked_for() -> None:
    drawn = sum(is_blind_sample(number, 0.05) for number in range(1, 20_001))

    assert drawn / 20_000 == pytest.approx(0.05, abs=0.005)


@pytest.mark.parametrize(
    ("verdict", "share", "unseen", "suggest_only", "mode"),
    [
        (SURE, 1.0, True, False, DecisionMode.BLIND),
        (SURE, 1.0, True, True, DecisionMode.BLIND),  # so that it can show it is right again
        (SURE, 1.0, False, False, DecisionMode.ACTED),  # somebody saw a suggestion already
        (SURE, 0.0, True, False, DecisionMode.ACTED),
        (SURE, 0.0, True, True, DecisionMode.SUGGESTED),
        (A_PERSON_DECIDES, 1.0, True, True, DecisionMode.ACTED),
    ],
)
def test_what_becomes_of_a_verdict(
    verdict: TriageVerdict, share: float, unseen: bool, suggest_only: bool, mode: DecisionMode
) -> None:
    found = decision_mode(verdict, 7, share=share, unseen=unseen, suggest_only=suggest_only)

    assert found is mode


@pytest.mark.parametrize(
    ("right", "n", "demoted"),
    [(10, 19, False), (13, 20, True), (18, 20, False), (0, 20, True)],
)
def test_twenty_blind_samples_with_too_many_errors_demote_once(
    store: Store, now: datetime, right: int, n: int, demoted: bool
) -> None:
    add_labels(store, now, n, LabelKind.BLIND, right)
    learning = Learning(store)

    found = learning.review(now)
    learning.review(now)

    assert (found.correct, found.n, found.is_too_low) == (right, n, demoted)
    with store.snapshot() as unit:
        assert unit.oversight.suggest_only() is demoted
        assert len(unit.oversight.modes_since(now)) == int(demoted)


def test_of_several_blind_labels_of_a_ticket_the_last_counts(store: Store, now: datetime) -> None:
    add_labels(store, now, 1, LabelKind.BLIND, right=0)
    add_labels(store, now + timedelta(minutes=1), 1, LabelKind.BLIND, right=1)

    with store.snapshot() as unit:
        counted = unit.oversight.blind_between(now, now + timedelta(hours=1), [Source.IMPORT])
        elsewhere = unit.oversight.blind_between(now, now + timedelta(hours=1), [Source.DEMO])

    assert (counted, elsewhere) == ((1, 1), (0, 0))


# What people read ----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_note_says_what_changed_and_nothing_is_posted_otherwise(
    store: Store, now: datetime
) -> None:
    assert night_message(Night(), "sv") is None
    add_labels(store, now, 20, LabelKind.BLIND, right=5)

    message = night_message(Learning(store).nightly(now, now), "en")

    assert message is not None
    said = message.to_json()
    assert "right 5 times of 20" in said
    assert "serves now" in said
    # The model that was trained in the same night passed the gate, and lifts it.
    assert "by myself again" in said


def test_every_version_has_a_card_with_its_data_its_figures_and_its_limits(
    store: Store, now: datetime
) -> None:
    train(store, now, seed=1)
    row = Learning(store).version()

    assert row.card == model_card(row, "classifier-1", words_for("en"))
    for said in ("| vpn | 20 |", row.sha256, "n = 40", "roll-back", "out of fold"):
        assert said in row.card
    swedish = model_card(row, "classifier-1", words_for("sv"))
    assert "Modellkort" in swedish
    with pytest.raises(NotFoundError):
        Learning(store).version(7)


def test_the_report_finds_the_wrong_label_and_draws_a_curve(store: Store, now: datetime) -> None:
    train(store, now, seed=1)
    wrong = add_ticket(store, now, "mail", "vpn tunnel 3 gateway 4")

    report = learning_report(store, now, seed=1)

    assert report.doubts[0].place == wrong
    assert (report.doubts[0].given, report.doubts[0].likely) == ("mail", "vpn")
    assert [point.n for point in report.curve] == sorted(point.n for point in report.curve)
    assert all(point.low <= point.accuracy <= point.high for point in report.curve)
    assert report.live == LivePrecision(0, 0, 0.0, 1.0)
    assert set(report.as_json()) >= {"model", "live", "drift", "doubts", "curve"}


def test_a_fresh_desk_has_a_report_too(memory: Store, now: datetime) -> None:
    report = learning_report(memory, now, seed=1)

    assert (report.model, report.doubts, report.curve, report.drift) == ("", (), (), ())
