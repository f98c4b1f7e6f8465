"""Where a model answers, what it costs, and what still has to be set before it is asked."""

import math
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import inet_aton
from urllib.parse import urlsplit

from pydantic import SecretStr

from models.currency import EURO, Currency
from models.governance.model_policy import ModelLocation
from models.language import N_
from models.settings import Settings, proxy_for
from models.store.llm_calls import CallLimits

OPENAI = "https://api.openai.com/v1"
_OF_OPENAI = ("openai.com", "openai.azure.com")
_OWN_NAMES = (".local", ".internal", ".lan", ".localhost")


@dataclass(frozen=True, slots=True)
class Price:
    """EUR a million tokens, which is as many millionths of a euro a token."""

    tokens_in: float
    tokens_out: float

    def micros(self, tokens_in: int, tokens_out: int) -> int:
        """Return the price of so many tokens in millionths of a euro, rounded up."""
        return math.ceil(tokens_in * self.tokens_in + tokens_out * self.tokens_out)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A service with OpenAI's interface, and one model of it.

    Attributes
    ----------
    cap_micros
        What it may cost a calendar month, in millionths of a euro.
    deadline_s
        Seconds from a question to its answer or refusal.
    person_calls
        Calls a day for what one person writes.
    person_share
        Of the cap, what one person's words may take.
    sandbox_share
        Of the cap, what the sandbox may take.
    proxy
        Through which the service is reached; empty for none.
    currency
        What its calls are booked in.
    """

    base_url: str
    model: str
    price: Price
    cap_micros: int
    deadline_s: float = 20.0
    api_key: SecretStr = field(default=SecretStr(""), repr=False)
    person_calls: int = 60
    person_share: float = 0.1
    sandbox_share: float = 0.1
    proxy: str = field(default="", repr=False)  # it may hold a password
    currency: Currency = EURO

    @property
    def limits(self) -> CallLimits:
        return CallLimits(
            sandbox_micros=math.floor(self.cap_micros * self.sandbox_share),
            person_micros=math.floor(self.cap_micros * self.person_share),
            person_calls=self.person_calls,
        )

    @property
    def host(self) -> str:
        return (urlsplit(self.base_url).hostname or "").lower()

    @property
    def is_openai(self) -> bool:
        """Whether it is OpenAI's own service or Azure's, which name some fields otherwise."""
        return self.host.endswith(_OF_OPENAI)

    @property
    def place(self) -> ModelLocation:
        """Whether the model stands in the company's own network, as far as its address tells."""
        host = self.host.removesuffix(".")
        address = _address_of(host)
        if address is not None:
            own = address.is_private and not address.is_link_local
        else:
            # localhost, or a container by its name
            own = "." not in host or host.endswith(_OWN_NAMES)
        return ModelLocation.OWN if own else ModelLocation.PROVIDER


def _address_of(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host is, also one as a single number, hexadecimal or octal."""
    with suppress(ValueError):
        address = ip_address(host)
        inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
        return inner or address
    with suppress(OSError):
        return IPv4Address(inet_aton(host))
    return None


def missing_settings(settings: Settings) -> tuple[str, ...]:
    """Return the variables without which no model is asked."""
    free = settings.lotsen_llm_price_in == 0 and settings.lotsen_llm_price_out == 0
    wanted = {
        N_("OPENAI_BASE_URL or OPENAI_API_KEY"): bool(
            settings.openai_base_url or settings.openai_api_key.get_secret_value()
        ),
        "LOTSEN_LLM_MODEL": bool(settings.lotsen_llm_model),
        "LOTSEN_LLM_MONTHLY_CAP": settings.lotsen_llm_monthly_cap > 0 or free,
    }
    return tuple(name for name, there in wanted.items() if not there)


def endpoint_from(settings: Settings) -> Endpoint | None:
    """Return the endpoint that the settings describe; None when they do not do so wholly."""
    if missing_settings(settings):
        return None
    return Endpoint(
        base_url=settings.openai_base_url or OPENAI,
        model=settings.lotsen_llm_model,
        price=Price(settings.lotsen_llm_price_in, settings.lotsen_llm_price_out),
        cap_micros=math.floor(settings.lotsen_llm_monthly_cap * 1_000_000),
        deadline_s=settings.lotsen_llm_deadline_seconds,
        api_key=settings.openai_api_key,
        person_calls=settings.lotsen_llm_person_calls,
        person_share=settings.lotsen_llm_person_share,
        sandbox_share=settings.lotsen_llm_sandbox_share,
        proxy=proxy_for(settings.openai_base_url or OPENAI),
        currency=settings.currency,
    )
