"""Registers at the desk: what is kept, who may see and change it, and what Lotsen writes itself."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from models.commands import ChangeRegister
from models.desk.privacy.persons import erase
from models.desk.registers.register_requests import check_form, form_for
from models.desk.registers.seed_registers import own_models
from models.errors import InvalidError, NotFoundError
from models.language import words_for
from models.message import Buttons, Message, Paragraph, Run, Select, Table, plain
from models.registers.deciding import LineChange
from models.settings import Settings
from models.store.transaction import Store
from models.tables import RegisterLine

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ASA, KIM, LENA = "UASA", "UKIM", "ULENA"
RISK = {"name": "Fire", "kind": "technical", "likelihood": "2", "impact": "5", "state": "open"}
SKILL = {
    "agreed": "yes", "area": "IT", "track": "data", "level": "4", "evidence": "interview",
    "evidence_text": "built the import",
}  # fmt: skip


def shown(message: Message) -> str:
    parts = [plain(part.runs) for part in message.parts if isinstance(part, Paragraph)]
    tables = [
        " ".join(row) for part in message.parts if isinstance(part, Table) for row in part.rows
    ]
    return "\n".join([message.text, *parts, *tables])


def actions(message: Message) -> set[str]:
    pressed = {
        button.action
        for part in message.parts
        if isinstance(part, Buttons)
        for button in part.buttons
    }
    return pressed | {part.action for part in message.parts if isinstance(part, Select)}


class Forms:
    """What people do with the registers of a desk."""

    def __init__(self, desk: Any) -> None:
        self.desk, self.registers, self.n = desk, desk.lotsen.registers, 0

    def submit(self, user: str, kind: str, raw: dict[str, str], **more: Any) -> str:
        self.n += 1
        fields: dict[str, Any] = {"number": 0, "version": None, "id": f"form:{self.n}"} | more
        command = ChangeRegister(user=user, kind=kind, raw=raw, at=NOW, **fields)
        self.desk.do(command)
        replies = [row for row in self.desk.posts() if row.key == f"reply:{command.id}"]
        return shown(Message.from_json(replies[0].message))

    def lines(self, kind: str) -> list[Any]:
        return list(self.registers.listing(kind).lines)


@pytest.fixture
def forms(desk: Any) -> Forms:
    return Forms(desk)


# What is kept -------------------------------------------------------------------------------------


def test_a_line_is_amended_and_every_version_stays(forms: Forms) -> None:
    assert "rad 1" in forms.submit(LENA, "risks", {**RISK, "owner": KIM})
    forms.submit(KIM, "risks", {"impact": "3"}, number=1, version=1)

    (line,) = forms.lines("risks")
    assert (line.version, line.values["impact"], line.values["name"]) == (2, 3, "Fire")
    history, names = forms.registers.history("risks", 1)
    assert [(one.line.version, one.change.value) for one in history] == [
        (2, "amended"),
        (1, "added"),
    ]
    assert [names[one.line.changed_by] for one in history] == ["Kim Ek", "Lena Falk"]
    assert history[1].line.values["impact"] == 5


def test_the_second_of_two_who_amend_at_once_is_told(forms: Forms) -> None:
    forms.submit(LENA, "risks", RISK)
    forms.submit(LENA, "risks", {"impact": "3"}, number=1, version=1)
    refused = forms.submit(KIM, "risks", {"impact": "1"}, number=1, version=1)
    assert "Somebody else changed this line" in refused
    assert forms.lines("risks")[0].values["impact"] == 3


def test_a_form_that_comes_twice_counts_once(forms: Forms) -> None:
    forms.submit(LENA, "risks", RISK, id="form:V1:h")
    forms.submit(LENA, "risks", RISK, id="form:V1:h")
    assert len(forms.lines("risks")) == 1


def test_a_retired_line_is_out_of_sight_and_can_come_back(forms: Forms) -> None:
    forms.submit(LENA, "risks", RISK)
    forms.submit(LENA, "risks", {}, number=1, verb="retire")
    assert forms.lines("risks") == []
    assert len(forms.registers.listing("risks", everything=True).lines) == 1
    forms.submit(LENA, "risks", {}, number=1, verb="restore")
    assert [line.version for line in forms.lines("risks")] == [3]


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM register_line", "UPDATE register_line SET content = '{}'", "UPDATE register_line SET version = 9"],
)  # fmt: skip
def test_the_database_itself_refuses_to_change_history(
    migrated_url: str, new_desk: Callable[[Store], Any], statement: str
) -> None:
    store = Store(migrated_url)
    new_desk(store).lotsen.registers.change("risks", LineChange(0, RISK), NOW)
    with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    store.close()


def test_two_writers_never_take_the_same_number(
    migrated_url: str, new_desk: Callable[[Store], Any]
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    store = Store(migrated_url)
    registers = new_desk(store).lotsen.registers

    def add(n: int) -> int:
        return int(
            registers.change("risks", LineChange(0, {**RISK, "name": f"R{n}"}), NOW).line.number
        )

    with ThreadPoolExecutor(4) as workers:
        numbers = list(workers.map(add, range(12)))
    assert sorted(numbers) == list(range(1, 13))
    store.close()


# Who may do what --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "kind", "may"),
    [
        (ASA, "risks", False),
        (KIM, "risks", True),
        (LENA, "risks", True),
        (KIM, "skills", False),
        (LENA, "skills", True),
        (KIM, "ai_systems", False),
        (KIM, "costs", False),
        (LENA, "costs", True),
        (LENA, "secrets", False),
    ],
)
def test_only_who_may_change_a_register_gets_its_form_and_is_taken_at_their_word(
    forms: Forms, user: str, kind: str, may: bool
) -> None:
    form = form_for(forms.desk.lotsen.desk, user, kind, 0)
    assert (form is not None) == may
    # A forged form reaches the desk all the same, and is refused there.
    raws = {"risks": RISK, "skills": {**SKILL, "person": ASA}, "costs": COST}
    if kind in raws:
        forms.submit(user, kind, raws[kind])
        assert bool(forms.lines(kind)) == may


COST = {"description": "Licences", "kind": "licence", "eur": "120", "booked_on": "2026-11-01"}


def test_employees_see_no_register_but_the_one_where_they_ask(desk: Any) -> None:
    desk.lotsen.registers.prepare(NOW)
    overview = shown(desk.ask("register", ""))
    assert "AI-förfrågningar" in overview
    assert "Risker" not in overview
    for word in ("risks", "skills"):
        refused = shown(desk.ask("register", word))
        assert "IT-chefen" in refused
        assert "Systemet slutar fungera" not in refused


REQUEST = {"name": "Copilot", "purpose": "write minutes", "data_class": "restricted"}
DECISION = {
    **dict.fromkeys(("gap", "contract", "eu", "no_training", "checked"), "yes"),
    "reason": "fits our rules", "approver": LENA, "decided_on": "2026-11-23",
}  # fmt: skip


def test_everybody_may_ask_for_an_ai_tool_and_sees_what_became_of_it(forms: Forms) -> None:
    listed = forms.desk.ask("register", "ai_requests", ASA)
    assert "register_add" in actions(listed)
    form = form_for(forms.desk.lotsen.desk, ASA, "ai_requests", 0)
    assert form is not None
    assert [item.key for item in form.register.fields] == [
        "name", "purpose", "data_class", "benefit",
    ]  # fmt: skip
    # Whatever a forged form says, the request is one's own, and open.
    forged = {**REQUEST, "requested_by": KIM, "state": "approved", "reason": "I say so"}
    assert "Copilot" in forms.submit(ASA, "ai_requests", forged)
    (line,) = forms.lines("ai_requests")
    assert line.values["state"] == "asked"
    assert "reason" not in line.values
    assert "Åsa Lind" in shown(forms.desk.ask("register", "ai_requests", KIM))

    forms.submit("UOLA", "ai_requests", {**REQUEST, "name": "Other"})
    forms.submit(LENA, "ai_requests", {**DECISION, "state": "approved"}, number=1, version=1)
    own = forms.desk.ask("register", "ai_requests", ASA)
    assert "godkänd" in shown(own)
    assert "fits our rules" in shown(own)
    assert "Other" not in shown(own)
    assert "register_amend" not in actions(own)


@pytest.mark.parametrize("user", [ASA, KIM])
@pytest.mark.parametrize("state", ["approved", "refused"])
def test_only_the_lead_decides_on_a_request(forms: Forms, user: str, state: str) -> None:
    forms.submit("UOLA", "ai_requests", REQUEST)
    forms.submit(user, "ai_requests", {**DECISION, "state": state}, number=1, version=1)
    (line,) = forms.lines("ai_requests")
    assert (line.version, line.values["state"]) == (1, "asked")


def test_skills_are_seen_by_the_lead_and_the_person_alone(forms: Forms) -> None:
    forms.submit(LENA, "skills", {**SKILL, "person": ASA})
    forms.submit(LENA, "skills", {**SKILL, "person": "UOLA", "area": "Sales"})
    assert "Åsa Lind" in shown(forms.desk.ask("register", "skills", LENA))
    own = forms.desk.ask("register", "skills", ASA)
    assert "Åsa Lind" in shown(own)
    assert "Ola" not in shown(own)
    assert "register_add" not in actions(own)
    assert "Åsa" not in shown(forms.desk.ask("register", "skills", KIM))


def test_a_skill_is_kept_with_the_persons_yes_only(forms: Forms) -> None:
    refused = forms.submit(LENA, "skills", {**SKILL, "person": ASA, "agreed": "no"})
    assert "ja" in refused
    assert forms.lines("skills") == []


def test_only_the_lead_moves_a_use_case_to_the_pilot(forms: Forms) -> None:
    desk = forms.desk.lotsen.desk
    scores = {"feasibility": "4", "value": "4", "effort": "2", "risk": "low", "visibility": "high"}
    case = {"name": "Search", "roi": "yes", "owner": KIM, "to_production_days": "5", **scores}
    forms.submit(KIM, "use_cases", {**case, "state": "idea"})
    forms.submit(KIM, "use_cases", {"state": "poc"}, number=1)
    assert forms.lines("use_cases")[0].values["state"] == "poc"

    def wrong(user: str) -> set[str]:
        command = ChangeRegister(
            id="x", user=user, kind="use_cases", number=1, version=2, raw={"state": "pilot"},
            at=NOW,
        )  # fmt: skip
        problems, words = check_form(desk, command, NOW.date())
        return {problem.explain(words) for problem in problems}

    told = wrong(LENA)
    assert any("tre rollerna" in text for text in told)
    assert wrong(KIM) - {"x"} >= {"Only the IT lead decides on this step."}


@pytest.mark.slow
def test_the_list_has_buttons_for_the_staff_and_is_capped(forms: Forms) -> None:
    for n in range(25):
        forms.registers.change("risks", LineChange(0, {**RISK, "name": f"Risk {n}"}), NOW)
    message = forms.desk.ask("register", "risks", KIM)
    (table,) = [part for part in message.parts if isinstance(part, Table)]
    assert len(table.rows) == 20
    assert {"register_add", "register_amend", "register_show"} <= actions(message)
    assert "lotsen register list risks" in message.to_json()


def test_a_list_is_narrowed_by_a_field_or_by_what_follows(forms: Forms) -> None:
    forms.submit(LENA, "risks", RISK)
    forms.submit(LENA, "risks", {**RISK, "name": "Rain", "impact": "1"})
    high = forms.desk.ask("register", "risks level=high", LENA)
    assert "Fire" in shown(high)
    assert "Rain" not in shown(high)
    assert "fält=värde" in shown(forms.desk.ask("register", "risks colour=red", LENA))
    (line,) = forms.registers.listing("risks", {"impact": "1"}).lines
    assert line.values["name"] == "Rain"
    with pytest.raises(NotFoundError, match="it has: name, kind"):
        forms.registers.listing("risks", {"colour": "red"})


@pytest.mark.parametrize("named", ["risks", "Risker", "risiken", "RISKS"])
def test_a_register_is_named_by_its_title_too(forms: Forms, named: str) -> None:
    forms.submit(LENA, "risks", RISK)
    assert "Fire" in shown(forms.desk.ask("register", f"{named} level=high", LENA))


@pytest.mark.parametrize("named", ["data_sources", "data-sources", "Data sources", "datenquellen"])
def test_a_title_may_have_several_words(forms: Forms, named: str) -> None:
    assert shown(forms.desk.ask("register", named, LENA)).startswith("Datakällor")


def test_the_quick_wins_are_found_from_the_start(desk: Any) -> None:
    desk.lotsen.registers.prepare(NOW)
    wins = desk.lotsen.registers.listing("use_cases", {"quick_win": "yes"}).lines
    assert {line.origin for line in wins} == {"case-faq", "case-triage"}


def test_each_model_that_the_settings_name_gets_a_line() -> None:
    settings = Settings.load(
        _env_file=None,
        openai_base_url="https://llm.example/v1",
        lotsen_llm_model="small",
        lotsen_llm_monthly_cap=5.0,
        lotsen_embeddings="embed-1",
    )
    assert [line.values["models"] for line in own_models(settings)] == [
        "lotsen-triage",
        "small",
        "embed-1",
    ]


def test_the_ledger_is_booked_and_never_amended(forms: Forms) -> None:
    forms.submit(LENA, "costs", COST)
    (line,) = forms.lines("costs")
    assert (line.values["eur"], line.values["kind"]) == (120, "licence")
    with pytest.raises(InvalidError, match="ledger"):
        forms.registers.change("costs", LineChange(1, {"eur": "1"}), NOW)
    with pytest.raises(InvalidError, match="ledger"):
        forms.registers.change("costs", LineChange(1, {}, verb="retire"), NOW)
    assert form_for(forms.desk.lotsen.desk, LENA, "costs", 1) is None


# Erasure --------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_erasing_a_person_empties_what_is_said_of_them_and_their_ownership(
    migrated_url: str, new_desk: Callable[[Store], Any]
) -> None:
    store = Store(migrated_url)
    desk = new_desk(store)
    forms = Forms(desk)
    forms.submit(LENA, "skills", {**SKILL, "person": ASA})
    forms.submit(LENA, "skills", {"level": "5"}, number=1)
    forms.submit(LENA, "risks", {**RISK, "owner": ASA})
    forms.submit(LENA, "risks", {"impact": "4"}, number=1)

    erase(desk.lotsen.desk, ASA, NOW)

    assert forms.lines("skills") == []
    (risk,) = forms.lines("risks")
    assert "owner" not in risk.values
    versions, names = forms.registers.history("risks", 1)
    assert all("owner" not in one.line.values for one in versions)
    assert "Åsa Lind" not in names.values()
    from sqlmodel import select

    with store.snapshot() as unit:
        kept = [row.model_dump_json() for row in unit._session.exec(select(RegisterLine)).all()]
    assert len(kept) == 4
    assert not [row for row in kept if "built the import" in row or "Åsa" in row]
    with pytest.raises(InvalidError):
        forms.registers.change("skills", LineChange(1, {}, verb="restore"), NOW)
    store.close()


# What Lotsen writes itself ------------------------------------------------------------------------


def test_what_registers_begin_with_is_written_once_and_never_again(desk: Any) -> None:
    registers = desk.lotsen.registers
    assert registers.prepare(NOW) > 0
    names = [line.values["name"] for line in registers.listing("risks").lines]
    assert len(names) == 9
    assert "Systemet slutar fungera" in names
    registers.change("risks", LineChange(1, {}, verb="retire"), NOW)
    assert registers.prepare(NOW) == 0
    assert len(registers.listing("risks").lines) == 8
    assert [line.values["models"] for line in registers.listing("ai_systems").lines] == [
        "lotsen-triage"
    ]


def test_the_ticket_store_rates_itself_and_keeps_what_people_wrote(desk: Any) -> None:
    registers = desk.lotsen.registers
    registers.prepare(NOW)
    (line,) = [one for one in registers.listing("data_sources").lines if one.origin]
    assert not registers.rate_tickets(NOW)  # no ticket, no score
    registers.change("data_sources", LineChange(line.number, {"silo": "none"}), NOW)
    desk.say("min skärm är svart", 0)

    assert registers.rate_tickets(NOW)
    rated = registers.history("data_sources", line.number)[0][0].line
    assert 0 < rated.values["completeness"] <= 100
    assert rated.values["silo"] == "none"
    assert not registers.rate_tickets(NOW)  # nothing changed


@pytest.mark.slow
def test_reviews_come_in_one_post_with_the_oldest_first_and_no_names_of_skills(
    forms: Forms,
) -> None:
    registers, english = forms.registers, words_for("en")
    assert registers.review_message(NOW, english) is None
    for n in range(14):
        day = (NOW.date() - timedelta(days=n)).isoformat()
        registers.change("risks", LineChange(0, {**RISK, "name": f"R{n}", "review_on": day}), NOW)
    forms.submit(LENA, "skills", {**SKILL, "person": ASA, "review_on": "2026-01-01"})
    later = (NOW.date() + timedelta(days=7)).isoformat()
    registers.change("risks", LineChange(0, {**RISK, "name": "Later", "review_on": later}), NOW)

    message = registers.review_message(NOW, english)
    lines = [part for part in message.parts if isinstance(part, Paragraph)]
    assert message.text.endswith("15 lines")
    assert len(lines) == 10
    assert plain(lines[0].runs).startswith("Skills 1")
    assert plain(lines[1].runs).startswith("Risks 14 R13")
    assert "Åsa" not in message.to_json()
    assert "Later" not in message.to_json()


def test_a_line_that_was_looked_at_is_not_asked_for_again(forms: Forms) -> None:
    registers = forms.registers
    registers.change("risks", LineChange(0, {**RISK, "review_on": "2026-11-20"}), NOW)
    assert registers.review_message(NOW, words_for("en")) is not None
    registers.change("risks", LineChange(1, {"impact": "4"}), NOW)
    assert registers.review_message(NOW, words_for("en")) is None


# Files ----------------------------------------------------------------------------------------------


def test_an_export_comes_back_unchanged_and_a_row_in_error_says_what_to_do(forms: Forms) -> None:
    from models.registers.files import csv_text

    registers = forms.registers
    registers.prepare(NOW)
    forms.submit(LENA, "risks", {**RISK, "name": '=HYPERLINK("x")', "owner": KIM})
    found = registers.listing("risks")
    quoted = registers.quoted("risks", found.lines)
    text = csv_text(found.register, found.lines, lambda one: quoted.get(one, ""))
    assert "Kim Ek (UKIM)" in text

    rated = [line for line in text.splitlines() if line.startswith(("number", "10,", "\ufeff"))]
    back = registers.read_file("risks", "\r\n".join(rated), NOW)
    assert (back.same, back.added, back.amended, back.skipped) == (1, 0, 0, ())

    mixed = "number,version,name,kind,likelihood,impact,state,owner\n" + "\n".join(
        [
            ",,New,legal,1,1,open,",
            ",,New,legal,1,1,open,",  # the same again
            "10,1,Fire,technical,1,1,open,Kim Ek",
            "99,,x,legal,1,1,open,",
            "x,,x,legal,1,1,open,",
            ",,Bad,odd,7,1,open,Nobody At All",
        ]
    )
    done = registers.read_file("risks", mixed, NOW)
    assert (done.added, done.same, done.amended) == (1, 1, 1)
    assert [row for row, _ in done.skipped] == [5, 6, 7]
    told = dict(done.skipped)
    assert "leave its number empty" in told[5]
    assert "technical, legal" in told[7]
    assert "from 1 to 5" in told[7]
    assert "Nobody At All" in told[7]


def test_an_unknown_register_or_line_says_what_there_is(desk: Any) -> None:
    with pytest.raises(NotFoundError, match="use_cases, systems"):
        desk.lotsen.registers.listing("hopes")
    with pytest.raises(NotFoundError, match="lotsen register list risks"):
        desk.lotsen.registers.history("risks", 7)


def test_a_text_of_a_person_is_never_markup(forms: Forms) -> None:
    forms.submit(LENA, "risks", {**RISK, "name": "*bold* <!channel> <https://evil.example|x>"})
    message = forms.desk.ask("register", "risks", LENA)
    for part in message.parts:
        for run in getattr(part, "runs", ()):
            assert isinstance(run, Run)
            assert run.link == ""
