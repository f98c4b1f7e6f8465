"""Every command on made-up data, one a line as in a shell: ``test_recorded_calls`` replays them.

A line may begin with settings (``LOTSEN_LANGUAGE=sv kpi``) and end with ``< FILE``.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from models.commands import (
    Command,
    JudgeAnswer,
    MakeTicket,
    MoveTicket,
    Place,
    PostMessage,
    RateTicket,
    ReportIncident,
    SetCategory,
)
from models.lotsen import Lotsen
from models.tables import Person

MOMENT = "2026-11-23T09:00:00Z"
SETTINGS = {
    "COLUMNS": "80",
    "LOTSEN_NOW": MOMENT,
    "LOTSEN_HOME": "home",
    "LOTSEN_HTTP_PORT": "0",  # any free one
    "LOTSEN_LANGUAGE": "en",
    "LOTSEN_PEOPLE": "120",
    "LOTSEN_EMBEDDINGS": "none",
    "LOTSEN_HELP_CHANNEL": "CHELP",
    "LOTSEN_SUPPORT_CHANNEL": "CSUPPORT",
    "LOTSEN_LEAD_CHANNEL": "CLEAD",
    "LOTSEN_MANAGEMENT_CHANNEL": "CBOSS",
    "LOTSEN_AGENTS": "UKIM,U02,U03,U04,U05",
    "LOTSEN_LEADS": "ULENA",
}
_MAP = (
    "--map id=Number --map text=Description --map category=Kind --map opened_at=Opened "
    "--map resolved_at=Solved --map handling_minutes=Minutes --map requester=Who"
)
_RISK = "-s name=Fire -s kind=technical -s likelihood=2 -s impact=5 -s state=open"
_CASE = (
    "-s name=Invoices -s feasibility=3 -s value=4 -s effort=2 -s risk=low -s visibility=high "
    "-s state=idea"
)
_CRITERION = (
    "-s name=Faster -s phase=2 -s kpi=handling_time -s unit=minutes -s baseline=30 -s target=25 "
    "-s due_on=2026-12-31 -s owner=ULENA"
)

FIRST = f"""
--version
doctor
migrate status --json
kpi --json
ask "how do I reset my password"
baseline show
baseline status
plan status
outbox list
incident list
knowledge list
model list
llm status
rules list
cost list

import tickets tickets.csv {_MAP} --dry-run
import tickets tickets.csv {_MAP} --dry-run --json
import tickets missing.csv {_MAP}
import tickets tickets.csv --map id=Nummer
import tickets tickets.csv --map id=Number --format xlsx
import tickets tickets.csv {_MAP} --json
import tickets tickets.csv {_MAP} --no-train
import tickets broken.csv --map id=Number --map text=Description --map opened_at=Opened --no-train
import knowledge handbook --owner HR --expires-on 2026-12-01
import knowledge handbook --json
import knowledge missing.md

baseline freeze --from 2026-09-07 --to 2026-10-21 --json
baseline freeze
baseline freeze --from 2026-09-07 --to 2026-10-21
baseline freeze --from 2026-09-07 --to 2026-10-10
baseline show --json
baseline show
baseline show --from 2020-01-01
baseline status --json
baseline choose wait
baseline choose observe
baseline untouched payroll --reason "a comparison" --json
baseline untouched nothing --reason "a comparison"

plan start --date 2026-11-02 --json
plan start --date 2026-11-09
plan block w1.interviews "nobody is here"
plan move w1.interviews "later" --to 2026-12-01 --json
plan done w1 "minutes of five interviews"
plan done w1 "again"
plan owner w1.interviews UKIM
plan done nothing "at all"
plan decide gate60 stop "too early"
"""

THEN = f"""
kpi
kpi --json
LOTSEN_LANGUAGE=sv kpi --from 2026-09-07 --to 2026-10-31
LOTSEN_LANGUAGE=de kpi --period 2026-11
LOTSEN_AGENTS=UKIM kpi --by category --period 2026-11-16
kpi --period 2026-W60
kpi --from soon
kpi --by category --period 2026Q4 --json
kpi --by category --period 2026Q4
kpi --by team --period 2026-11
kpi --by requester_team
kpi --by weather
kpi rows handling_time --period 2026-11
kpi rows handling_time --period 2026-W38 --tickets --json
kpi rows roi.cost --json
kpi rows roi.benefit --csv rows.csv
kpi rows nothing
kpi formulas --json
kpi agreement
kpi agreement --json
kpi list
kpi templates --json
kpi add "Coffee breaks" --unit count --better lower --target 5 --by 2026-12-31 --owner Lena --baseline-from 2026-09-01 --baseline-to 2026-10-31 --key coffee --json
kpi add --template nothing
kpi add "Coffee breaks"
kpi add
kpi record coffee 7 --on 2026-11-20
kpi record coffee much
kpi record tea 7
kpi list --json

