"""Notices, records and briefs: every fact is known or named as missing, nothing is made up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from models.desk.registers.register_service import RegisterService
from models.errors import InvalidError, NotFoundError
from models.language import LANGUAGES, Language, words_for
from models.message import Message, Note, Paragraph, Part, Table, plain
from models.registers.deciding import LineChange
from models.reports.documents.catalogue import document_of, documents
from models.reports.documents.company import CompanyFacts, read_company
from models.reports.documents.declaration import template
from models.reports.documents.facts import Fact, SystemFacts, answers_of, facts_of, read_known
from models.reports.documents.reading import read_document
from models.reports.documents.screening import CRITERIA, outcome_of
from models.reports.documents.writing import FilledDocument, markdown, write
from models.reports.pdf import PdfPage, pdf
from models.settings import Settings
from models.store.transaction import Store

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LLM: dict[str, Any] = {
    "openai_base_url": "https://llm.example.eu/v1",
    "openai_api_key": SecretStr("secret"),
    "lotsen_llm_model": "small-1",
    "lotsen_llm_monthly_cap": 20.0,
}
COMPANY = CompanyFacts(
    {
        "company": "Example AB",
        "contact": "it@example.se",
        "data_protection_officer": "Eva Ek",
        "authority": "the authority",
        "union": "the union",
        "go_live": "2027-01-11",
        "sources_checked_on": "2026-11-20",
    },
    {"evaluation": ("no", "nobody does"), "sensitive_data": ("no", "masked")},
)
SYSTEM = {
    "name": "Search", "models": "small-1", "purposes": "find answers", "legal_basis": "art. 6.1 f",
    "data_subjects": "employees", "personal_data": "questions", "data_sources": "tickets",
    "recipients": "nobody", "transfer": "none", "retention": "two years", "safeguards": "masking",
    "oversight": "a person", "risk_class": "limited", "status": "in_use", "dpia": "needed",
    "dpia_reason": "two criteria", "mbl": "not_needed", "mbl_reason": "talked over",
}  # fmt: skip
WHOLE = SystemFacts(
    settings=Settings.load(_env_file=None, **LLM),
    company=COMPANY,
    systems=[SYSTEM],
    roles=[{"name": "R", "system_owner": "p1", "data_owner": "p2", "business_contact": "p1"}],
    use_cases=[
        {"name": "FAQ", "description": "answers questions", "state": "pilot"},
        {"name": "Later", "description": "an idea", "state": "idea"},
    ],
    names={"p1": "Kim Ek", "p2": "Lena Ny"},
    tickets=1234,
)
BARE = SystemFacts(settings=Settings.load(_env_file=None))


def written(
    kind: str, known: SystemFacts = WHOLE, language: Language = "en", own: str | None = None
) -> FilledDocument:
    words = words_for(language)
    return write(document_of(kind), facts_of(known, words), words, DAY, own)


def text_of(found: FilledDocument) -> str:
    return "\n".join(map(_text, found.parts))


def _text(part: Part) -> str:
    if isinstance(part, Table):
        return "\n".join(" | ".join(row) for row in part.rows)
    return plain(part.runs) if isinstance(part, Paragraph | Note) else ""


KINDS = (
    "ai_notice", "balancing_test", "change_notice", "dpia_screening", "employee_notice", "processing_record",
    "union_brief",
)  # fmt: skip


def test_the_documents_that_the_law_and_the_people_ask_for_are_there() -> None:
    assert tuple(documents()) == KINDS
    with pytest.raises(NotFoundError, match="union_brief"):
        document_of("poem")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_is_dated_sourced_no_advice_and_complete_when_everything_is_known(
    kind: str, language: Language
) -> None:
    found, words = written(kind, language=language), words_for(language)
    text = text_of(found)
    assert found.missing == ()
    assert "{" not in text
    assert words.gettext("This is a draft to work with, and no legal advice.") in text
    assert words.day(document_of(kind).dated) in text
    for cited in document_of(kind).cited:
        assert words.gettext(cited.source.name) in text
        assert cited.numbers in text
    assert words.gettext("Last looked up on {day}.", day=words.day(date(2026, 11, 20))) in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_nobody_knows_is_named_and_never_made_up(kind: str, language: Language) -> None:
    found = written(kind, BARE, language)
    text = text_of(found)
    assert found.missing
    for one in found.missing:
        assert one.told in text
        assert one.where in text
    assert words_for(language).gettext("To fill in") in text


@pytest.mark.parametrize("key", ["legal_basis", "recipients", "transfer", "personal_data"])
def test_a_gap_of_one_system_is_named_with_its_register(key: str) -> None:
    other = {**SYSTEM, "name": "Other", key: ""}
    found = written("employee_notice", replace(WHOLE, systems=[SYSTEM, other]))
    (gap,) = found.missing
    assert gap.told.endswith("(Other)")
    assert gap.where == f"register ai_systems: {key}"
    assert str(SYSTEM[key]) in text_of(found)


@pytest.mark.parametrize(
    ("kind", "changed", "shown"),
    [
        ("employee_notice", {}, "No language model is used."),
        ("employee_notice", LLM, "small-1 at llm.example.eu"),
        ("ai_notice", LLM, "small-1 at llm.example.eu"),
        ("processing_record", {"lotsen_keep_texts_days": 365}, "365 days"),
        ("processing_record", {"lotsen_embeddings": "local"}, "by a model on this server"),
        ("processing_record", {"lotsen_database_url": "postgresql://u:pw@db.lan/x"}, "at db.lan"),
        ("union_brief", {"lotsen_hold_out_share": 0.1}, "10% of the questions"),
        ("union_brief", {"lotsen_country": "DE"}, "MBL is Swedish law"),
        ("employee_notice", {"lotsen_country": "SE"}, "Integritetsskyddsmyndigheten"),
    ],
)
def test_the_live_settings_are_filled_in(kind: str, changed: dict[str, Any], shown: str) -> None:
    settings = Settings.load(_env_file=None, **changed)
    assert shown in text_of(written(kind, replace(BARE, settings=settings)))


def test_no_secret_of_the_settings_is_written() -> None:
    secret = {"lotsen_database_url": "postgresql://u:geheim@db.lan/x"}
    settings = Settings.load(_env_file=None, **{**LLM, **secret})
    for kind in KINDS:
        text = text_of(written(kind, replace(WHOLE, settings=settings)))
        assert "geheim" not in text
        assert "secret" not in text


def test_a_mere_idea_changes_no_task() -> None:
    text = text_of(written("change_notice"))
    assert "answers questions" in text
    assert "an idea" not in text


# The screening --------------------------------------------------------------------------------

answers = st.fixed_dictionaries(
    {criterion: st.sampled_from(["yes", "no", "ask"]) for criterion in CRITERIA}
)


@given(answers)
def test_two_criteria_need_an_assessment_and_a_doubt_never_makes_it_unneeded(
    given_answers: dict[str, Any],
) -> None:
    outcome = outcome_of(given_answers)
    met = sum(answer == "yes" for answer in given_answers.values())
    open_ = sum(answer == "ask" for answer in given_answers.values())
    assert (outcome == "needed") == (met >= 2)
    assert (outcome == "not_needed") == (met + open_ < 2)
    order = ("not_needed", "ask", "needed")
    for criterion in CRITERIA:
        raised = outcome_of({**given_answers, criterion: "yes"})
        assert order.index(raised) >= order.index(outcome)


def test_without_any_answer_of_the_company_an_assessment_is_needed() -> None:
    text = text_of(written("dpia_screening", BARE))
    assert "Needed." in text
    assert "Employees depend on their employer." in text


def test_the_companys_answers_count_with_their_reason() -> None:
    no = ("no", "only weekly sums are kept")
    company = CompanyFacts(COMPANY.facts, dict.fromkeys(CRITERIA, no))  # type: ignore[arg-type]  # no is one of the answers
    found = written("dpia_screening", replace(WHOLE, company=company))
    assert "Not needed, on these answers." in text_of(found)
    assert text_of(found).count("only weekly sums are kept") == len(CRITERIA)


def test_a_language_model_is_new_technology_until_somebody_says_otherwise() -> None:
    def answer(known: SystemFacts) -> str:
        return {one.criterion: one.answer for one in answers_of(known, words_for("en"))}[
            "new_technology"
        ]

    assert answer(WHOLE) == "yes"
    assert answer(BARE) == "ask"


# The company's own wording --------------------------------------------------------------------


def test_the_companys_own_text_takes_the_facts_and_keeps_date_and_sources() -> None:
    own = "# Hej från {company}\n\nVi sparar i {keep_days} dagar,\nsedan **aldrig** mer.\n\n- {hold_out}\n\n{screening}\n"
    found = written("ai_notice", own=own)
    text = text_of(found)
    assert found.title == "Hej från Example AB"
    assert "Vi sparar i 730 dagar, sedan aldrig mer." in text
    assert "Employees depend on their employer." in text
    assert "The company's own text" in text
    assert "no legal advice" in text
    assert "art. 4, 50" in text
    assert "You are talking" not in found.title


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidError, match=r"\{boss\}.*company.*keep_days"):
        written("ai_notice", own="# Hej {boss}")


def test_a_table_within_a_sentence_is_refused() -> None:
    with pytest.raises(InvalidError, match="line of its own"):
        written("ai_notice", own="See {screening} here")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_our_text_printed_and_kept_as_ones_own_reads_the_same(
    kind: str, language: Language
) -> None:
    ours = written(kind, language=language)
    own = written(kind, language=language, own=template(document_of(kind), words_for(language)))
    assert own.title == ours.title
    cut = len(template(document_of(kind), words_for(language)).split("\n\n")) - 2
    assert own.parts[:cut] == ours.parts[:cut]


facts_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(facts_text)
def test_what_a_fact_says_is_never_markup_nor_a_hole(value: str) -> None:
    facts: Mapping[str, Fact] = {
        **facts_of(WHOLE, words_for("en")),
        "company": Fact("the company", value),
    }
    found = write(document_of("ai_notice"), facts, words_for("en"), DAY, "Hello {company}")
    first = next(part for part in found.parts if isinstance(part, Paragraph))
    assert plain(first.runs) == f"Hello {value}"
    assert all(run.style == "plain" and not run.link for run in first.runs)
    assert Message.from_json(found.message.to_json()) == found.message


@given(st.text(max_size=200))
def test_no_text_of_a_company_breaks_the_reader(own: str) -> None:
    try:
        found = written("ai_notice", own=own)
    except InvalidError:
        return
    assert markdown(found.parts)


def test_markdown_keeps_what_looks_like_markup_as_words() -> None:
    company = CompanyFacts({**COMPANY.facts, "company": "A *B* <b> [x](y) #1"}, COMPANY.screening)
    text = markdown(written("ai_notice", replace(WHOLE, company=company)).parts)
    assert r"A \*B\* \<b\> \[x\](y) \#1" in text
    assert "`/lotsen privacy`" in text


# Files ----------------------------------------------------------------------------------------


def home(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "documents").mkdir(exist_ok=True)
    for name, text in files.items():
        (tmp_path / "documents" / name.replace("__", ".")).write_text(text, "utf-8")
    return tmp_path


def test_the_companys_facts_are_read_from_its_file(tmp_path: Path) -> None:
    assert read_company(tmp_path) == CompanyFacts()
    found = read_company(
        home(
            tmp_path,
            facts__toml='company = "Ö AB"\ngo_live = 2027-01-11\n[screening]\nmatching = "no: never"',
        )
    )
    assert found.facts == {"company": "Ö AB", "go_live": "2027-01-11"}
    assert found.screening == {"matching": ("no", "never")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('boss = "x"', "company"),
        ('[screening]\nboss = "no: x"', "vulnerable"),
        ('[screening]\nmatching = "no"', "reason"),
        ('[screening]\nmatching = "maybe: x"', "yes, no or ask"),
        ('screening = "no"', "line of its own"),
        ("company = ", "facts.toml"),
    ],
)
def test_a_wrong_file_of_facts_is_refused_with_what_to_do(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(InvalidError, match=told):
        read_company(home(tmp_path, facts__toml=text))


def test_a_text_that_is_no_utf_8_is_refused(tmp_path: Path) -> None:
    (home(tmp_path) / "documents" / "facts.toml").write_bytes(b"company = '\xf6'")
    with pytest.raises(InvalidError, match="UTF-8"):
        read_company(tmp_path)


def test_registers_and_tickets_are_read_from_the_store(migrated_url: str, tmp_path: Path) -> None:
    store = Store(migrated_url)
    settings = Settings.load(_env_file=None, lotsen_home=home(tmp_path), lotsen_language="en")
    registers = RegisterService(store, settings, settings.zone)
    registers.prepare(NOW)
    with store.begin() as unit:
        kim, gone = unit.people.by_slack_id("U0KIM", NOW), unit.people.by_slack_id("U0OLD", NOW)
        kim.name, gone.name = "Kim Ek", "Gone Ek"
        unit.people.save(kim)
        unit.people.save(gone)
    three = {"system_owner": "U0KIM", "data_owner": "U0OLD", "business_contact": "U0KIM"}
    registers.change("roles", LineChange(0, {"name": "R", **three}), NOW)
    with store.begin() as unit:
        person = unit.people.find("U0OLD")
        assert person is not None
        unit.erasure.empty(unit.erasure.whose(person), NOW)

    known = read_known(store, settings)
    assert [one["name"] for one in known.systems] == ["Lotsen: ticket classifier"]
    assert set(known.names.values()) == {"Kim Ek"}
    brief = read_document(store, settings, "union-brief", "en", DAY)
    assert "AI system owner: Kim Ek" in text_of(brief)
    assert "Gone Ek" not in text_of(brief)

    registers.change("ai_systems", LineChange(1, {"status": "out_of_use"}), NOW)
    assert read_known(store, settings).systems == []
    home(tmp_path, ai_notice__sv__md="# Egen text för {company}")
    assert "Egen text" in read_document(store, settings, "ai_notice", "sv", DAY).title
    assert "Egen text" not in read_document(store, settings, "ai_notice", "en", DAY).title
    store.close()


def test_a_pdf_is_the_same_bytes_for_the_same_facts() -> None:
    def made() -> bytes:
        found = written("dpia_screening", language="de")
        return pdf([PdfPage(found.parts)], found.title, "de")

    assert made() == made()


@pytest.mark.parametrize(
    ("language", "basis", "objects"),
    [
        ("en", "no basis here", "Whoever objects (art. 21)"),
        ("sv", "duger därför inte som grund", "Den som invänder (art. 21)"),
        ("de", "taugt hier nicht als Grundlage", "Wer widerspricht (Art. 21)"),
    ],
)
def test_interests_are_balanced_and_consent_is_no_basis(
    language: Language, basis: str, objects: str
) -> None:
    said = text_of(written("balancing_test", language=language))
    assert basis in said
    assert objects in said
    assert "art. 6.1 f" in said
    assert "it@example.se" in said
    assert "Lena Ny" in said  # who decides on an objection


def test_a_single_section_has_a_single_sign() -> None:
    said = text_of(written("change_notice", language="sv"))
    assert "19 §" in said
    assert "19 §§" not in said
    assert "11, 19 §§" in text_of(written("union_brief", language="sv"))
