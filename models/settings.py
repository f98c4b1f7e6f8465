"""Every knob on one page. Nothing else reads the environment."""

import zoneinfo
from datetime import UTC, datetime, time
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    SettingsConfigDict,
)

from models.currency import Currency, named_currency
from models.errors import InvalidError
from models.headcount import Headcount
from models.language import LANGUAGES, Language

Ids = Annotated[tuple[str, ...], NoDecode]
HoldOutUnit = Literal["question", "half_day"]
_NOT_OURS = ("lotsen_env_file", "lotsen_mode", "lotsen_test_")
"""What deploy/compose.yaml and the tests read, beside the settings."""


class Settings(BaseSettings):
    """Settings from the environment, or from ``lotsen.env`` in the working folder.

    The environment wins over the file. Names are those of the variables in upper case.
    """

    model_config = SettingsConfigDict(
        env_file="lotsen.env",
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        env_ignore_empty=True,
    )

    lotsen_home: Path = Path("var")
    """Folder of the database and the log; made when missing."""
    lotsen_database_url: str = ""
    """Empty: SQLite in the home folder. Else ``postgresql://…`` (needs the `postgres` extra)."""
    lotsen_timezone: str = "Europe/Stockholm"
    lotsen_language: Language = "sv"
    """Language of posts to whole channels; a person's own locale decides elsewhere."""
    lotsen_people: str = ""
    """How many people work here, 120, or from which day on each number holds:
    2026-01-01=110, 2026-09-01=120. Empty: nobody said yet. Made for 50 to 250."""
    lotsen_currency: str = ""
    """What sums are in: EUR, SEK, NOK, DKK, GBP or CHF. Empty: SEK where the language is Swedish,
    else EUR. The first sum that is written down fixes it."""
    lotsen_euro_rate: float = Field(0.0, ge=0, le=100)
    """What a euro costs in that currency: the language model is metered in EUR, and its calls are
    booked at this rate. 0: a rounded one (11 SEK, 11.50 NOK, 7.50 DKK, 0.85 GBP, 0.95 CHF)."""
    lotsen_country: str = "SE"
    """Whose public holidays the office keeps (ISO 3166)."""
    lotsen_office_opens: time = time(8)
    lotsen_office_closes: time = time(17)
    lotsen_closed_days: Ids = ()
    """The company's own days off: 12-28, 2026-12-28, 2026-12-28..2027-01-01 or easter-3."""
    lotsen_half_days: Ids = ()
    """Days on which the office closes early, written in the same ways."""
    lotsen_half_day_closes: time = time(12)
    lotsen_http_host: str = "127.0.0.1"
    lotsen_http_port: int = Field(8077, ge=0, le=65535)

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"

    lotsen_help_channel: Ids = ()
    """Channels where a message is a question; several, with commas."""
    lotsen_support_channel: str = ""
    lotsen_lead_channel: str = ""
    lotsen_management_channel: str = ""
    lotsen_sandbox_channel: str = ""
    """Where everybody may try Lotsen out; nothing there counts, and it is deleted after a day."""
    lotsen_agents: Ids = ()
    """Slack user ids or user-group ids of the support staff."""
    lotsen_leads: Ids = ()
    lotsen_finance: Ids = ()
    """Slack user ids of the finance team, who alone confirm the money of a statement: neither the
    support staff nor the IT lead may, unless they are named here too."""
    lotsen_guest_channels: Ids = ()
    """Channels where guests and people of other companies are answered too; elsewhere they get a
    ticket or a short word, and nothing of what is stored."""
    lotsen_duty_group: Ids = ()
    """Who is on duty where the rota says nobody: a user group, or user ids; each reads of urgent
    tickets and of outages by direct message at once, ten at most."""
    lotsen_private_group: Ids = ()
    """Who gets what only a few may read, each by direct message: a user group, or user ids; ten at
    most."""
    lotsen_private_contact: str = ""
    """Whom to turn to with it besides, such as: Karin Lind, HR, 070-123 45 67."""

    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str = ""
    lotsen_llm_model: str = ""
    lotsen_llm_monthly_cap: float = Field(0.0, ge=0)
    lotsen_llm_price_in: float = Field(10.0, ge=0)
    """EUR a million tokens sent. Dear on purpose: with too low a price the cap would not hold."""
    lotsen_llm_price_out: float = Field(40.0, ge=0)
    """EUR a million tokens of answers. Both 0: the model costs nothing, and needs no cap."""
    lotsen_llm_person_calls: int = Field(60, ge=0)
    """Calls of a day for what one person writes; a question needs one or two."""
    lotsen_llm_person_share: float = Field(0.1, ge=0, le=1)
    """Share of the month's cap that what one person writes may take."""
    lotsen_llm_sandbox_share: float = Field(0.1, ge=0, le=1)
    """Share of the month's cap that what is tried out in the sandbox may take."""
    lotsen_llm_deadline_seconds: float = Field(20.0, gt=0, le=20)
    lotsen_embeddings: str = "local"
    """``local``, ``none``, or a model's name at OPENAI_BASE_URL. Where local cannot run, words do."""

    lotsen_answer_precision: float = Field(0.95, ge=0.5, le=0.99)
    """Share of the answers that should be right; what is less sure is not answered."""

    lotsen_messages_per_minute: int = Field(20, ge=0)
    """Messages of one person in a minute that are taken in; what would begin a case beyond them is
    not, and they are told. The support staff is not limited. 0: nobody is."""

    lotsen_suggestion_minutes: int = Field(10, ge=0, le=480)
    """Office minutes after which titles that nobody chose from become a ticket by themselves;
    0 offers no titles: what has no sure answer is a ticket at once."""

    lotsen_target_precision: float = Field(0.95, ge=0.5, le=0.99)
    """Share of the categories that the classifier sets by itself that should be right; where it
    cannot be that sure, a person decides."""

    lotsen_blind_share: float = Field(0.05, ge=0, le=1)
    """Of the tickets that the classifier would decide: how many a person decides without
    seeing its suggestion, so that its precision is known; 1 to try a model on every ticket."""

    lotsen_hold_out_share: float = Field(0.0, ge=0, le=0.5)
    """Of the questions after the baseline is frozen: how many get a ticket at once and no help
    by Lotsen, so that its effect can be shown. Urgent ones and incidents are never among them."""

    lotsen_hold_out_unit: HoldOutUnit = "question"
    """What chance draws for that: each question, or all of a half-day, for desks of one to three
    people, where the same person handles a question with help and the next without."""

    lotsen_review_days: int = Field(14, ge=1, le=180)
    """So many days before an article expires its owner is asked whether it is still true."""

    lotsen_keep_texts_days: int = Field(730, ge=30)
    """Days after which the texts of closed tickets are emptied; times and counts stay."""

    lotsen_channel_interval_seconds: float = Field(1.0, ge=0)
    """Pause between two posts in one channel; Slack allows about one a second."""
    lotsen_lease_seconds: float = Field(30.0, gt=0)
    """After this, what a process that died had in its hands is taken up again: a command is
    handled, a post is looked up in Slack before it is sent."""
    lotsen_import_urls: bool = False
    """Whether `lotsen import knowledge` may fetch pages of the public web."""
    lotsen_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    lotsen_now: datetime | None = None
    """The moment that commands of the terminal take for now; without an offset, local time."""

    @field_validator(
        "lotsen_help_channel",
        "lotsen_agents",
        "lotsen_leads",
        "lotsen_finance",
        "lotsen_guest_channels",
        "lotsen_duty_group",
        "lotsen_private_group",
        "lotsen_closed_days",
        "lotsen_half_days",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("lotsen_sandbox_channel")
    @classmethod
    def _apart(cls, value: str, info: ValidationInfo) -> str:
        names = ("support", "lead", "management")
        others = {info.data.get(f"lotsen_{name}_channel") for name in names}
        if value and value in others.union(info.data.get("lotsen_help_channel", ())):
            raise ValueError(
                "name a channel of its own: what is written in the sandbox is deleted after a day"
            )
        return value

    @field_validator("lotsen_people")
    @classmethod
    def _number_of_people(cls, value: str) -> str:
        try:
            Headcount.parse(value)
        except InvalidError as error:
            raise ValueError(str(error)) from None
        return value

    @field_validator("lotsen_currency")
    @classmethod
    def _known_currency(cls, value: str) -> str:
        try:
            return named_currency(value, "").code if value else value
        except InvalidError as error:
            raise ValueError(str(error)) from None

    @field_validator("lotsen_euro_rate")
    @classmethod
    def _rate_of_another(cls, value: float, info: ValidationInfo) -> float:
        code = info.data.get("lotsen_currency", "")
        if value and not code:
            raise ValueError("name LOTSEN_CURRENCY too, of which a euro costs so much")
        try:
            named_currency(code, "", value)
        except InvalidError as error:
            raise ValueError(str(error)) from None
        return value

    @field_validator("lotsen_language")
    @classmethod
    def _known_language(cls, value: Language) -> Language:
        if value not in LANGUAGES:
            *others, last = map(repr, LANGUAGES)
            raise ValueError(f"{value!r}: write {', '.join(others)} or {last}")
        return value

    @field_validator("lotsen_timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        if not _is_timezone(value):
            raise ValueError(f"{value!r} is no time zone; write one such as Europe/Stockholm")
        return value

    @field_validator("lotsen_now", mode="before")
    @classmethod
    def _moment(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError as error:
            raise ValueError(
                f"{value!r}: write a time such as 2026-11-23T08:00 or 2026-11-23T07:00Z"
            ) from error
        if not 1970 <= moment.year <= 2200:
            raise ValueError(f"{value!r}: write a year from 1970 to 2200")
        zone = zoneinfo.ZoneInfo(info.data.get("lotsen_timezone", "UTC"))
        return moment.replace(tzinfo=moment.tzinfo or zone).astimezone(UTC)

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the environment and ``lotsen.env``.

        Raises
        ------
        InvalidError
            Naming each variable that is wrong and what it should be.
        """
        try:
            return cls(**overrides)  # type: ignore[arg-type]  # pydantic checks them
        except ValidationError as error:
            lines = [
                f"{'.'.join(map(str, part['loc'])).upper()}: {_fault(part)}"
                for part in error.errors()
            ]
            raise InvalidError("Settings: " + "; ".join(lines)) from error

    @classmethod
    def unknown_variables(cls) -> tuple[str, ...]:
        """Return names ``LOTSEN_…`` in the environment and ``lotsen.env`` that no setting has."""
        given = {*EnvSettingsSource(cls).env_vars, *DotEnvSettingsSource(cls).env_vars}
        unknown = given - cls.model_fields.keys()
        ours = (name for name in unknown if name.startswith("lotsen_"))
        return tuple(sorted(name.upper() for name in ours if not name.startswith(_NOT_OURS)))

    def as_values(self) -> dict[str, object]:
        """Return all settings as JSON can hold them, secrets too, for `load` in another process."""
        shown = {name: getattr(self, name) for name in type(self).model_fields}
        hidden = {
            name: value.get_secret_value()
            for name, value in shown.items()
            if isinstance(value, SecretStr)
        }
        return self.model_dump(mode="json") | hidden

    @property
    def secrets(self) -> tuple[str, ...]:
        """Tokens, keys and the like; those that are set."""
        fields = (getattr(self, name) for name in type(self).model_fields)
        kept = (one.get_secret_value() for one in fields if isinstance(one, SecretStr))
        return tuple(secret for secret in kept if secret)

    @property
    def currency(self) -> Currency:
        """What the company's sums are in, until the first of them is written down."""
        return named_currency(self.lotsen_currency, self.lotsen_language, self.lotsen_euro_rate)

    @property
    def headcount(self) -> Headcount:
        """How many people work here, from day to day."""
        return Headcount.parse(self.lotsen_people)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.lotsen_timezone)

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address of the database, with the driver named."""
        url = self.lotsen_database_url
        if not url:
            return f"sqlite:///{self.lotsen_home / 'lotsen.db'}"
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    @property
    def question_channels(self) -> tuple[str, ...]:
        """Channels where a message is a question: in earnest, or in the sandbox."""
        sandbox = (self.lotsen_sandbox_channel,) if self.lotsen_sandbox_channel else ()
        return (*self.lotsen_help_channel, *sandbox)

    @property
    def staff(self) -> frozenset[str]:
        return frozenset(self.lotsen_agents) | frozenset(self.lotsen_leads)

    @property
    def groups(self) -> frozenset[str]:
        """The user groups that the settings name."""
        named = self.staff.union(
            self.lotsen_private_group, self.lotsen_duty_group, self.lotsen_finance
        )
        return frozenset(name for name in named if name.startswith("S"))


def proxy_for(url: str) -> str:
    """Return the proxy that the environment names for an address; empty for none.

    ``HTTP_PROXY``, ``HTTPS_PROXY``, ``ALL_PROXY`` and ``NO_PROXY`` count, as everywhere; this
    machine itself is never asked for through one.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if not host or host == "localhost" or _is_loopback(host) or proxy_bypass(host):
        return ""
    found = getproxies()
    proxy = found.get(parts.scheme) or found.get("all") or ""
    return proxy if proxy.startswith(("http://", "https://")) else ""


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_timezone(name: str) -> bool:
    """Return whether the IANA database has the zone; to list all would open hundreds of files."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    # Other editions of the same zones.
    return name.split("/")[0] not in {"posix", "right", "posixrules"}


def _fault(part: ErrorDetails) -> str:
    """Say what is wrong with a setting and what to write, without the checker's own words."""
    kind, context = part["type"], part.get("ctx", {})
    given = repr(part["input"])
    told = {
        "value_error": str(context.get("error", "")),
        "literal_error": f"{given}: write {context.get('expected')}",
        "enum": f"{given}: write {context.get('expected')}",
        "less_than_equal": f"{given}: write a number of at most {context.get('le')}",
        "less_than": f"{given}: write a number below {context.get('lt')}",
        "greater_than_equal": f"{given}: write a number of at least {context.get('ge')}",
        "greater_than": f"{given}: write a number above {context.get('gt')}",
        "int_parsing": f"{given}: write a whole number",
        "float_parsing": f"{given}: write a number",
        "bool_parsing": f"{given}: write true or false",
    }
    return told.get(kind) or part["msg"]
