"""The nights of the store: a checked copy, seven kept; texts that had their time are emptied."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.nights import backup, retention, ticket_times
from jobs.runner import Runner
from models.settings import Settings
from models.store.sqlite_file import integrity
from models.store.transaction import Store
from models.tables import DecidedBy, Source, Status, Ticket, TicketTimes
from models.upkeep.nightly import KEPT, Nightly
from tests.jobs.conftest import OpenLotsen
from tests.rows import insert_ticket

NIGHT = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 01:30 in Stockholm


@pytest.mark.slow
def test_a_week_of_copies_is_kept_and_each_is_whole(
    tmp_path: Path, migrated_file: Path, open_core: OpenLotsen
) -> None:
    store = Store(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'lotsen.db')}")
    runner = Runner(open_core(store), [backup, retention])
    runner.tick(NIGHT - timedelta(hours=1))
    for night in range(10):
        ran = runner.tick(NIGHT + timedelta(days=night, hours=4))
        assert [one.error for one in ran] == ["", ""]
        assert runner.tick(NIGHT + timedelta(days=night, hours=4)) == []
    store.close()
    names = sorted(file.name for file in (tmp_path / "backups").iterdir())
    assert (len(names), names[-1]) == (KEPT, "lotsen-2026-12-02.db")
    assert {integrity(tmp_path / "backups" / name) for name in names} == {"ok"}


def test_no_night_overwrites_another_when_the_clocks_change(
    tmp_path: Path, migrated_file: Path
) -> None:
    store = Store(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'lotsen.db')}")
    settings = Settings.load(_env_file=None, lotsen_home=tmp_path, lotsen_database_url=store.url)
    nightly, zone = Nightly(settings, store), settings.zone

    for day in (28, 29, 30, 31):  # at 01:30, an hour before summer time begins on the 29th
        nightly.back_up(datetime(2026, 3, day, 1, 30, tzinfo=zone).astimezone(UTC))

    store.close()
    names = sorted(file.name for file in (tmp_path / "backups").iterdir())
    assert names == [f"lotsen-2026-03-{day}.db" for day in (28, 29, 30, 31)]


def test_a_dry_run_copies_and_forgets_nothing(
    tmp_path: Path, migrated_file: Path, open_core: OpenLotsen
) -> None:
    store = Store(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'lotsen.db')}")
    runner = Runner(open_core(store), [backup, retention])
    for name in ("backup", "retention"):
        assert runner.run(name, NIGHT, dry_run=True).message is None
    assert not (tmp_path / "backups").exists()
    store.close()


def test_times_that_do_not_follow_from_events_fail_the_night_until_they_are_mended(
    store: Store, open_core: OpenLotsen
) -> None:
    lotsen = open_core(store)
    runner = Runner(lotsen, [ticket_times])
    runner.tick(NIGHT)
    with store.engine.begin() as connection:
        for _ in range(2):  # times without a single event
            ticket = Ticket(
                source=Source.SLACK,
                status=Status.NEW,
                decided_by=DecidedBy.PERSON,
                opened_at=NIGHT,
            )
            times = TicketTimes(ticket_id=0, source=Source.SLACK, opened_at=NIGHT)
            insert_ticket(connection, ticket, times)

    (ran,) = runner.tick(NIGHT + timedelta(hours=4))

    assert "the times of 2 tickets are not what their events come to (1, 2)" in ran.error
    assert "run lotsen kpi rebuild" in ran.error
    assert lotsen.kpis.rebuild() == 2
    (again,) = runner.tick(NIGHT + timedelta(hours=5))
    assert (again.error, again.ran) == ("", True)
