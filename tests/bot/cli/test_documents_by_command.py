"""``lotsen documents``: listed, shown, printed to be changed, and written as file."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen


def test_a_document_is_filled_in_with_what_the_company_wrote(lotsen: Lotsen, home: Path) -> None:
    listed = lotsen("documents", "list", "--json").json["documents"]
    before = {one["kind"]: one["to_fill_in"] for one in listed}
    assert before["employee_notice"] > 0
    (home / "documents").mkdir(parents=True)
    (home / "documents" / "facts.toml").write_text('company = "Example AB"\n', "utf-8")
    shown = lotsen("documents", "show", "employee-notice", "--language", "sv", "--json").json
    assert shown["kind"] == "employee_notice"
    assert "Example AB är personuppgiftsansvarig" in shown["markdown"]
    assert len(shown["to_fill_in"]) == before["employee_notice"] - 1
    assert "Example AB" in lotsen("documents", "show", "employee_notice").out


def test_what_template_prints_can_be_changed_and_is_used_instead(
    lotsen: Lotsen, home: Path
) -> None:
    printed = lotsen("documents", "template", "ai_notice")
    assert "{company}" in printed.out
    assert "documents/ai_notice.en.md" in printed.err
    (home / "documents").mkdir(parents=True, exist_ok=True)
    own = home / "documents" / "ai_notice.en.md"
    own.write_text("# Our own words\n\n{keep_days} days\n", "utf-8")
    assert "Our own words" in lotsen("documents", "show", "ai_notice").out
    own.write_text("{boss}", "utf-8")
    refused = lotsen("documents", "show", "ai_notice")
    assert refused.code == 2
    assert "{boss}" in refused.err
    assert "company" in refused.err


@pytest.mark.parametrize(("name", "begins"), [("n.md", b"# "), ("n.pdf", b"%PDF")])
def test_a_document_is_written_as_markdown_or_pdf(
    lotsen: Lotsen, tmp_path: Path, name: str, begins: bytes
) -> None:
    written = lotsen("documents", "write", "union_brief", str(tmp_path / name))
    assert written.code == 0
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert "to fill in: Data owner (register roles)" in written.err


@pytest.mark.parametrize("file", ["n.docx", "n"])
def test_another_kind_of_file_or_document_is_refused(
    lotsen: Lotsen, tmp_path: Path, file: str
) -> None:
    refused = lotsen("documents", "write", "ai_notice", str(tmp_path / file))
    assert (refused.code, ".pdf" in refused.err) == (2, True)
    unknown = lotsen("documents", "show", "poem")
    assert (unknown.code, "ai_notice" in unknown.err) == (2, True)