assume --json
assume loaded_rate "52,5" --source "payroll 2026"
assume loaded_rate
assume hope 1 --source me
assume recapture_high 1 --source x
freed list
freed declare naps --quarter 2026Q4
freed declare backlog --quarter 2027Q4
freed declare backlog=60 project=30 --quarter 2026Q4 --note "The queue of the summer" --json
freed declare project --quarter 2026Q3
freed list
LOTSEN_LANGUAGE=sv freed list --quarter 2026Q4
freed list --json
cost add cloud 120,50 server --on 2026-11-02 --json
cost add one_off 10 "set-up" --on 2026-11-03
cost add cloud much server
cost list
cost list --json
cost budget cloud "1200,50" --for 2026 --json
cost running apart --json
cost switch Alpha Beta --for chat --reason price --cost 500 --json
cost switch Alpha Beta --for chat --cost 500
cost status --json
cost status
cost withdraw 99 --reason "a test"
audit verify
audit verify --json
kpi rebuild
kpi rebuild --json
effect
effect --json
effect --untouched payroll --json
effect --untouched nothing
roi --json
roi --quarter 2026Q4
roi --quarter 2026Q4 --challenge
roi --quarter 2026Q4 --issue
roi --quarter 2026Q4 --use-case case-faq
roi --quarter 2026Q4 --challenge --json
roi --issued
LOTSEN_LANGUAGE=sv roi --quarter 2026Q4 --csv quarter.csv
roi --quarter 2026Q3 --json
roi --quarter 2026-11
roi --quarter 2199Q4

plan status
plan status --json
LOTSEN_LANGUAGE=de plan show
LOTSEN_NOW=2027-01-15T08:00 plan status
plan owner w2.sources UKIM
plan owner w2.quality "Lena Falk"
plan decide gate30 dance "it works"
plan decide gate30 go "it works"
plan decide gate30 wait "not yet" --to 2026-12-15
plan history w1.interviews
plan history w1.interviews --json
plan reopen w1.interviews "everybody is back"
plan roadmap

register list use_cases
register list risks --json
register list systems
register list data_sources
register list skills --json
register list ai_systems
register list roles
register list costs
register list ai_requests --json
register list criteria
register list trainings
register list hopes
register fields risks
register fields ai_requests --json
register add risks {_RISK} --json
register add risks {_RISK} -s impact=9
register add risks -s name
register amend risks 10 -s impact=3 --version 1
register amend risks 10 -s impact=4 --version 1
register retire risks 10
register restore risks 10 --json
register history risks 10
register history risks 10 --json
register list risks --where kind=technical
register add use_cases -s name=Invoices -s stage=idea --json
register add use_cases {_CASE} --json
register add use_cases {_CASE} -s state=production
register amend use_cases 6 -s categories=payroll --version 1
roi --quarter 2026Q4 --use-case invoices
roi --quarter 2026Q4 --use-case 6 --json
register add skills -s person=UKIM -s agreed=yes -s track=prompts -s level=2 -s evidence=interview
register add trainings -s person=UKIM -s course=Prompts -s role=support -s completed_on=2026-11-02
register add criteria {_CRITERION} --json
register list use_cases --json
register list criteria
register list skills
register list trainings --json
plan decide gate30 go "it works"
register add costs -s description=x -s kind=cloud -s eur=5 -s booked_on=2026-11-02 --json
register add ai_requests -s name=Chat
register add systems -s name=CRM --json
register export risks
register export systems --format json
register export roles --format md
register import risks risks.csv --json
register import risks missing.csv
register picture skills skills.png

