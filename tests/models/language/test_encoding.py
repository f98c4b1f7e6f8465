"""Exports come in the encodings of Excel and of help desks."""

from pathlib import Path

import pytest

from models.errors import InvalidError
from models.language.encoding import encoding_of

TEXT = "nummer;ämne\n1;Lösenordet går inte att byta på Åsas dator\n"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, written: str, found: str) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(TEXT.encode(written))

    assert encoding_of(file) == found
    assert file.read_text(encoding=found, errors="replace") == TEXT


def test_a_file_cut_inside_a_letter_is_still_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes("Lösenord för Åsa ö".encode()[:-1])

    assert encoding_of(file) == "utf-8"


def test_one_bad_byte_does_not_garble_the_other_letters(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes("åäö åäö ".encode() + b"\xff" + "åäö".encode())

    assert encoding_of(file) == "utf-8"


def test_an_empty_file_is_utf_8(tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.touch()

    assert encoding_of(file) == "utf-8"


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_what_is_no_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidError, match="cannot be read"):
        encoding_of(tmp_path / name)
