"""Checks the deployment files against their own tools and against the code; a line a check.

Run by ``make lint``. A tool that is not on this machine is skipped by name; the checks
against the code always run. Exit code 1 when a check failed.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Set
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

DEPLOY = Path(__file__).resolve().parent
ROOT = DEPLOY.parent
MANIFESTS = ("slack-manifest.yaml", "slack-manifest-http.yaml")
MAX_EXPOSURE = 20  # tenths, as systemd-analyze counts them
PLACE_OF_PROGRAM = "/opt/lotsen/bin/lotsen"
# Not the operator's own file: the check must not depend on it, nor read secrets.
NO_SECRETS = {"LOTSEN_ENV_FILE": "/dev/null"}
_LONGEST_S = 60


class FailedError(Exception):
    """A check found something wrong; the message says what."""


class SkippedError(Exception):
    """A check could not run here; the message says why."""


def read(name: str) -> Any:
    """Return a YAML file of this folder as plain values."""
    return YAML(typ="safe", pure=True).load(DEPLOY / name)


def run(tool: str, *arguments: str, environment: Mapping[str, str] | None = None) -> list[str]:
    """Run a tool of the virtual environment or of the machine.

    Returns
    -------
    The lines it printed.

    Raises
    ------
    SkippedError
        When the tool is not here.
    FailedError
        When it found fault, with its first lines and the last.
    """
    beside = Path(sys.executable).with_name(tool)
    path = str(beside) if beside.exists() else shutil.which(tool)
    if path is None:
        raise SkippedError(f"{tool} is not installed here")
    done = subprocess.run(  # noqa: S603  # fixed tools, fixed arguments, no shell
        [path, *arguments],
        cwd=DEPLOY,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": tempfile.gettempdir()}
        | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )
    said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    if done.returncode != 0:
        raise FailedError(f"{tool}: " + " / ".join(said[:4] + said[4:][-1:]))
    return said


# Tools


def hadolint() -> str:
    run("hadolint", "Dockerfile")
    return "clean"


def compose() -> str:
    for profile in ("default", "postgres"):
        arguments = ("-f", "compose.yaml", "--env-file", "/dev/null", "--profile", profile)
        run("docker-compose", *arguments, "config", "-q", environment=NO_SECRETS)
    return "profiles default and postgres"


def unit_verify() -> str:
    # An unknown key is no failure for systemd, but it would protect nobody.
    said = [
        line
        for line in _with_unit(lambda unit: run("systemd-analyze", "verify", unit))
        if "lotsen.service" in line
    ]
    if said:
        raise FailedError(" / ".join(said))
    return "clean"


def unit_security() -> str:
    limit = f"--threshold={MAX_EXPOSURE}"
    arguments = ("security", "--offline=true", limit, "--no-pager")
    return _with_unit(lambda unit: run("systemd-analyze", *arguments, unit))[-1]


def _with_unit(check: Callable[[str], list[str]]) -> list[str]:
    text = (DEPLOY / "lotsen.service").read_text("utf-8")
    if PLACE_OF_PROGRAM not in text:
        raise FailedError(f"lotsen.service does not start {PLACE_OF_PROGRAM}")
    # systemd looks for the program, which is not installed where this check runs.
    with tempfile.TemporaryDirectory() as folder:
        unit = Path(folder) / "lotsen.service"
        unit.write_text(text.replace(PLACE_OF_PROGRAM, "/bin/true"), "utf-8")
        return check(str(unit))


def proxy() -> str:
    """Let nginx read its example, with a certificate made for the occasion."""
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        names = "/etc/letsencrypt/live/lotsen.example.com/"
        made = (
            *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-subj", "/CN=lotsen.example.com", "-days", "1"),
            *("-keyout", str(place / "privkey.pem"), "-out", str(place / "fullchain.pem")),
        )
        run("openssl", *made)
        main = place / "main.conf"
        main.write_text(
            f"pid {place}/pid;\nevents {{}}\nhttp {{ access_log off;\n"
            f"{text.replace(names, f'{place}/')}}}\n",
            "utf-8",
        )
        run("nginx", "-t", "-q", "-e", "stderr", "-c", str(main))
    if "/metrics" in re.sub(r"#.*", "", text):
        raise FailedError("what is inside is passed on")
    return "nginx reads it"


def manifest_schema() -> str:
    run("check-jsonschema", "--schemafile", "slack-manifest.schema.json", *MANIFESTS)
    return f"{len(MANIFESTS)} manifests"


def alert_rules() -> str:
    return run("promtool", "check", "rules", "alerts.yaml")[-1]


def alert_tests() -> str:
    return run("promtool", "test", "rules", "alerts.test.yaml")[-1]


# Our own checks, which need no tool


def yaml_parses() -> str:
    names = sorted(path.name for path in DEPLOY.glob("*.yaml"))
    for name in names:
        try:
            read(name)
        except YAMLError as error:
            raise FailedError(f"{name}: {error}") from error
    return f"{len(names)} files"


def image_sources() -> str:
    """Check that everything that the image copies and installs is in the repository."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    _none("not in the repository", {name for name in copied if not (ROOT / name).exists()})
    installed = set(re.findall(r"--require-hashes -r (\S+)", text))
    if not installed:
        raise FailedError("nothing is installed with --require-hashes")
    _none("installed but not copied", installed - set(copied))
    loose = {name for name in re.findall(r"^FROM (\S+)", text, re.MULTILINE) if not _exact(name)}
    _none("no exact version", loose)
    return ", ".join(sorted(installed))