jobs list
jobs list --json
jobs run weekly_digest --at 2026-11-23T08:30 --dry-run
jobs run weekly_digest --at 2026-11-23T08:30 --dry-run --json
LOTSEN_LANGUAGE=sv jobs run weekly_digest --at 2026-11-23T08:30 --dry-run
jobs run quarterly_roi --at 2027-01-04T09:00 --dry-run
jobs run governance_review --at 2027-01-04T09:00 --dry-run
jobs run plan_checkpoint --at 2026-11-20T15:00 --dry-run
jobs run plan_check_in --at 2026-11-20T15:00 --dry-run
jobs run plan_overdue --at 2026-11-20T15:00 --dry-run
jobs run plan_gates --at 2026-12-20T15:00 --dry-run
jobs run plan_roadmap --at 2026-12-01T09:00 --dry-run
jobs run champion_tip --at 2026-11-24T09:00 --dry-run
jobs run pulse --at 2026-12-01T10:00 --dry-run
jobs run register_reviews --at 2026-11-24T09:00 --dry-run
jobs run question_candidates --at 2026-11-24T09:00 --dry-run
jobs run still_true --at 2026-11-24T09:00 --dry-run
jobs run baseline_observation --at 2026-11-24T09:00 --dry-run
jobs run backup --at 2026-11-24T03:00 --dry-run
jobs run sandbox_sweep --at 2026-11-24T03:00 --dry-run
jobs run retrain --at 2026-11-24T03:00 --dry-run
jobs run retention --at 2026-11-24T03:00 --dry-run
jobs run answer_returns --at 2026-11-24T03:00 --dry-run
jobs run weekly_digest --at 2026-11-23T08:30 --json
jobs run weekly_digest --at 2026-11-23T08:30
jobs run cook
jobs run weekly_digest --at monday

classify "the printer is out of toner" --json
classify "my payslip shows the wrong salary"
classify --json < lines.txt
classify " "
ask "how do I apply for leave" --json
ask "how do I apply for leave"
ask "who won the match"
ask " "
train --json
model list
model list --json
model card
model card --json
model card 99
model report --json
model report
model replay 1
model replay 46 --json
model replay 999
model rollback
model resume
rules test regex vpn payroll
rules add regex printer printer --json
rules add regex vpn payroll --json
rules add glob vpn vpn
rules list
rules remove 1
rules remove 9
rules list --all --json

knowledge list
knowledge list --json
knowledge show handbook/leave.md
knowledge show nothing.md
knowledge outcomes --from 2026-11-01 --to 2026-11-30 --json
knowledge outcomes
knowledge verdicts --json
knowledge verdicts
knowledge gaps --json
knowledge gaps
knowledge candidates list --json
knowledge candidates
knowledge candidates approve 1
knowledge candidates approve 99
knowledge remove handbook/printer.md --json

llm on
llm off --json
llm status --json
outbox list
outbox list --json
outbox drop 1
outbox retry 999
inbox list
inbox list --all --json
sweep
sweep --since soon
trace ask1
trace ask1 --json
LOTSEN_LANGUAGE=sv trace judge3
LOTSEN_LANGUAGE=de trace T-1
trace 1795424400.000001
trace Ev0404
inbox retry 999
incident list
incident list --json
incident release 1
incident close 1
person export UOLA
person export nobody
person erase "Bea Ros" --json

documents list
documents list --json
documents show employee-notice
documents show ai_notice --language sv --json
documents template ai_notice
documents write union_brief brief.md
documents write ai_notice notice.docx
documents show poem
documents notices
documents post employee_notice
export out --json
export out --tickets --format json
export out --format xlsx
backup copy.db --json
backup copy.db
restore missing.db
evaluate answers --knowledge questions.csv --questions asked.csv --seed 3 --json
evaluate answers --knowledge questions.csv --questions asked.csv --seed 3
evaluate answers --knowledge questions.csv --questions missing.csv
evaluate tickets --train train.csv --test test.csv --label Kind --seed 3 --json
evaluate tickets --train train.csv --test test.csv --label Kind
evaluate history past.csv --start 2027-01-04 --json
evaluate history past.csv --start 2027-01-04 --knowledge questions.csv --cost 150
LOTSEN_LANGUAGE=sv evaluate history past.csv --minutes 25 --a-month 400

