"""The deployment files say what the code does, and deploy/check.py notices when they do not."""

import importlib.util
import lzma
import re
import shutil
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
GUIDES = sorted((ROOT / "docs" / "how-to").glob("*.md"))


def load_check(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("deploy_check", folder / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of deploy/ that may be broken, beside the real code."""
    shutil.copytree(DEPLOY, tmp_path / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("bot", "jobs", "migrations", "models", "requirements"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in ("pyproject.toml", "README.md"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path / "deploy"


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")


def compose() -> dict[str, Any]:
    services: dict[str, Any] = load_check(DEPLOY).read("compose.yaml")["services"]
    return services


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


class TestTheChecks:
    @pytest.mark.slow
    def test_find_nothing_wrong_and_name_each_tool_they_skip(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        check = load_check(DEPLOY)

        failed = check.main()

        lines = capsys.readouterr().out.splitlines()
        assert not failed, lines
        assert len(lines) == len(check.CHECKS)
        assert all(re.match(r"ok       |skipped  .+: .+ is not installed here$", _) for _ in lines)

    def test_one_fault_is_one_failed_line_and_exit_code_1(
        self, copy: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        change(copy, "alerts.yaml", "lotsen_outbox_stuck", "lotsen_outbox_lost")
        check = load_check(copy)
        check.CHECKS = (  # type: ignore[attr-defined]  # a module that was loaded by path
            ("alerts", check.alert_metrics),
            ("manifests", check.manifests_agree),
        )

        assert check.main() == 1
        failed, fine = capsys.readouterr().out.splitlines()
        assert failed == "FAILED   alerts: no such metric: lotsen_outbox_lost"
        assert fine.startswith("ok ")

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("name", "old", "new", "check", "told"),
        [
            ("slack-manifest.yaml", "- chat:write", "- chat:wrte", "manifest_scopes", "chat:write"),
            ("slack-manifest.yaml", "- commands", "- admin", "manifest_schema", "admin"),
            (
                "slack-manifest.yaml",
                "      - app_mention\n",
                "      - app_mention\n      - team_join\n",
                "manifest_events",
                "team_join",
            ),
            (
                "slack-manifest.yaml",
                "      - reaction_added\n",
                "",
                "manifest_events",
                "reaction_added",
            ),
            ("slack-manifest.yaml", "/lotsen\n", "/pilot\n", "manifest_events", "/pilot"),
            ("slack-manifest.yaml", "make_ticket", "ticket", "manifest_events", "ticket"),
            (
                "slack-manifest-http.yaml",
                "url: https://lotsen",
                "url: https://pilot",
                "manifests_agree",
                "one",
            ),
            ("slack-manifest-http.yaml", "always_online: true", "", "manifests_agree", "differ"),
            ("slack-manifest-http.yaml", "https://", "http://", "manifest_schema", "http://"),
            ("alerts.yaml", "groups:", "groups: [", "yaml_parses", "alerts.yaml"),
            ("grafana.json", "lotsen_tickets", "lotsen_cases", "dashboard_metrics", "lotsen_cases"),
            (
                "grafana.json",
                "lotsen_llm_on",
                "lotsen_build_info",
                "dashboard_metrics",
                "lotsen_llm_on",
            ),
            (
                "grafana.json",
                "min(lotsen_database_up",
                "min((lotsen_database_up",
                "dashboard_queries",
                "parenthesis",
            ),
            ("Dockerfile", "-r requirements/server", "-r lock", "image_sources", "lock.txt"),
            ("Dockerfile", "COPY bot bot", "COPY bots bot", "image_sources", "bots"),
            ("Dockerfile", "python:3.11.14-slim", "python:3-slim", "image_sources", "python:3-"),
            ("Dockerfile", "USER 10001:10001", "RUN cd /tmp", "hadolint", "DL3003"),
            ("compose.yaml", "read_only:", "readonly:", "compose", "readonly"),
            (
                "lotsen.service",
                "ProtectSystem=strict",
                "ProtectSystm=strict",
                "unit_verify",
                "ProtectSystm",
            ),
            ("lotsen.service", "CapabilityBoundingSet=\n", "", "unit_security", "exposure"),
        ],
    )
    def test_notice(self, copy: Path, name: str, old: str, new: str, check: str, told: str) -> None:
        change(copy, name, old, new)
        module = load_check(copy)
        look: Callable[[], str] = getattr(module, check)

        try:
            with pytest.raises(module.FailedError, match=re.escape(told)):
                look()
        except module.SkippedError as why:
            pytest.skip(str(why))

    def test_notice_a_setting_that_the_example_forgets(self, copy: Path) -> None:
        example = copy / "lotsen.env.example"
        example.write_text("#LOTSEN_HOME=var\nLOTSEN_HOEM=var\n", "utf-8")
        check = load_check(copy)

        with pytest.raises(check.FailedError, match=r"missing in the example: .*SLACK_BOT_TOKEN"):
            check.example_settings()


class TestTheContainers:
    def test_hold_no_right_and_write_nowhere_but_their_volume(self) -> None:
        for name, service in compose().items():
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
            assert not {"cap_add", "privileged", "network_mode"} & service.keys(), name

    def test_say_when_they_are_ill_and_come_back(self) -> None:
        for name, service in compose().items():
            assert service["healthcheck"]["test"][0] == "CMD", name
            assert service["restart"] == "unless-stopped", name

    def test_are_one_on_sqlite_or_two_on_postgresql_never_both(self) -> None:
        services = compose()

        profiles = {name: service["profiles"] for name, service in services.items()}
        assert profiles == {"bot": ["default"], "replica": ["postgres"], "postgres": ["postgres"]}
        assert services["replica"]["deploy"]["replicas"] == 2
        assert "deploy" not in services["bot"]
        assert services["bot"]["environment"]["LOTSEN_DATABASE_URL"] == ""

    def test_show_health_and_metrics_to_their_own_machine_only(self) -> None:
        published = [port for one in compose().values() for port in one.get("ports", ())]

        assert published == ["127.0.0.1:8077:8077"]

    @pytest.mark.slow
    def test_have_room_for_the_language_model_that_is_unpacked_in_tmp(self) -> None:
        # In 64 MB the first message could not be handled: no space left on device.
        import py3langid
        from py3langid.langid import MODEL_FILE

        with lzma.open(Path(py3langid.__file__).parent / MODEL_FILE) as model:
            needed = sum(len(chunk) for chunk in iter(lambda: model.read(1 << 20), b""))

        for name in ("bot", "replica"):
            (tmp,) = compose()[name]["tmpfs"]
            room = re.search(r"size=(\d+)m", tmp)
            assert room is not None
            assert int(room[1]) * 1_000_000 > 1.5 * needed

    def test_run_as_nobody_in_particular_and_start_lotsen(self) -> None:
        last = (DEPLOY / "Dockerfile").read_text("utf-8").split("\nFROM ")[-1]

        assert re.findall(r"^USER (.+)$", last, re.MULTILINE) == ["10001:10001"]
        assert re.findall(r"^VOLUME (.+)$", last, re.MULTILINE) == ["/var/lib/lotsen"]
        assert 'ENTRYPOINT ["lotsen"]\nCMD ["run"]' in last
        assert "/healthz" in last


class TestTheDrain:
    def test_has_more_time_than_it_takes(self) -> None:
        unit = (DEPLOY / "lotsen.service").read_text("utf-8")
        allowed = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)

        assert allowed is not None
        assert int(allowed[1]) > 10
        for name in ("bot", "replica"):
            assert seconds(compose()[name]["stop_grace_period"]) > 10


class TestTheLocks:
    @pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
    def test_pin_each_package_with_the_extras_that_others_ask_of_it(self, lock: Path) -> None:
        # Else pip takes the newest release for the extra, and refuses its hash.
        locked = {
            str(canonicalize_name(found["name"])): set(re.findall(r"[\w-]+", found["extras"] or ""))
            for found in re.finditer(
                r"^(?P<name>[\w.-]+)(\[(?P<extras>[^]]+)])?==",
                lock.read_text("utf-8"),
                re.MULTILINE,
            )
        }

        for name, extras in locked.items():
            for needed, wanted in asked_of_others(name, extras):
                assert wanted <= locked.get(needed, wanted), f"{name} asks for {needed}{wanted}"


def asked_of_others(name: str, extras: set[str]) -> Iterator[tuple[str, set[str]]]:
    """The packages that a package needs with extras; nothing where it is not installed."""
    try:
        lines = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return
    for needed in map(Requirement, lines):
        here = any(
            needed.marker is None or needed.marker.evaluate({"extra": extra})
            for extra in (*extras, "")
        )
        if needed.extras and here:
            yield str(canonicalize_name(needed.name)), set(needed.extras)


class TestTheGuides:
    def test_and_alerts_name_only_commands_that_exist(self) -> None:
        from bot.cli.application import load
        from bot.cli.catalogue import COMMANDS

        texts = [path.read_text("utf-8") for path in (*GUIDES, DEPLOY / "alerts.yaml")]
        named = {match.groups() for text in texts for match in COMMAND.finditer(code_of(text))}

        assert {("run", None), ("doctor", None), ("outbox", "drop")} <= named
        for word, second in sorted(named, key=str):
            assert word in COMMANDS, word
            group = getattr(load(word), "commands", None)
            alone = second is None and getattr(load(word), "invoke_without_command", False)
            if group is not None and not alone:
                assert second in group, f"{word} {second}"

    @pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
    def test_point_to_files_that_exist(self, guide: Path) -> None:
        text = guide.read_text("utf-8")

        links = re.findall(r"\]\((?!http)([^)#]+)\)", text)
        paths = re.findall(r"(?<![/\w.])((?:deploy|requirements|docs)/[\w./-]+\w)", text)
        assert all((guide.parent / link).exists() for link in links), links
        assert all((ROOT / path).exists() for path in paths if path != "deploy/.env"), paths


COMMAND = re.compile(
    r"(?:bin/lotsen|(?:^|[>,] |then |or |bot )lotsen|run --rm (?:--no-deps )?(?:bot|replica))"
    r" ([a-z]+)(?: ([a-z]+))?(?=[ .,;]|$)",
    re.MULTILINE,
)
"""Lotsen at the place of a command, and what is run in its containers."""


def code_of(markdown: str) -> str:
    """What stands in code blocks, code spans and an alert's action."""
    blocks = re.findall(r"```.*?\n(.*?)```", markdown, re.DOTALL)
    rest = re.sub(r"```.*?```", "", markdown, flags=re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", rest) + re.findall(r'action: "(.*)"', markdown)
    return "\n".join((*blocks, *spans))
