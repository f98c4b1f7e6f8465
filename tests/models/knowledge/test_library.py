"""Documents are brought in once, kept up to date, and taken out without a trace."""

import os
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from models import starter
from models.errors import InvalidError, NotFoundError, UnavailableError
from models.knowledge import library as library_module
from models.knowledge.document_reader import DocumentReader
from models.knowledge.documents import About
from models.knowledge.download import Download
from models.knowledge.excerpts import joined, sentences
from models.knowledge.knowledge_base import KnowledgeBase
from models.knowledge.library import Library
from models.mailbox import Envelope, post
from models.message import Excerpt, Message, Part, Run, Verbatim
from models.store import sqlite_file
from models.store.migration import upgrade
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    AnswerVerdict,
    Article,
    ArticleDraft,
    Case,
    CaseState,
    DecidedBy,
    Offer,
    PostState,
    QuestionCandidate,
    Source,
    Status,
    Ticket,
    TicketText,
)
from models.triage.training import training_set
from tests.models.knowledge.made_documents import docx, paragraph, pdf

TODAY = date(2026, 11, 23)
NEEDLE = "Kvarkstrumpan"


@pytest.fixture(scope="module", autouse=True)
def _one_reader() -> Iterator[None]:
    """Let one child read for all tests: to start it takes longer than to read."""
    with DocumentReader() as reading, pytest.MonkeyPatch.context() as patch:
        patch.setattr(library_module, "DocumentReader", lambda: nullcontext(reading))
        yield