doctor
doctor --json
migrate status
LOTSEN_NOW=soon kpi
LOTSEN_TIMEZONE=Mars/Olympus kpi
LOTSEN_PEOPLE=many kpi
run
dance
kpi --colour
"""

_TEXTS = {
    "Printer": "the printer on floor {n} is out of toner and prints nothing",
    "VPN": "my vpn connection drops {n} times when I work from home",
    "Payroll": "my payslip for month {n} shows the wrong salary",
}
_FILES = {
    "handbook/leave.md": "---\nlanguage: en\n---\n# Leave\n## How do I apply for leave?\n"
    "Apply in HR, two weeks before. Your manager says yes or no.\n",
    "handbook/printer.md": "# Printer\n## The printer prints nothing\nRestart it.\n",
    "lines.txt": "my vpn drops\nmin lön är fel åäö\nzzz\n",
    "broken.csv": "Number,Description,Opened\n,no number,2026-11-02T09:00:00\n"
    "X2,,2026-11-02T09:00:00\nX3,no day,soon\n",
    "risks.csv": "number,name,likelihood,action\n1,,9,\n10,Fire,3,Call them\n",
    "questions.csv": "id,question,answer\n1,Reset a password,In the portal.\n2,VPN drops,Port 443.\n",
    "asked.csv": "question,id\nreset a password,1\nthe moon,\nthe vpn drops,2\n",
}


def write_files(folder: Path) -> None:
    """Write what the calls read."""
    for name, text in _FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    header = ("Number", "Description", "Kind", "Opened", "Solved", "Minutes", "Who")
    _write(folder / "tickets.csv", (header, *_tickets(45)))
    fields = ("id", "text", "category", "opened_at", "resolved_at", "handling_minutes", "requester")
    _write(folder / "past.csv", (fields, *_tickets(75)))
    texts = [(text.format(n=n), kind) for n in range(30) for kind, text in _TEXTS.items()]
    _write(folder / "train.csv", (("Text", "Kind"), *texts[:60]))
    _write(folder / "test.csv", (("Text", "Kind"), *texts[60:]))


def _tickets(n: int) -> Iterator[tuple[str, ...]]:
    for at in range(n):
        day = datetime(2026, 9, 7, tzinfo=UTC).date() + timedelta(days=at)
        kind = list(_TEXTS)[at % len(_TEXTS)]
        opened, solved = f"{day}T09:00:00", f"{day}T1{at % 6}:30:00"
        who = "Bea Ros" if at % 5 == 0 else "Carl Dahl"
        text = _TEXTS[kind].format(n=at)
        yield (f"INC{at:04}", text, kind, opened, solved, str(20 + at % 7), who)


def _write(file: Path, rows: tuple[tuple[str, ...], ...]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)


def let_people_work(lotsen: Lotsen) -> None:
    """Ask, answer, claim, resolve and complain, in the fortnight before the moment."""
    clock = datetime(2026, 11, 9, 8, 30, tzinfo=UTC)
    names = {"UASA": "Åsa Lind", "UOLA": "Ola Berg", "UKIM": "Kim Ek", "ULENA": "Lena Falk"}
    with lotsen.store.begin() as unit:
        for user, name in names.items():
            pseudonym = user.lower().rjust(32, "0")  # else drawn by lot
            unit.people.save(Person(id=pseudonym, slack_id=user, name=name, locale="en-GB"))

    def do(make: Callable[..., Command], name: str, days: float, **fields: Any) -> None:
        command = make(id=name, **fields)
        lotsen.mailbox.accept(command, clock + timedelta(days=days))
        lotsen.handle(command, clock + timedelta(days=days))

    asked = (
        ("UASA", "how do I apply for leave?"),
        ("UOLA", "my vpn connection drops when I work from home"),
        ("UASA", "the printer on floor 3 prints nothing"),
        ("UOLA", "how do I apply for leave"),
        ("UASA", "my payslip shows the wrong salary"),
        ("UOLA", "the coffee machine is broken"),
    )
    for number, (user, text) in enumerate(asked):
        when = clock + timedelta(days=number)
        place = Place("CHELP", f"{when.timestamp():.6f}")
        ask = {"user": user, "place": place, "text": text, "where": "help", "at": when}
        do(PostMessage, f"ask{number}", number, **ask)
    when = clock + timedelta(days=7)
    for case, verdict in ((1, "solved"), (3, "not_solved"), (4, "human")):
        click = {"user": asked[case - 1][0], "verdict": verdict, "at": when}
        do(JudgeAnswer, f"judge{case}", 7, case_id=case, channel="CHELP", **click)
    do(MakeTicket, "ticket", 7.1, user="UKIM", author="UASA", text="a new mouse", at=when)
    staff = {"user": "UKIM", "ticket_id": 46, "channel": "CSUPPORT"}
    do(SetCategory, "category", 7.2, category="vpn", at=when, **staff)
    do(MoveTicket, "claim", 7.25, move="claim", at=clock + timedelta(days=7.25), **staff)
    done = {"move": "resolve", "note": "Use port 443.", "at": clock + timedelta(days=7.28)}
    do(MoveTicket, "resolve", 7.28, **done, **staff)
    rating = {"user": "UOLA", "ticket_id": 46, "score": 4, "at": when}
    do(RateTicket, "rate", 7.3, **rating)
    report = {"user": "UASA", "kind": "outdated", "told": "It is three weeks now.", "case_id": 1}
    do(ReportIncident, "report", 7.4, article_id=1, at=when, **report)
