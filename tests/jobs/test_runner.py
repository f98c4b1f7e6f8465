"""What is due is run: once, late, again after a failure, and by whoever is still alive."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest

from jobs.runner import RETRIES, Ran, Runner
from jobs.timetable import CatchUp, Due, Job, Weekly, discover
from models.errors import NotFoundError, UnavailableError
from models.lotsen import Lotsen
from models.message import Message, Paragraph, plain
from models.store.transaction import Store
from models.tables import OutboxRow, PostKind, PostState, RunState
from tests.jobs.conftest import OpenLotsen

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OpenStore = Callable[[], Store]


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=STOCKHOLM)  # type: ignore[arg-type,misc]  # year, month, day…


FRIDAY = local(2026, 11, 20, 15)
MONDAY = local(2026, 11, 23, 8)


class Killed(BaseException):
    """The process dies: nothing catches this."""


class Diary:
    """A job that notes each call, and fails or dies as often as it is told."""

    def __init__(self, *troubles: BaseException) -> None:
        self.calls: list[Due] = []
        self._troubles = list(troubles)

    def __call__(self, _lotsen: Lotsen, due: Due, _now: datetime) -> Message | None:
        self.calls.append(due)
        if self._troubles:
            raise self._troubles.pop(0)
        return Message(f"week {due.period}")


def weekly(diary: Diary, catch_up: CatchUp = "latest", late: timedelta | None = None) -> Job:
    schedule = Weekly("mon", time(8))
    lease = timedelta(minutes=10)
    return Job("diary", "Keep a diary", schedule, diary, ("lead",), late, catch_up, lease)


def posts(store: Store) -> list[OutboxRow]:
    with store.snapshot() as unit:
        return sorted(unit.outbox.listing(list(PostState)), key=lambda row: row.id or 0)


def state(store: Store, period: str = "2026-W47") -> RunState | None:
    with store.snapshot() as unit:
        run = unit.job_runs.find("diary", period)
        return run.state if run else None


@pytest.fixture
def runner_of(store: Store, open_core: OpenLotsen) -> Callable[..., Runner]:
    def made(job: Job, **channels: str) -> Runner:
        return Runner(open_core(store, **channels), [job])

    return made


RunnerOf = Callable[..., Runner]


class TestTheFirstStart:
    def test_posts_nothing_of_the_past(self, store: Store, runner_of: RunnerOf) -> None:
        runner = runner_of(weekly(Diary()))

        assert runner.tick(local(2026, 11, 25, 12)) == []
        assert runner.tick(local(2026, 11, 26, 12)) == []
        assert posts(store) == []

    def test_is_remembered_so_that_the_next_monday_is_posted_after_a_restart(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        runner_of(weekly(Diary())).tick(FRIDAY)

        ran = runner_of(weekly(Diary())).tick(MONDAY)

        assert [(each.period, each.ran) for each in ran] == [("2026-W47", True)]

    def test_a_run_by_hand_before_it_does_not_open_the_past(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        diary = Diary()
        runner = runner_of(weekly(diary, "every"))
        runner.run("diary", local(2026, 9, 1))

        runner.tick(FRIDAY)
        runner.tick(FRIDAY + timedelta(minutes=1))

        assert len(diary.calls) == 1


class TestADueMonday:
    def test_is_posted_once_however_often_the_alarm_rings(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        runner = runner_of(weekly(Diary()))
        runner.tick(FRIDAY)

        for half_minutes in range(10):
            runner.tick(MONDAY + half_minutes * timedelta(seconds=30))

        (post,) = posts(store)
        assert post.key == "diary:2026-W47:C-LEAD"
        assert (post.channel, post.state) == ("C-LEAD", PostState.READY)
        assert Message.from_json(post.message).text == "week 2026-W47"
        assert state(store) is RunState.DONE

    def test_is_not_posted_a_second_early(self, store: Store, runner_of: RunnerOf) -> None:
        runner = runner_of(weekly(Diary()))
        runner.tick(FRIDAY)

        assert runner.tick(MONDAY - timedelta(seconds=1)) == []

    def test_is_posted_though_the_clock_jumped_over_it(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        runner = runner_of(weekly(Diary()))
        runner.tick(FRIDAY)

        runner.tick(FRIDAY + timedelta(days=8))
        runner.tick(FRIDAY)  # and the clock is set right again
        runner.tick(MONDAY)

        assert [post.key for post in posts(store)] == ["diary:2026-W47:C-LEAD"]

    def test_is_posted_after_downtime_over_the_hour(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        runner_of(weekly(Diary())).tick(MONDAY - timedelta(minutes=5))

        runner_of(weekly(Diary())).tick(MONDAY + timedelta(minutes=5))

        assert len(posts(store)) == 1

    def test_that_is_a_holiday_is_posted_on_tuesday(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        runner = runner_of(weekly(Diary()))
        runner.tick(local(2026, 4, 3, 9))

        assert runner.tick(local(2026, 4, 6, 23, 59)) == []
        assert [ran.period for ran in runner.tick(local(2026, 4, 7, 8))] == ["2026-W14"]

    def test_without_a_channel_is_skipped_and_says_why(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        runner = runner_of(weekly(Diary()), lead="")
        runner.tick(FRIDAY)

        (ran,) = runner.tick(MONDAY)

        assert (ran.ran, ran.state) == (False, RunState.SKIPPED)
        assert ran.error == "no channel: set LOTSEN_LEAD_CHANNEL"
        assert runner.tick(MONDAY + timedelta(hours=1)) == []

    @pytest.mark.slow
    def test_in_the_database_being_away_it_is_run_by_a_later_tick(
        self, store: Store, open_core: OpenLotsen
    ) -> None:
        Runner(open_core(store), [weekly(Diary())]).tick(FRIDAY)
        away = Store("postgresql+psycopg://postgres@127.0.0.1:1/nothing")

        assert Runner(open_core(away), [weekly(Diary())]).tick(MONDAY) == []
        assert len(Runner(open_core(store), [weekly(Diary())]).tick(MONDAY)) == 1
        away.close()


@pytest.mark.slow
@pytest.mark.parametrize("year", range(2026, 2038))
def test_over_both_changes_of_the_clock_each_monday_is_posted_once(
    year: int, store: Store, runner_of: RunnerOf
) -> None:
    for month in (3, 10):
        sunday = max(
            date(year, month, day) for day in range(25, 32) if _is_sunday(year, month, day)
        )
        diary = Diary()
        runner = runner_of(weekly(diary))
        at = local(sunday.year, sunday.month, sunday.day) - timedelta(days=1)
        runner.tick(at)
        diary.calls.clear()

        for hour in range(24 * 5):  # to Wednesday or later: Easter may move it
            runner.tick(at + timedelta(hours=hour))

        iso = sunday.isocalendar()
        assert [due.period for due in diary.calls] == [f"{iso.year}-W{iso.week:02}"]


def _is_sunday(year: int, month: int, day: int) -> bool:
    return date(year, month, day).weekday() == 6


class TestThreeWeeksOfDowntime:
    BACK = local(2026, 12, 16, 11)

    def test_give_one_post_of_the_latest_week_that_names_the_others(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        diary = Diary()
        runner = runner_of(weekly(diary))
        runner.tick(FRIDAY)
        runner.tick(MONDAY)

        runner.tick(self.BACK)
        runner.tick(self.BACK + timedelta(minutes=1))

        assert [due.period for due in diary.calls] == ["2026-W47", "2026-W50"]
        assert diary.calls[-1].missed == ("2026-W48", "2026-W49")
        assert state(store, "2026-W48") is RunState.SKIPPED

    def test_give_every_post_in_order_where_each_counts(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        diary = Diary()
        runner = runner_of(weekly(diary, "every"))
        runner.tick(FRIDAY)

        runner.tick(self.BACK)

        periods = ["2026-W47", "2026-W48", "2026-W49", "2026-W50"]
        assert [due.period for due in diary.calls] == periods
        assert [post.key for post in posts(store)] == [f"diary:{key}:C-LEAD" for key in periods]

    def test_give_nothing_where_it_is_too_late(self, store: Store, runner_of: RunnerOf) -> None:
        diary = Diary()
        runner = runner_of(weekly(diary, "skip"))
        runner.tick(FRIDAY)

        runner.tick(self.BACK)
        runner.tick(local(2026, 12, 21, 8, 20))

        assert [due.period for due in diary.calls] == ["2026-W51"]

    @pytest.mark.parametrize(("after", "runs"), [(0, True), (1, False)])
    def test_are_made_up_for_within_the_bound_of_the_job(
        self, store: Store, runner_of: RunnerOf, after: int, runs: bool
    ) -> None:
        diary = Diary()
        runner = runner_of(weekly(diary, late=timedelta(hours=8)))
        runner.tick(FRIDAY)

        runner.tick(local(2026, 11, 23, 16) + timedelta(minutes=after))

        assert bool(diary.calls) is runs

    def test_with_a_kill_at_the_end_still_name_the_weeks(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        diary = Diary(Killed())
        runner = runner_of(weekly(diary))
        runner.tick(FRIDAY)
        with pytest.raises(Killed):
            runner.tick(self.BACK)

        runner.tick(self.BACK + timedelta(minutes=11))

        assert diary.calls[-1].missed == ("2026-W47", "2026-W48", "2026-W49")
        assert len(posts(store)) == 1

    def test_do_not_name_weeks_that_had_no_channel(self, store: Store, runner_of: RunnerOf) -> None:
        runner_of(weekly(Diary()), lead="").tick(FRIDAY)
        runner_of(weekly(Diary()), lead="").tick(MONDAY)
        diary = Diary()

        runner_of(weekly(diary)).tick(local(2026, 11, 30, 8))

        assert diary.calls == [Due("2026-W48", local(2026, 11, 30, 8))]


class TestAFailingJob:
    @pytest.mark.slow
    def test_is_tried_again_after_5_15_and_60_minutes_and_then_given_up_visibly(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        diary = Diary(*(ValueError(f"trouble {n}") for n in range(9)))
        runner = runner_of(weekly(diary))
        runner.tick(FRIDAY)

        tried = [
            minute for minute in range(60 * 24) if runner.tick(MONDAY + timedelta(minutes=minute))
        ]

        assert tried == [0, 5, 20, 80]
        (line,) = runner.listing(MONDAY + timedelta(days=3))
        assert line.last is not None
        assert (line.last.state, line.last.error) == (RunState.FAILED, "ValueError")
        assert posts(store) == []

    @pytest.mark.slow
    def test_that_recovers_posts_once(self, store: Store, runner_of: RunnerOf) -> None:
        runner = runner_of(weekly(Diary(UnavailableError("slow day"))))
        runner.tick(FRIDAY)

        runner.tick(MONDAY)
        runner.tick(MONDAY + RETRIES[0])

        assert len(posts(store)) == 1
        assert state(store) is RunState.DONE

    @pytest.mark.slow
    def test_does_not_keep_the_next_week_from_its_post(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        diary = Diary(*(ValueError("trouble") for _ in range(4)))
        runner = runner_of(weekly(diary))
        runner.tick(FRIDAY)
        for minute in range(0, 100, 5):
            runner.tick(MONDAY + timedelta(minutes=minute))

        runner.tick(local(2026, 11, 30, 8))

        assert diary.calls[-1] == Due("2026-W48", local(2026, 11, 30, 8), ("2026-W47",))

    def test_does_not_keep_other_jobs_from_running(
        self, store: Store, open_core: OpenLotsen
    ) -> None:
        broken = weekly(Diary(ValueError("trouble")))
        other = Job("other", "", broken.schedule, Diary(), ("lead",), None, "latest", broken.lease)
        runner = Runner(open_core(store), [broken, other])
        runner.tick(FRIDAY)

        assert [(ran.job, ran.ran) for ran in runner.tick(MONDAY)] == [
            ("diary", False),
            ("other", True),
        ]

    def test_that_kills_its_process_each_time_is_given_up_too(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        diary = Diary(*(Killed() for _ in range(9)))
        runner = runner_of(weekly(diary))
        runner.tick(FRIDAY)

        for quarter in range(12):
            try:
                runner.tick(MONDAY + quarter * timedelta(minutes=15))
            except Killed:
                continue

        assert len(diary.calls) == 4
        assert state(store) is RunState.FAILED


class TestSeveralProcesses:
    @pytest.mark.slow
    def test_two_post_a_monday_once(self, open_store: OpenStore, open_core: OpenLotsen) -> None:
        stores = [open_store(), open_store()]
        runners = [Runner(open_core(store), discover()) for store in stores]
        together = Barrier(2)
        for runner in runners:
            runner.tick(FRIDAY)

        def ring(runner: Runner) -> list[Ran]:
            together.wait()
            return [each for n in range(5) for each in runner.tick(MONDAY + timedelta(seconds=n))]

        with ThreadPoolExecutor(2) as pool:
            ran = [each for part in pool.map(ring, runners) for each in part]

        assert [post.key for post in posts(stores[0])] == ["weekly_digest:2026-W47:C-LEAD"]
        names = sorted(each.job for each in ran)
        assert names == sorted(set(names)), "each ran once"
        assert {"plan_checkpoint", "retrain", "weekly_digest"} <= set(names)
        assert all(each.ran for each in ran)

    @pytest.mark.slow
    def test_several_start_for_the_first_time_together(
        self, open_store: OpenStore, open_core: OpenLotsen
    ) -> None:
        runners = [Runner(open_core(open_store()), discover()) for _ in range(3)]

        with ThreadPoolExecutor(3) as pool:
            assert list(pool.map(lambda runner: runner.tick(FRIDAY), runners)) == [[], [], []]

    def test_one_killed_between_winning_and_writing_is_taken_over_when_its_lease_ends(
        self, open_store: OpenStore, open_core: OpenLotsen
    ) -> None:
        dying, living = Diary(Killed()), Diary()
        one = Runner(open_core(open_store()), [weekly(dying)])
        other = Runner(open_core(store := open_store()), [weekly(living)])
        one.tick(FRIDAY)
        with pytest.raises(Killed):
            one.tick(MONDAY)

        assert other.tick(MONDAY + timedelta(minutes=9)) == []
        (ran,) = other.tick(MONDAY + timedelta(minutes=10))

        assert ran.ran
        assert len(posts(store)) == 1

    def test_one_that_wakes_up_after_its_lease_writes_nothing(
        self, open_store: OpenStore, open_core: OpenLotsen
    ) -> None:
        living = Runner(open_core(open_store()), [weekly(Diary())])
        living.tick(FRIDAY)

        class Sleeper(Diary):
            def __call__(self, lotsen: Lotsen, due: Due, now: datetime) -> Message | None:
                living.tick(now + timedelta(minutes=10))  # meanwhile another takes over
                return Message("too late")

        asleep = Runner(open_core(store := open_store()), [weekly(Sleeper())])

        assert asleep.tick(MONDAY) == []
        assert [Message.from_json(post.message).text for post in posts(store)] == ["week 2026-W47"]


class TestARunByHand:
    def test_takes_the_latest_period_and_posts_it_once(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        runner = runner_of(weekly(Diary()))

        first, second = (runner.run("diary", MONDAY) for _ in range(2))

        assert (first.period, first.ran, first.post_key) == (
            "2026-W47",
            True,
            "diary:2026-W47:C-LEAD",
        )
        assert (second.ran, second.state) == (False, RunState.DONE)
        assert len(posts(store)) == 1

    def test_dry_composes_and_leaves_no_trace(self, store: Store, runner_of: RunnerOf) -> None:
        runner = runner_of(weekly(Diary()), lead="")

        ran = runner.run("diary", MONDAY, dry_run=True)

        assert (ran.ran, ran.message) == (False, Message("week 2026-W47"))
        assert posts(store) == []
        assert state(store) is None

    @pytest.mark.slow
    def test_repeats_what_failed_or_had_no_channel(self, store: Store, runner_of: RunnerOf) -> None:
        runner_of(weekly(Diary()), lead="").run("diary", MONDAY)
        failed = runner_of(weekly(Diary(ValueError("trouble")))).run("diary", MONDAY)

        again = runner_of(weekly(Diary())).run("diary", MONDAY)

        assert (failed.ran, failed.state, failed.error) == (
            False,
            RunState.FAILED,
            "ValueError",
        )
        assert again.ran

    def test_in_the_future_does_not_swallow_the_weeks_between(
        self, store: Store, runner_of: RunnerOf
    ) -> None:
        diary = Diary()
        runner = runner_of(weekly(diary))
        runner.tick(FRIDAY)
        runner.run("diary", local(2026, 12, 14, 9))

        runner.tick(MONDAY)
        runner.tick(local(2026, 12, 14, 9))

        assert [due.period for due in diary.calls] == ["2026-W50", "2026-W47"]

    def test_of_an_unknown_job_names_those_there_are(self, runner_of: RunnerOf) -> None:
        with pytest.raises(NotFoundError, match="no job 'diry'; there are: diary"):
            runner_of(weekly(Diary())).run("diry", MONDAY)


def test_the_listing_says_what_comes_next_and_how_the_last_run_ended(
    store: Store, runner_of: RunnerOf
) -> None:
    runner = runner_of(weekly(Diary()))
    runner.tick(FRIDAY)
    (before,) = runner.listing(FRIDAY)
    runner.tick(MONDAY)

    (line,) = runner.listing(MONDAY)

    assert before.last is None
    assert (line.name, line.about) == ("diary", "Keep a diary")
    assert line.schedule == "varje måndag kl. 08:00, eller nästa arbetsdag"
    assert (line.next_period, line.next_due) == ("2026-W48", local(2026, 11, 30, 8))
    assert line.last is not None
    assert (line.last.period, line.last.state) == ("2026-W47", RunState.DONE)


@pytest.mark.slow
def test_the_real_digest_names_the_missed_weeks(store: Store, open_core: OpenLotsen) -> None:
    runner = Runner(open_core(store), discover())
    runner.tick(FRIDAY)
    runner.tick(MONDAY)

    runner.tick(local(2026, 12, 14, 10))

    digests = [post for post in posts(store) if post.key.startswith("weekly_digest")]
    assert [post.key for post in digests] == [
        "weekly_digest:2026-W47:C-LEAD",
        "weekly_digest:2026-W50:C-LEAD",
    ]
    parts = Message.from_json(digests[-1].message).parts
    said = [plain(part.runs) for part in parts if isinstance(part, Paragraph)]
    assert any("48" in line and "49" in line for line in said)


@pytest.mark.slow
def test_the_quarter_goes_to_management_or_else_to_the_lead(
    store: Store, open_core: OpenLotsen
) -> None:
    only_lead = Runner(open_core(store), discover())
    only_lead.tick(local(2026, 9, 30))
    only_lead.tick(local(2026, 10, 1, 8))
    both = Runner(open_core(store, management="C-BOSS"), discover())

    both.tick(local(2027, 1, 4, 8))

    written = [post for post in posts(store) if post.kind is PostKind.POST]  # and not its PDF
    keys = [post.key for post in written if post.key.startswith("quarterly_roi")]
    assert keys == ["quarterly_roi:2026Q3:C-LEAD", "quarterly_roi:2026Q4:C-BOSS"]


class TestAStatementThatIsIssued:
    DUE = local(2027, 1, 4, 8)

    @pytest.fixture
    def runner(self, store: Store, open_core: OpenLotsen) -> Runner:
        jobs = [job for job in discover() if job.name == "quarterly_roi"]
        runner = Runner(open_core(store), jobs)
        runner.tick(local(2026, 10, 5))
        return runner

    def test_is_kept_with_its_post(self, store: Store, runner: Runner) -> None:
        runner.tick(self.DUE)
        with store.snapshot() as unit:
            row, audit = unit.issued.of("2026Q4"), unit.audit.head()
        assert row is not None
        assert row.issued_at == self.DUE
        (post,) = (one for one in posts(store) if one.kind is PostKind.POST)  # and not its PDF
        message = Message.from_json(post.message)
        assert replace(message, files=()) == Message.from_json(row.message)
        assert audit.n == 1

        assert not runner.run("quarterly_roi", self.DUE + timedelta(days=1)).ran
        with store.snapshot() as unit:
            assert unit.audit.head() == audit

    def test_is_not_kept_where_it_is_only_shown(self, store: Store, runner: Runner) -> None:
        ran = runner.run("quarterly_roi", self.DUE, dry_run=True)
        assert ran.message is not None
        with store.snapshot() as unit:
            assert unit.issued.of("2026Q4") is None

    def test_is_not_kept_where_nobody_can_read_it(
        self, store: Store, open_core: OpenLotsen, runner: Runner
    ) -> None:
        jobs = [job for job in discover() if job.name == "quarterly_roi"]
        Runner(open_core(store, lead=""), jobs).tick(self.DUE)
        with store.snapshot() as unit:
            assert unit.issued.of("2026Q4") is None