@pytest.fixture
def store(tmp_path: Path, migrated_file: Path) -> Iterator[Store]:
    (tmp_path / "data").mkdir()
    file = shutil.copy(migrated_file, tmp_path / "data" / "lotsen.db")
    opened = Store(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def library(store: Store) -> Library:
    return Library(store)


@pytest.fixture
def ask(store: Store) -> KnowledgeBase:
    return KnowledgeBase(store)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Make a folder with a document of each kind."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "vpn.md").write_text("# VPN\n## Installera\nLadda ner klienten.\n", "utf-8")
    page = "<h1>Semester</h1><h2>Ansökan</h2><p>I HR-portalen.</p>"
    (folder / "hr.html").write_text(page, "utf-8")
    (folder / "it.pdf").write_bytes(pdf("Ett.\n#pagebreak()\nStarta om skrivaren."))
    word = docx(paragraph("Lön", "Rubrik1"), paragraph("Den 25:e."))
    (folder / "pay.docx").write_bytes(word)
    (folder / "faq.csv").write_text("id,question,answer\n1,Var?,Här.\n", "utf-8")
    return folder


def rows(store: Store) -> dict[str, Article]:
    with store.snapshot() as unit:
        return {row.answer: row for row in unit.knowledge.all()}


def test_each_kind_of_document_is_cited_by_heading_or_page(
    library: Library, store: Store, docs: Path, now: datetime
) -> None:
    report = library.import_paths([docs], now)

    assert (report.documents, report.passages, report.skipped) == (5, 6, ())
    assert {answer: row.address for answer, row in rows(store).items()} == {
        "Ladda ner klienten.": "VPN › Installera",
        "I HR-portalen.": "Semester › Ansökan",
        "Ett.": "sida 1",
        "Starta om skrivaren.": "sida 2",
        "Den 25:e.": "Lön",
        "Här.": "",
    }
    assert all(row.imported_at == now for row in rows(store).values())


def test_what_did_not_change_is_not_read_again(
    library: Library, store: Store, docs: Path, now: datetime
) -> None:
    library.import_paths([docs], now)
    before = {answer: (row.id, row.imported_at) for answer, row in rows(store).items()}
    (docs / "vpn.md").write_text("# VPN\n## Installera\nRing oss.\n", "utf-8")

    report = library.import_paths([docs], now + timedelta(days=1))

    after = {answer: (row.id, row.imported_at) for answer, row in rows(store).items()}
    assert (report.documents, report.passages, report.unchanged) == (5, 6, 4)
    assert after.pop("Ring oss.") == (before.pop("Ladda ner klienten.")[0], now + timedelta(days=1))
    assert after == before


def test_a_passage_that_moves_keeps_its_id(
    library: Library, store: Store, tmp_path: Path, now: datetime
) -> None:
    file = tmp_path / "a.md"
    file.write_text("# A\n## Steg\nEtt.\n## Steg\nTvå.\n## Slut\nTre.\n", "utf-8")
    library.import_paths([file], now)
    before = {answer: row.id for answer, row in rows(store).items()}

    file.write_text("# A\n## Steg\nNoll.\n## Steg\nTvå.\n## Steg\nEtt.\n## B\nTre.\n", "utf-8")
    library.import_paths([file], now)

    after = rows(store)
    assert {answer: row.id for answer, row in after.items() if answer != "Noll."} == before
    assert [after[answer].external_id for answer in ("Noll.", "Två.", "Ett.")] == [
        *("steg", "steg-2", "steg-3"),
    ]


def test_a_stored_answer_is_known_by_its_id_though_others_say_the_same(
    library: Library, store: Store, tmp_path: Path, now: datetime
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,question,answer\n1,A?,Same.\n2,B?,Same.\n", "utf-8")
    library.import_paths([file], now)
    with store.snapshot() as unit:
        before = {row.external_id: row.id for row in unit.knowledge.all()}

    file.write_text("id,question,answer\n2,B?,Same.\n1,A?,Other.\n", "utf-8")
    library.import_paths([file], now)

    with store.snapshot() as unit:
        assert {row.external_id: row.id for row in unit.knowledge.all()} == before


@pytest.mark.slow
def test_what_a_file_leaves_open_is_told_at_the_import(
    library: Library, store: Store, docs: Path, now: datetime
) -> None:
    (docs / "own.md").write_text("---\naudience: U0999\n---\n# A\nb\n", "utf-8")
    told = About(owner="HR", audience=("S0123",), expires_on=date(2027, 1, 1))

    library.import_paths([docs], now, told)
    # The same files for another audience are no unchanged files.
    assert library.import_paths([docs], now).unchanged == 0
    assert library.import_paths([docs], now, told).unchanged == 0

    row = rows(store)["Ett."]
    assert (row.owner, row.audience, row.expires_on) == ("HR", ["S0123"], date(2027, 1, 1))
    assert rows(store)["b"].audience == ["U0999"]
    listed = {item.document: item for item in library.documents()}
    assert listed["docs/it.pdf"].audience == ("S0123",)
    assert listed["docs/it.pdf"].expires_on == date(2027, 1, 1)


@pytest.mark.slow
def test_files_that_are_gone_are_told_and_removed_when_asked(
    library: Library, docs: Path, now: datetime
) -> None:
    library.import_paths([docs], now)
    library.import_starter(now)
    (docs / "it.pdf").unlink()
    (docs / "hr.html").write_bytes(b"\0\0\0\0")  # broken is not gone

    told = library.import_paths([docs], now)
    pruned = library.import_paths([docs], now, prune=True)

    assert (told.vanished, told.removed) == (("docs/it.pdf",), ())
    assert (pruned.vanished, pruned.removed) == ((), ("docs/it.pdf",))
    assert len(library.documents()) == 5


def test_what_slack_showed_of_a_file_that_is_gone_is_emptied_too(
    library: Library, store: Store, docs: Path, now: datetime
) -> None:
    library.import_paths([docs], now)
    with store.begin() as unit:
        show(unit, unit.knowledge.of_document("docs/it.pdf")[0].id or 0, now)
    (docs / "it.pdf").unlink()
    library.import_paths([docs], now, prune=True)
    with store.snapshot() as unit:
        rows = [unit.outbox.find(f"p{at}") for at in range(3)]
    assert [bool(row and Message.from_json(row.message).parts) for row in rows] == [
        False,
        False,
        True,
    ]


def test_sentences_that_the_model_picked_apart_are_emptied_too(
    library: Library, store: Store, docs: Path, now: datetime
) -> None:
    (docs / "tre.md").write_text(
        "# Tre\n\nDen första står här. Den andra står där. Den sista bor.\n"
    )
    library.import_paths([docs], now)
    with store.begin() as unit:
        answer = unit.knowledge.of_document("docs/tre.md")[0].answer
        first, _, last = sentences(answer)
        picked = joined(answer, (first, last))
        assert picked not in answer
        post(unit, "p", Envelope("C1"), Message("", (Verbatim(picked),)), now)
        sent = unit.outbox.find("p")
        assert sent is not None
        sent.state = PostState.SENT
        unit.outbox.save(sent)
    library.remove("docs/tre.md", now)
    with store.snapshot() as unit:
        shown = unit.outbox.find("p")
    assert shown is not None
    assert Message.from_json(shown.message).parts == ()


def test_an_empty_folder_is_taken_for_one_that_is_not_mounted(
    library: Library, docs: Path, now: datetime
) -> None:
    library.import_paths([docs], now)
    for file in docs.iterdir():
        file.unlink()

    assert library.import_paths([docs], now, prune=True).removed == ()
    assert len(library.documents()) == 5


def test_a_link_out_of_the_folder_is_not_followed(
    library: Library, docs: Path, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "pay.md").write_text("# Pay\nSecret.\n", "utf-8")
    (docs / "file.md").symlink_to(tmp_path / "secret" / "pay.md")
    (docs / "folder").symlink_to(tmp_path / "secret")
    (docs / "inner.md").symlink_to(docs / "vpn.md")
    os.mkfifo(docs / "pipe.md")

    report = library.import_paths([docs], now)

    assert report.documents == 6
    assert sorted(Path(item.path).name for item in report.skipped) == ["file.md", "folder"]
    assert all("leads out of the folder" in item.reason for item in report.skipped)


def test_a_file_that_is_too_large_is_left_out(
    library: Library, tmp_path: Path, now: datetime
) -> None:
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(20_000_001)

    report = library.import_paths([tmp_path / "big.txt"], now)

    assert [item.reason for item in report.skipped] == ["is larger than 20 MB: split it"]


def test_an_address_is_read_only_when_that_is_switched_on(
    library: Library, store: Store, now: datetime
) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError("looked up")

    with pytest.raises(InvalidError, match="LOTSEN_IMPORT_URLS"):
        library.import_url("https://wiki.example/", now, download=Download(resolve=never))
    refused = Library(store, urls=True).import_sources(["https://127.0.0.1/x"], now)
    assert "not public" in refused.skipped[0].reason


def test_a_removed_document_is_found_by_nothing(
    library: Library, ask: KnowledgeBase, store: Store, tmp_path: Path, now: datetime
) -> None:
    filler = "".join(f"\n## Del {n}\n{NEEDLE} {n} ligger i rum {n}.\n" for n in range(300))
    (tmp_path / "a.md").write_text(f"# {NEEDLE}\n{filler}", "utf-8")
    (tmp_path / "b.md").write_text("# Skrivare\nStarta om skrivaren.\n", "utf-8")
    library.import_paths([tmp_path / "a.md", tmp_path / "b.md"], now)
    hit = ask.search(f"var är {NEEDLE}", "sv", today=TODAY)[0]
    assert hit.document == "a.md"
    with store.begin() as unit:
        person = unit.people.by_slack_id("U1", now)
        unit.tickets.save(answered(person.id, hit.article_id, now))
        teach(unit, hit.article_id, now)
        show(unit, hit.article_id, now)

    done = library.remove("a.md", now, vacuum=True)

    assert (done.passages, done.answers_given, done.overwritten) == (300, 1, True)
    assert [item.document for item in library.documents()] == ["b.md"]
    assert all(
        found.document == "b.md" for found in ask.search(f"var är {NEEDLE}", "sv", today=TODAY)
    )
    assert ask.answer(NEEDLE, "sv", today=TODAY) is None
    with store.snapshot() as unit:
        material = training_set(unit)
        assert unit.feedback.taken_questions() == {}
        assert (unit.feedback.waiting(), unit.feedback.verdicts()) == ([], [])
        assert unit.feedback.draft(1) is None
        assert NEEDLE not in repr((material.tickets, material.lessons))
    files = sorted((tmp_path / "data").iterdir())
    assert [file.name for file in files] == ["lotsen.db", "lotsen.db-shm", "lotsen.db-wal"]
    for file in files:
        assert NEEDLE.encode() not in file.read_bytes(), file.name
    assert "Något annat.".encode() in b"".join(file.read_bytes() for file in files)
    with pytest.raises(NotFoundError, match="there is no document"):
        library.remove("a.md", now)


def teach(unit: UnitOfWork, article_id: int, now: datetime) -> None:
    """Let the article have been judged, taught and made of a draft."""
    for state in (Offer.TAKEN, Offer.WAITING):
        unit.feedback.save(
            QuestionCandidate(
                article_id=article_id,
                case_id=1,
                question=f"{NEEDLE}?",
                state=state,
                created_at=now,
            )
        )
    unit.feedback.put_verdict(
        AnswerVerdict(
            article_id=article_id,
            case_id=1,
            question=f"{NEEDLE}!",
            solved=True,
            answer_sha256="",
            at=now,
        )
    )
    ticket = Ticket(
        source=Source.SLACK, status=Status.NEW, decided_by=DecidedBy.NOBODY, opened_at=now
    )
    ticket = unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, body="Var?"))
    unit.feedback.save(
        ArticleDraft(
            ticket_id=ticket.id or 0,
            article_id=article_id,
            language="sv",
            title=NEEDLE,
            question=NEEDLE,
            answer=NEEDLE,
            state=Offer.TAKEN,
            created_at=now,
        )
    )


