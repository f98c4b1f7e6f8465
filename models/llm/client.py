"""One exchange with a service, and the door at which all of its failures are caught."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from models.errors import InvalidError
from models.llm.choices import ChoiceOption, RefusalReason
from models.llm.deadline import Deadline, TooLargeError
from models.llm.endpoint import Endpoint
from models.llm.response_parsing import ParsedChoice, Usage, read_choice, read_usage

MOST_TOKENS_OUT = 400
"""An answer has some twenty; the rest is for models that think aloud."""
_NO_KEY = "none"


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """What is sent: messages, the schema of the answer, and what it may choose from.

    Attributes
    ----------
    version
        Of the template.
    read
        Takes the choice from an answer, or raises `InvalidError`.
    """

    messages: list[dict[str, str]]
    response_format: dict[str, Any]
    choices: Sequence[ChoiceOption]
    version: str = ""
    read: Callable[[Any, Sequence[ChoiceOption]], ParsedChoice] = read_choice


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an exchange brought no choice; ``detail`` holds no word of what was exchanged."""

    reason: RefusalReason
    detail: str
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came of asking.

    Attributes
    ----------
    result
        What the model chose, or the failure.
    usage
        Tokens as the service counted them, where it did.
    free
        Whether the exchange cannot have cost anything.
    """

    result: ParsedChoice | Failure
    usage: Usage | None = None
    free: bool = False


def exchange(endpoint: Endpoint, question: CompletionRequest, deadline: Deadline) -> Exchange:
    """Ask, and return what came of it, whatever it was: no exception leaves this door.

    Not every error of a bad answer is an ``OpenAIError`` (a page of HTML raises
    ``JSONDecodeError``), and messages of errors may repeat a key, so that only their
    class is named.
    """
    usage: Usage | None = None
    try:
        completion = _completion(endpoint, question, deadline)
        usage = read_usage(completion)
        return Exchange(question.read(completion, question.choices), usage)
    except InvalidError as error:
        return Exchange(Failure(RefusalReason.INVALID, str(error)), usage)
    except Exception as error:  # noqa: BLE001  # the door: see above
        failure = _failure_of(error)
        # Who answers with an error status does not bill.
        refused = getattr(error, "status_code", None) is not None
        return Exchange(failure, usage, free=refused or not deadline.sent)


def _completion(endpoint: Endpoint, question: CompletionRequest, deadline: Deadline) -> Any:
    import httpx2
    import openai

    from models.llm.transport import BoundedTransport

    with (
        httpx2.Client(
            transport=BoundedTransport(deadline, endpoint.proxy),
            follow_redirects=False,
            trust_env=False,
        ) as http,
        openai.OpenAI(
            api_key=endpoint.api_key.get_secret_value() or _NO_KEY,
            base_url=endpoint.base_url,
            max_retries=0,  # a ticket waits; the next one tries again
            timeout=deadline.left(),
            http_client=http,
        ) as client,
    ):
        create: Any = client.chat.completions.create  # its types know no plain dicts
        return create(
            model=endpoint.model,
            messages=question.messages,
            response_format=question.response_format,
            store=False,
            **_as_the_service_calls_it(endpoint),
        )


def _as_the_service_calls_it(endpoint: Endpoint) -> Mapping[str, Any]:
    if endpoint.is_openai:
        # Its newer models take neither `max_tokens` nor a temperature.
        return {"max_completion_tokens": MOST_TOKENS_OUT}
    return {"max_tokens": MOST_TOKENS_OUT, "temperature": 0}


def _failure_of(error: Exception) -> Failure:
    import httpcore2
    import openai

    names = {type(cause).__name__ for cause in _causes(error)}
    if isinstance(error, openai.APIStatusError):
        asked = _retry_after(error.response.headers)
        return Failure(RefusalReason.ERROR, f"HTTP {error.status_code}", asked)
    if any("Timeout" in name for name in names):
        return Failure(RefusalReason.TIMEOUT, "the deadline of the exchange")
    if TooLargeError.__name__ in names:
        return Failure(RefusalReason.INVALID, "an answer that is too large or compressed")
    if isinstance(
        error, (openai.APIConnectionError, httpcore2.NetworkError, httpcore2.ProtocolError)
    ):
        return Failure(RefusalReason.ERROR, "the connection failed")
    return Failure(RefusalReason.INVALID, type(error).__name__)


def _causes(error: BaseException | None) -> list[BaseException]:
    causes: list[BaseException] = []
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return causes


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return for how long the service asks to be left alone, in seconds or until a date."""
    retry_after = headers.get("Retry-After", "").strip()
    if retry_after.isdecimal() and len(retry_after) < 10:
        return timedelta(seconds=int(retry_after))
    try:
        until, dated = (
            parsedate_to_datetime(retry_after),
            parsedate_to_datetime(headers.get("Date", "")),
        )
    except (TypeError, ValueError):
        return None
    return max(timedelta(), _utc(until) - _utc(dated))


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