def _exact(image: str) -> bool:
    return re.search(r":\d+\.\d+\.\d+-slim", image) is not None


def example_settings() -> str:
    """Check that lotsen.env.example and the settings name the same variables."""
    from models.settings import Settings

    example = DEPLOY / "lotsen.env.example"
    if not example.is_file():
        raise SkippedError("there is no lotsen.env.example")
    shown = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", example.read_text("utf-8"), re.MULTILINE))
    known = {name.upper() for name in Settings.model_fields}
    _none("missing in the example", known - shown)
    _none("no such setting", shown - known)
    return f"{len(known)} settings"


def manifest_events() -> str:
    """Check that Slack sends what the listeners handle, no more and no less."""
    handled = _listeners()
    for name in MANIFESTS:
        manifest = read(name)
        events = {
            event.partition(".")[0]
            for event in manifest["settings"]["event_subscriptions"]["bot_events"]
        }
        features = manifest["features"]
        shown = {
            "event": events,
            "command": {one["command"] for one in features["slash_commands"]},
            "shortcut": {one["callback_id"] for one in features["shortcuts"]},
        }
        for kind, names in shown.items():
            _none(f"{name}: {kind} that nobody handles", names - handled[kind])
            _none(f"{name}: {kind} that Slack never sends", handled[kind] - names)
    return ", ".join(sorted(handled["event"]))


class _Register:
    """Stands where Bolt's app stands, and notes who listens to what by name."""

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = {"event": set(), "command": set(), "shortcut": set()}

    def __getattr__(self, kind: str) -> Callable[[object], Callable[[object], None]]:
        def listens(what: object) -> Callable[[object], None]:
            if isinstance(what, str) and kind in self.names:
                self.names[kind].add(what)
            return lambda _listener: None

        return listens


def _listeners() -> dict[str, set[str]]:
    from bot.slack.listeners import Listeners

    register = _Register()
    nobody = cast("Any", None)
    Listeners(nobody, nobody, nobody).register(cast("Any", register))
    return register.names


def manifest_scopes() -> str:
    """Check that the app asks for the scopes that the Slack double grants."""
    from bot.demo.double.identity import EVENT_SCOPES, MANIFEST_SCOPES

    for name in MANIFESTS:
        asked = set(read(name)["oauth_config"]["scopes"]["bot"])
        _none(f"{name}: scope missing", MANIFEST_SCOPES - asked)
        _none(f"{name}: scope that nobody needs", asked - MANIFEST_SCOPES)
        _none(f"{name}: scope of an event missing", set(EVENT_SCOPES.values()) - asked)
    return f"{len(MANIFEST_SCOPES)} scopes"