def show(unit: UnitOfWork, article_id: int, now: datetime) -> None:
    """Let Slack show the passage, as an answer and as an excerpt, and another post."""
    row = unit.knowledge.get(article_id)
    assert row is not None
    excerpt = Excerpt((Run(row.answer[:9]), Run(row.answer[9:14], "bold")))
    parts: tuple[Part, ...] = (Verbatim(row.answer), excerpt, Verbatim("Något annat."))
    for at, part in enumerate(parts):
        post(unit, f"p{at}", Envelope("C1"), Message("", (part,)), now)
        sent = unit.outbox.find(f"p{at}")
        assert sent is not None
        sent.state = PostState.SENT
        unit.outbox.save(sent)


def test_removed_starter_articles_teach_the_classifier_no_more(
    library: Library, store: Store, now: datetime
) -> None:
    def texts() -> set[str]:
        with store.snapshot() as unit:
            return {text for text, _ in training_set(unit).lessons}

    answers = {one.answer for one in starter.articles()}
    library.import_starter(now)
    assert answers <= texts()

    library.remove(starter.DOCUMENT, now)
    assert texts().isdisjoint(answers)

    library.import_starter(now)
    assert answers <= texts()


def answered(person_id: str, article_id: int, now: datetime) -> Case:
    return Case(
        person_id=person_id,
        channel="C1",
        thread_ts="1.1",
        entrance="channel",
        state=CaseState.ANSWERED,
        language="sv",
        opened_at=now,
        last_message_at=now,
        article_id=article_id,
    )


