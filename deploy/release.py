"""Make what is released: the wheel, the pinned list of what it stands on as CycloneDX, checksums.

Run by ``make release``. The version stands in pyproject.toml; CHANGELOG.md must have its section.
"""

import argparse
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
import venv
import zipfile
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("run.txt", "server.txt", "meaning.txt")
_LONGEST_S = 600


def main() -> int:
    """Make everything anew in dist/ and say what it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--tools", type=Path, required=True, help="folder of build and cyclonedx-py"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--draft", action="store_true", help="without a section in CHANGELOG.md")
    options = parser.parse_args()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    if not options.draft and not has_section((ROOT / "CHANGELOG.md").read_text("utf-8"), version):
        print(f"CHANGELOG.md has no section [{version}] with a date: write it, or pass --draft")
        return 1
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    tools = options.tools.absolute()
    _run(
        tools / "python", "-m", "build", "--wheel", "--no-isolation", "--outdir", options.out, ROOT
    )
    wheel = next(options.out.glob("*.whl"))
    lacking = missing(wheel)
    if lacking:
        print("the wheel lacks:", *lacking)
        return 1
    for lock in LOCKS:
        shutil.copy(ROOT / "requirements" / lock, options.out / f"requirements-{lock}")
    bill = options.out / f"lotsen-{version}.cdx.json"
    _run(
        tools / "cyclonedx-py",
        "requirements",
        ROOT / "requirements" / "server.txt",
        "--pyproject",
        ROOT / "pyproject.toml",
        "--output-file",
        bill,
    )
    try_out(wheel)
    sums = [f"{_digest(file)}  {file.name}" for file in sorted(options.out.iterdir())]
    (options.out / "SHA256SUMS").write_text("\n".join(sums) + "\n", "utf-8")
    print(*sums, sep="\n")
    return 0


def has_section(changelog: str, version: str) -> bool:
    """Return whether the changelog has a dated section for a version."""
    return bool(re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.M))


def missing(wheel: Path) -> list[str]:
    """Return the files of the source that a wheel should hold and does not."""
    wanted = {
        file.relative_to(ROOT).as_posix()
        for folder in ("bot", "jobs", "migrations", "models")
        for file in (ROOT / folder).rglob("*")
        if file.is_file()
        and "__pycache__" not in file.parts
        and file.suffix not in {".pyc", ".npz"}
    }
    with zipfile.ZipFile(wheel) as archive:
        return sorted(wanted - set(archive.namelist()))


def try_out(wheel: Path) -> None:
    """Install the wheel into an environment of its own, far from the source, and call it."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        venv.create(place / "env", with_pip=True)
        python = place / "env" / "bin" / "python"
        lock = ROOT / "requirements" / "run.txt"
        _run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock)
        _run(python, "-m", "pip", "install", "--quiet", "--no-deps", wheel)
        lotsen = place / "env" / "bin" / "lotsen"
        for words in (["--version"], ["migrate", "up"], ["ask", "vpn"], ["kpi"]):
            _run(lotsen, *words, cwd=place)
        refused = subprocess.run(
            [str(lotsen), "run"],
            cwd=place,
            capture_output=True,
            text=True,
            timeout=_LONGEST_S,
            check=False,
        )
        if refused.returncode != 2 or "SLACK_BOT_TOKEN" not in refused.stderr:
            raise SystemExit(f"lotsen run did not say what is missing: {refused.stderr}")
        _show_demo(lotsen, place)


def _show_demo(lotsen: Path, place: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    demo = subprocess.Popen([str(lotsen), "demo", "--port", str(port), "--no-browser"], cwd=place)
    try:
        until = time.monotonic() + _LONGEST_S
        while time.monotonic() < until and demo.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                    if page.status == 200:
                        return
            except OSError:
                time.sleep(0.5)
        raise SystemExit("lotsen demo showed no page")
    finally:
        demo.terminate()
        demo.wait(30)


def _run(*words: object, cwd: Path = ROOT) -> None:
    subprocess.run([str(word) for word in words], check=True, cwd=cwd, timeout=_LONGEST_S)


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