def manifests_agree() -> str:
    """Check that the manifests differ in the way Slack reaches us, and in nothing else."""
    socket, http = (read(name) for name in MANIFESTS)
    addresses = {
        http["settings"]["event_subscriptions"].pop("request_url", None),
        http["settings"]["interactivity"].pop("request_url", None),
        *(command.pop("url", None) for command in http["features"]["slash_commands"]),
    }
    if len(addresses) != 1 or None in addresses:
        raise FailedError("the HTTP manifest must name one address in three places")
    modes = [one["settings"].pop("socket_mode_enabled") for one in (socket, http)]
    if modes != [True, False] or socket != http:
        raise FailedError("the manifests differ in more than addresses and socket_mode_enabled")
    return "they differ in addresses and mode only"


_METRICS = ("metrics", "meters")


def alert_metrics() -> str:
    """Check that alerts name only metrics that exist."""
    rules = [rule for group in read("alerts.yaml")["groups"] for rule in group["rules"]]
    named = _metrics_in(rule["expr"] for rule in rules)
    _none("no such metric", named - _exported())
    return f"{len(rules)} alerts, {len(named)} metrics"


def dashboard_metrics() -> str:
    """Check that the dashboard shows each metric that there is, and no other."""
    panels = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))["panels"]
    named = _metrics_in(one["expr"] for panel in panels for one in panel.get("targets", ()))
    _none("no such metric", named - _exported())
    _none("on no panel", _exported() - named)
    return f"{len(panels)} panels and rows, {len(named)} metrics"


def dashboard_queries() -> str:
    """Let Prometheus read each query of the dashboard, as a rule."""
    panels = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))["panels"]
    queries = [one["expr"] for panel in panels for one in panel.get("targets", ())]
    rules = [
        {"record": f"lotsen:{n}", "expr": query.replace("$job", "lotsen")}
        for n, query in enumerate(queries)
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "queries.yaml"
        file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}), "utf-8")
        return run("promtool", "check", "rules", str(file))[-1]


def _exported() -> set[str]:
    source = "".join((ROOT / "bot" / f"{name}.py").read_text("utf-8") for name in _METRICS)
    return set(re.findall(r'"(lotsen_[a-z0-9_]+)"', source))


def _metrics_in(queries: Iterable[str]) -> set[str]:
    named = {name for query in queries for name in re.findall(r"lotsen_[a-z0-9_]+", query)}
    return {re.sub(r"_(total|bucket|sum|count|info)$", "", name) for name in named}


def _none(what: str, names: Set[str]) -> None:
    if names:
        raise FailedError(f"{what}: " + ", ".join(sorted(names)))


CHECKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("YAML parses", yaml_parses),
    ("image: sources and lock", image_sources),
    ("settings example", example_settings),
    ("manifest: events, command, shortcut", manifest_events),
    ("manifest: scopes", manifest_scopes),
    ("manifest: Socket Mode and HTTP agree", manifests_agree),
    ("alerts: metrics exist", alert_metrics),
    ("dashboard: metrics exist, and each is shown", dashboard_metrics),
    ("image: hadolint", hadolint),
    ("compose: docker-compose config", compose),
    ("unit: systemd-analyze verify", unit_verify),
    ("unit: systemd-analyze security", unit_security),
    ("proxy: nginx reads its example", proxy),
    ("manifest: check-jsonschema", manifest_schema),
    ("alerts: promtool check rules", alert_rules),
    ("alerts: promtool test rules", alert_tests),
    ("dashboard: promtool reads each query", dashboard_queries),
)


def main() -> int:
    """Run every check and print a line for each; return the exit code."""
    failed = False
    for title, check in CHECKS:
        try:
            line = f"ok       {title}: {check()}"
        except SkippedError as why:
            line = f"skipped  {title}: {why}"
        except FailedError as fault:
            failed = True
            line = f"FAILED   {title}: {fault}"
        sys.stdout.write(line + "\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