def test_bytes_that_others_still_read_are_not_said_to_be_gone(
    library: Library, store: Store, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "a.md").write_text(f"# A\n{NEEDLE}\n", "utf-8")
    library.import_paths([tmp_path / "a.md"], now)
    other = Store(store.url)
    with other.snapshot() as unit:
        assert unit.knowledge.all()
        library.remove("a.md", now)
        with pytest.raises(UnavailableError, match="others read the database"):
            sqlite_file.overwrite_deleted(store, wait_s=0.1)
    other.close()
    sqlite_file.overwrite_deleted(store)

    assert library.documents() == ()


def test_rewriting_works_on_postgresql_too(
    database_url: str, tmp_path: Path, now: datetime
) -> None:
    store = Store(database_url)
    upgrade(store)
    (tmp_path / "a.md").write_text("---\naudience: S0123\n---\n# A\nb\n", "utf-8")
    library = Library(store)
    library.import_paths([tmp_path / "a.md"], now)
    assert rows(store)["b"].audience == ["S0123"]

    assert library.remove("a.md", now, vacuum=True).passages == 1
    assert library.documents() == ()
    store.close()


def test_an_import_names_what_it_left_out(library: Library, tmp_path: Path, now: datetime) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "good.md").write_text("# Skrivare\nStarta om den.\n", encoding="utf-8")
    (folder / "page.pdf").write_text("<p>x</p>", encoding="utf-8")

    report = library.import_paths([folder, tmp_path / "missing"], now)

    assert (report.documents, report.passages) == (1, 1)
    assert [(Path(item.path).name, item.reason[:20]) for item in report.skipped] == [
        ("missing", "there is no such fil"),
        ("page.pdf", "is damaged: Stream h"),
    ]


def test_a_document_read_again_is_brought_up_to_date(
    library: Library, ask: KnowledgeBase, tmp_path: Path, now: datetime
) -> None:
    file = tmp_path / "it.md"
    file.write_text("# Skrivare\nStarta om den.\n\n# Nät\nDra ut sladden.\n", encoding="utf-8")
    library.import_paths([file], now)
    assert ask.search("nät", "sv", today=TODAY)[0].title == "Nät"

    file.write_text("# Skrivare\nRing Åsa.\n", encoding="utf-8")
    library.import_paths([file], now)

    hits = ask.search("nät skrivare", "sv", today=TODAY)
    assert [hit.title for hit in hits] == ["Skrivare"]
    answer = ask.answer("skrivare", "sv", today=TODAY)
    assert answer is not None
    assert answer.text == "Ring Åsa."


def test_files_with_one_name_in_two_folders_are_two_documents(
    library: Library, ask: KnowledgeBase, tmp_path: Path, now: datetime
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "faq.md").write_text(f"# {folder}\ntext\n", encoding="utf-8")

    report = library.import_paths([tmp_path / "one" / "faq.md", tmp_path / "two" / "faq.md"], now)

    assert report.documents == 2
    assert len(ask.search("one two text", "sv", today=TODAY)) == 2


def test_the_language_is_the_files_or_the_texts_own(
    library: Library, ask: KnowledgeBase, tmp_path: Path, now: datetime
) -> None:
    german = "# Drucker\nBitte starten Sie den Drucker neu und warten Sie.\n"
    (tmp_path / "de.md").write_text(german, encoding="utf-8")
    (tmp_path / "short.md").write_text("# Wifi\nABC\n", encoding="utf-8")

    library.import_paths([tmp_path], now)

    assert {hit.title: hit.language for hit in ask.search("drucker wifi", "sv", today=TODAY)} == {
        "Drucker": "de",
        "Wifi": "sv",
    }
