"""Somebody reports an answer: it is gone at once, its owner is paged, the risk is counted."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.slack.blocks import text_of
from models.commands import JudgeIncident, ReportIncident
from models.desk.base.turn import Turn
from models.desk.incidents.reporting import MOST_A_DAY, close_incident
from models.desk.privacy import persons
from models.desk.registers.register_lines import lines_in, versions
from models.errors import InvalidError, NotFoundError
from models.kpis.periods import quarter_of
from models.lotsen import Lotsen
from models.registers.catalogue import register_of
from models.store.registers import content_of
from models.store.transaction import UnitOfWork
from models.tables import (
    Article,
    Case,
    Category,
    IncidentKind,
    IncidentState,
    RuleKind,
    TriageRule,
)

HELP, SUPPORT, LEAD, SANDBOX = "CHELP", "CSUPPORT", "CLEAD", "CSANDBOX"
ASA, KIM, OLA, LENA = "UASA", "UKIM", "UOLA", "ULENA"
TODAY = date(2026, 11, 24)
QUESTION = "Hur ansöker jag om semester?"
ANSWER = (
    "Öppna lönesystemet, välj Frånvaro och sedan Semester. Välj första och sista dag, skriv vem "
    "som ersätter dig och skicka. Din chef svarar inom fem arbetsdagar."
)
REPORT = {"kind": {"kind": "dangerous"}, "told": {"told": "Chefen heter Eva Ek, inte så."}}

Open = Callable[..., Any]


def article(name: str, answer: str, **more: Any) -> Article:
    values: dict[str, Any] = {
        "document": "personalhandboken.md",
        "external_id": name,
        "language": "sv",
        "title": name,
        "questions": [QUESTION, "semesteransökan hur gör man", "var söker jag semester"],
        "answer": answer,
        "owner": OLA,
        "verified_on": date(2026, 10, 1),
        "imported_at": datetime(2026, 10, 1, tzinfo=UTC),
        "sha256": "0" * 64,
    }
    return Article(**{**values, **more})


def company(*articles: Article) -> Callable[[Lotsen], None]:
    def prepare(lotsen: Lotsen) -> None:
        with lotsen.store.begin() as unit:
            unit.tickets.put_categories([Category(key="hr", titles={"sv": "HR"}, position=1)])
            unit.knowledge.put(articles)
            unit.people.by_slack_id(OLA, datetime(2026, 10, 1, tzinfo=UTC))

    return prepare


def last_search_of_asa(unit: UnitOfWork) -> int:
    person = unit.people.find(ASA)
    assert person is not None
    query = select(Case.id).where(Case.person_id == person.id, Case.channel == "")
    return unit._session.exec(query.order_by(col(Case.id).desc())).first() or 0


def ask(office: Any, user: str = ASA, channel: str = HELP) -> Any:
    ts = office.double.say(user, channel, QUESTION)
    office.settle()
    return office.double.thread(channel, ts)[-1]


def report(office: Any, user: str, channel: str, ts: str, **told: Any) -> None:
    office.double.click(user, channel, ts, "answer_incident")
    office.double.submit(user, {**REPORT, **told})
    office.settle()


def directly(office: Any, user: str) -> list[Any]:
    return list(office.posts(office.double.im(user)))


def test_a_reported_answer_is_gone_for_every_face_until_its_owner_releases_it(
    database_url: str, open_office: Open
) -> None:
    twin = article("semester-kopia", ANSWER.replace("fem", "tio"), document="hr.md")
    office = open_office(database_url, prepare=company(article("semester", ANSWER), twin))
    double, lotsen = office.double, office.lotsen
    shown = ask(office)
    assert "Öppna lönesystemet" in text_of(shown.blocks)

    report(office, KIM, HELP, shown.ts)  # whoever reads the channel may report

    (page,) = directly(office, OLA)
    said = text_of(page.blocks)
    assert "Incident 1" in said
    assert "farligt" in said
    assert "Chefen heter Eva Ek" in said
    assert "Kim Ek" in said
    assert "1 nästan likadant svar" in said
    assert f"/archives/{HELP}/" in json.dumps(page.blocks)
    (heard,) = [post for post in office.posts(LEAD) if "Incident 1" in text_of(post.blocks)]
    assert "Kim" not in str(heard.blocks)
    assert "Eva" not in str(heard.blocks)
    assert "incident_release" in str(heard.blocks)
    after = text_of(next(m for m in double.messages(HELP) if m.ts == shown.ts).blocks)
    assert "Öppna lönesystemet" not in after
    assert "har rapporterats" in after
    assert lotsen.knowledge.answer(QUESTION, "sv", today=TODAY) is None
    assert lotsen.knowledge.search(QUESTION, "sv", today=TODAY) == ()
    assert lotsen.knowledge.near(QUESTION, "sv", today=TODAY) == ()
    assert "Öppna lönesystemet" not in text_of(ask(office, OLA).blocks)

    # Importing the same words again does not bring them back, under whatever name.
    with lotsen.store.begin() as unit:
        unit.knowledge.delete_document("hr.md")
        unit.knowledge.put([article("ny", ANSWER, document="nytt.md")])
    assert lotsen.knowledge.answer(QUESTION, "sv", today=TODAY) is None

    double.click(OLA, double.im(OLA), page.ts, "incident_release")
    office.settle()
    (heard,) = [post for post in office.posts(LEAD) if "Incident 1" in text_of(post.blocks)]
    assert "incident_release" not in str(heard.blocks)
    again = lotsen.knowledge.answer(QUESTION, "sv", today=TODAY)
    assert again is not None
    assert again.text == ANSWER
    (page,) = directly(office, OLA)[:1]
    assert "Frisläppt" in text_of(page.blocks)
    assert "incident_release" not in json.dumps(page.blocks)
    assert "looked at" in text_of(directly(office, KIM)[-1].blocks)  # Kim's Slack is English


def test_only_the_owner_or_the_lead_decides_and_only_once(open_office: Open) -> None:
    office = open_office(prepare=company(article("semester", ANSWER)))
    report(office, ASA, HELP, ask(office).ts)

    def judge(user: str, verdict: Any, number: int) -> None:
        office.lotsen.mailbox.accept(
            JudgeIncident(
                id=f"j{number}",
                user=user,
                incident_id=1,
                verdict=verdict,
                at=office.clock(),
                channel=office.double.im(user),
            ),
            office.clock(),
        )
        office.settle()

    judge(KIM, "release", 1)  # of the support staff, but neither owner nor lead
    assert office.read(lambda unit: unit.incidents.get(1).state) is IncidentState.OPEN
    judge(LENA, "keep_out", 2)
    judge(OLA, "release", 3)
    judge(LENA, "keep_out", 2)

    incident = office.read(lambda unit: unit.incidents.get(1))
    assert incident.state is IncidentState.KEPT_OUT
    assert "redan" in text_of(directly(office, OLA)[-1].blocks)
    assert office.lotsen.knowledge.answer(QUESTION, "sv", today=TODAY) is None


def test_the_owner_of_the_ai_system_comes_before_that_of_the_article_and_leads_come_last(
    open_office: Open,
) -> None:
    nobodys = article("semester", ANSWER, owner="")
    office = open_office(prepare=company(nobodys))
    report(office, ASA, HELP, ask(office).ts)
    assert "Incident 1" in text_of(directly(office, LENA)[-1].blocks)

    office.lotsen.registers.prepare(office.clock())
    with office.lotsen.store.begin() as unit:
        register = register_of("ai_systems")
        line = lines_in(unit, register)[0]
        row = unit.registers.history("ai_systems", line.number)[0]
        owner = unit.people.by_slack_id(KIM, office.clock())
        newer = type(row)(**{**row.model_dump(exclude={"id"}), "version": row.version + 1})
        newer.content = {**content_of(row), "owner": owner.id}
        unit.registers.save(newer)
        unit.knowledge.put([article("other", "Helt andra ord om semester, fråga HR. " * 3)])
    report(office, OLA, HELP, ask(office, OLA).ts)
    assert "Incident 2" in text_of(directly(office, KIM)[-1].blocks)
    assert not any("Incident 2" in text_of(post.blocks) for post in directly(office, LENA))


def test_each_person_is_heard_once_and_a_few_times_a_day(open_office: Open) -> None:
    office = open_office(prepare=company(article("semester", ANSWER)))
    shown = ask(office)
    form: dict[str, Any] = {"kind": "wrong", "case_id": 1, "article_id": 1, "channel": HELP}

    def incidents() -> list[Any]:
        return list(office.read(lambda unit: unit.incidents.listing(everything=True)))

    assert shown
    for number in range(2):
        accept = ReportIncident(id="twice", user=ASA, at=office.clock(), **form)
        office.lotsen.mailbox.accept(accept, office.clock())
        office.settle()
        assert len(incidents()) == 1, number
    office.lotsen.mailbox.accept(
        ReportIncident(id="again", user=ASA, at=office.clock(), **form), office.clock()
    )
    office.lotsen.mailbox.accept(
        ReportIncident(id="other", user=KIM, at=office.clock(), **form), office.clock()
    )
    office.settle()
    assert len(incidents()) == 1
    assert len(office.read(lambda unit: unit.incidents.reports_of(1))) == 2
    pages = [post for post in directly(office, OLA) if "Incident 1" in text_of(post.blocks)]
    assert len(pages) == 1
    assert "Även rapporterat av Kim Ek" in text_of(directly(office, OLA)[-1].blocks)

    with office.lotsen.store.begin() as unit:
        for number in range(2, MOST_A_DAY + 3):
            words = f"Frågan {number}: " + " ".join(f"ord{number}x{n}" for n in range(40))
            unit.knowledge.put([article(f"a{number}", words, questions=[f"fråga {number}"])])
    ids = office.read(lambda unit: [row.id for row in unit.knowledge.all()][1:])
    office.double.command(ASA, HELP, "/lotsen", f"ask {QUESTION}")
    office.settle()
    search = office.read(last_search_of_asa)
    for number, one in enumerate(ids):
        command = ReportIncident(
            id=f"many{number}",
            user=ASA,
            at=office.clock(),
            kind="wrong",
            case_id=search,
            article_id=one,
            channel=HELP,
        )
        office.lotsen.mailbox.accept(command, office.clock())
    office.settle()
    mine = office.read(lambda unit: unit.people.find(ASA).id)
    day = office.clock() - timedelta(days=1)
    assert office.read(lambda unit: unit.incidents.reports_since(mine, day)) == MOST_A_DAY


def test_whoever_may_not_see_an_answer_cannot_report_it(open_office: Open) -> None:
    office = open_office(prepare=company(article("semester", ANSWER, audience=[ASA])))
    ts = office.double.say(ASA, HELP, QUESTION)
    office.settle()
    assert "direktmeddelande" in text_of(office.double.thread(HELP, ts)[-1].blocks)

    for number, user in enumerate((KIM, ASA)):
        command = ReportIncident(
            id=f"r{number}",
            user=user,
            kind="wrong",
            case_id=1,
            article_id=1,
            at=office.clock(),
            channel=HELP,
        )
        office.lotsen.mailbox.accept(command, office.clock())
        office.settle()
        found = office.read(lambda unit: unit.incidents.listing(everything=True))
        assert len(found) == number  # Kim is refused, Åsa is heard
    page = str([text_of(post.blocks) for post in directly(office, OLA)])
    assert "semester" not in page


def test_the_risk_counts_incidents_and_says_when_its_likelihood_is_raised(
    open_office: Open,
) -> None:
    office = open_office(prepare=company(article("semester", ANSWER)))
    lotsen = office.lotsen
    lotsen.registers.prepare(office.clock())
    report(office, ASA, HELP, ask(office).ts)

    def risk() -> dict[str, Any]:
        with lotsen.store.snapshot() as unit:
            number = unit.registers.origins("risks")["risk-unexpected-answer"]
            return content_of(unit.registers.history("risks", number)[0])

    assert risk()["incidents"] == 1
    assert risk()["likelihood"] == 2
    assert "från – till 2" in risk()["raised"]
    assert "Åsa" not in json.dumps(risk(), ensure_ascii=False)
    with lotsen.store.snapshot() as unit:
        number = unit.registers.origins("risks")["risk-unexpected-answer"]
        assert len(versions(unit, register_of("risks"), number)) == 2

    with lotsen.store.snapshot() as unit:
        (page,) = unit.outbox.begun_with("incident:1:page")
    office.double.click(OLA, office.double.im(OLA), page.ts, "incident_release")
    office.settle()
    assert risk()["incidents"] == 0
    assert risk()["likelihood"] == 2  # only people lower it
    review = lotsen.review(quarter_of(office.clock().date()), office.clock(), "sv")
    assert "Rapporterade fel" in review.to_json()
    facts = json.loads(review.to_json())
    rows = next(part["rows"] for part in facts["parts"] if part["type"] == "table")
    assert [
        "Rapporterade fel",
        "1: 1 avslutade, hälften av dem inom 0,0 timmar; 0 fortfarande öppna",
    ] in [[cell.replace("\xa0", " ") for cell in row] for row in rows]


def test_private_data_is_a_risk_of_data_protection(open_office: Open) -> None:
    office = open_office(prepare=company(article("semester", ANSWER)))
    office.lotsen.registers.prepare(office.clock())
    report(office, ASA, HELP, ask(office).ts, kind={"kind": "private_data"})
    with office.lotsen.store.snapshot() as unit:
        origins = unit.registers.origins("risks")
        counted = {
            origin: content_of(unit.registers.history("risks", number)[0]).get("incidents")
            for origin, number in origins.items()
        }
    assert counted["risk-data-protection"] == 1
    assert counted["risk-unexpected-answer"] is None
    assert office.read(lambda unit: unit.incidents.get(1).kind) is IncidentKind.PRIVATE_DATA


def test_erasing_who_reported_takes_their_words_and_their_name_off_the_page(
    open_office: Open,
) -> None:
    office = open_office(prepare=company(article("semester", ANSWER)))
    report(office, KIM, HELP, ask(office).ts)
    assert "Eva Ek" in str(directly(office, OLA)[-1].blocks)
    copy = persons.copy_of(office.lotsen.store, KIM)
    assert [row["told"] for row in copy.rows["incident_report"]] == [REPORT["told"]["told"]]

    persons.erase(office.lotsen.desk, KIM, office.clock())
    office.service.tick(office.clock())
    office.settle()

    (page,) = directly(office, OLA)
    assert "Incident 1" in text_of(page.blocks)
    assert "Eva Ek" not in str(page.blocks)
    assert "Kim" not in str(page.blocks)
    assert office.read(lambda unit: unit.incidents.reports_of(1)[0].told) == ""
    assert office.read(lambda unit: unit.incidents.get(1).state) is IncidentState.OPEN


def test_in_the_sandbox_a_report_changes_nothing(open_office: Open) -> None:
    office = open_office(
        prepare=company(article("semester", ANSWER)), lotsen_sandbox_channel=SANDBOX
    )
    shown = ask(office, ASA, SANDBOX)
    report(office, ASA, SANDBOX, shown.ts)
    assert "ändrar en rapport ingenting" in text_of(office.double.ephemerals(ASA)[-1].blocks)
    assert office.read(lambda unit: unit.incidents.listing(everything=True)) == []
    assert office.lotsen.knowledge.answer(QUESTION, "sv", today=TODAY) is not None


@pytest.mark.parametrize("kind", list(IncidentKind))
def test_every_kind_has_words_in_three_languages(kind: IncidentKind) -> None:
    from models.desk.incidents.incident_cards import KINDS
    from models.language import LANGUAGES, words_for

    said = {words_for(language).gettext(KINDS[kind]) for language in LANGUAGES}
    assert len(said) == 3


def test_a_wrong_label_is_reported_on_its_card_by_the_staff_alone(open_office: Open) -> None:
    def prepare(lotsen: Lotsen) -> None:
        company()(lotsen)
        with lotsen.store.begin() as unit:
            unit.rules.save(
                TriageRule(
                    position=1,
                    kind=RuleKind.REGEX,
                    pattern="hiss",
                    category="hr",
                    created_at=datetime(2026, 10, 1, tzinfo=UTC),
                )
            )

    office = open_office(prepare=prepare)
    office.double.say(ASA, HELP, "hissen har stannat på plan 3")
    office.settle()
    (card,) = office.cards()
    office.lotsen.mailbox.accept(
        ReportIncident(id="r1", user=OLA, kind="wrong", ticket_id=1, at=office.clock()),
        office.clock(),
    )
    office.settle()
    assert office.read(lambda unit: unit.incidents.listing()) == []

    report(office, KIM, SUPPORT, card.ts)

    incident = office.read(lambda unit: unit.incidents.get(1))
    assert (incident.subject, incident.title) == ("ticket:1", "HR")
    assert office.read(lambda unit: unit.incidents.kept_out_by(1)) == []
    page = directly(office, LENA)[-1]
    assert "en kategori" not in text_of(page.blocks)
    assert "Kategorin står kvar" in text_of(page.blocks)
    office.double.click(LENA, office.double.im(LENA), page.ts, "incident_keep_out")
    office.settle()
    assert "det var ett fel" in text_of(directly(office, LENA)[0].blocks)
    # What a person chose is no system's error.
    office.double.choose(KIM, SUPPORT, card.ts, "ticket_category", "hr")
    office.settle()
    (card,) = office.cards()
    assert "answer_incident" not in json.dumps(card.blocks)


def turn_of(office: Any, unit: UnitOfWork, number: int) -> Turn:
    return Turn(unit, office.lotsen.desk, f"close:{number}", office.clock())


def test_whoever_keeps_the_machine_closes_an_incident_once(open_office: Open) -> None:
    office = open_office(prepare=company(article("semester", ANSWER)))
    report(office, ASA, HELP, ask(office).ts)
    with office.lotsen.store.begin() as unit:
        row = close_incident(turn_of(office, unit, 1), 1, IncidentState.RELEASED)
        assert row.closed_by == ""
    office.service.tick(office.clock())
    office.settle()
    with office.lotsen.store.begin() as unit, pytest.raises(InvalidError, match="released"):
        close_incident(turn_of(office, unit, 1), 1, IncidentState.KEPT_OUT)
    with office.lotsen.store.begin() as unit, pytest.raises(NotFoundError, match="incident list"):
        close_incident(turn_of(office, unit, 9), 9, IncidentState.KEPT_OUT)
    assert "Frisläppt" in str([text_of(post.blocks) for post in office.posts(LEAD)])


def test_two_incidents_keep_the_same_answer_out_until_both_are_released(
    open_office: Open,
) -> None:
    twin = article("semester-kopia", ANSWER.replace("fem", "tio"), document="hr.md")
    office = open_office(prepare=company(article("semester", ANSWER), twin))
    lotsen = office.lotsen
    office.double.command(ASA, HELP, "/lotsen", f"ask {QUESTION}")
    office.settle()
    search = office.read(last_search_of_asa)
    for number in (1, 2):
        command = ReportIncident(
            id=f"r{number}",
            user=ASA,
            kind="outdated",
            case_id=search,
            article_id=number,
            at=office.clock(),
            channel=HELP,
        )
        lotsen.mailbox.accept(command, office.clock())
    office.settle()
    assert len(office.read(lambda unit: unit.incidents.listing())) == 2

    for number, left in ((1, 2), (2, 0)):
        with lotsen.store.begin() as unit:
            close_incident(turn_of(office, unit, number), number, IncidentState.RELEASED)
        shown = office.read(lambda unit: unit.knowledge.may_be_shown())
        assert len(shown) == 2 - left
