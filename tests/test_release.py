"""What `make release` looks at before it makes anything, and the names that Lotsen needs for itself."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import ZipFile

import pytest

from bot import cli

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def release() -> Any:
    spec = spec_from_file_location("release", ROOT / "deploy" / "release.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("line", "has"),
    [
        ("## [0.1.0] - 2026-12-01", True),
        ("## [0.1.0]", False),
        ("## [0.1.0-rc1] - 2026-12-01", False),
        ("## [Unreleased]", False),
    ],
)
def test_a_version_needs_a_dated_section(release: Any, line: str, has: bool) -> None:
    assert release.has_section(f"# Changelog\n\n{line}\n### Added\n", "0.1.0") is has


def test_a_wheel_without_a_catalogue_is_found_out(release: Any, tmp_path: Path) -> None:
    folders = ("bot", "jobs", "migrations", "models")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*") if file.is_file()]
    catalogue = "models/language/languages/sv/messages.po"
    with ZipFile(tmp_path / "lotsen.whl", "w") as archive:
        for name in sorted(file.relative_to(ROOT).as_posix() for file in files):
            if name != catalogue:
                archive.writestr(name, "")
    assert release.missing(tmp_path / "lotsen.whl") == [catalogue]


def test_a_package_of_the_same_name_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = ModuleType("jobs")
    other.__file__ = str(tmp_path / "jobs" / "__init__.py")
    monkeypatch.setitem(sys.modules, "jobs", other)
    with pytest.raises(SystemExit, match=r"another package named jobs .* environment of its own"):
        cli._require_own_packages()
