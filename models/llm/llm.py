"""Ask a language model to choose from a list, within a budget, a deadline and a policy.

The budget is taken from the month before the call and settled after it, in the store: what
is taken never exceeds the cap, however many processes ask. A call whose price is unknown
(its process died, its answer never came) counts with what was taken for it.

Costs reach the ledger as they are known, one line a day of kind *cloud*: the sum of the
month in cents, rounded up, less what the month's earlier lines hold. The line of the
running day grows; those of past days stay.
"""

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from models import steps
from models.errors import UnavailableError
from models.governance.model_policy import DataClass, may_call, named_models, policy_version
from models.llm import reading
from models.llm.breaker import Breaker
from models.llm.choices import UNSURE, ChoiceOption, LlmAnswer, LlmRefusal, RefusalReason
from models.llm.client import MOST_TOKENS_OUT, CompletionRequest, Exchange, Failure, exchange
from models.llm.deadline import BusyError, Deadline, DeadlineExecutor
from models.llm.endpoint import Endpoint, endpoint_from, missing_settings
from models.llm.prompts import messages_for, prompt_version, response_format
from models.llm.reading import LlmReading, ReadingTask
from models.llm.response_parsing import Usage
from models.redaction import Redacted, placeholders_in
from models.settings import Settings
from models.store.llm_calls import Refused, Settlement
from models.store.transaction import Store
from models.tables import LlmCall, LlmOutcome

log = structlog.get_logger(__name__)

SWITCH = "llm"
"""Name of the kill switch in the store."""
_UNCOUNTED_TOKENS = 500
"""What a service may put around the messages by itself: marks of roles, the schema's form."""
_BOOKKEEPING = 0.05
"""Share of the deadline that is kept for the store."""
_LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class LlmStatus:
    """How the language model stands, for `lotsen llm status`.

    Attributes
    ----------
    on
        Whether a call may take place: nothing is missing, neither a setting nor a line in the
        register of AI systems, and nobody switched it off.
    taken_eur
        What the month's calls cost, and those under way may cost at most.
    calls
        Calls of this month, by outcome.
    """

    on: bool
    switched_on: bool
    missing: tuple[str, ...]
    model: str
    month: str
    spent_eur: float
    taken_eur: float
    cap_eur: float
    calls: dict[str, int]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose words are sent, by pseudonym, and whether they only try things out."""

    person: str = ""
    in_sandbox: bool = False


NOBODY = Caller()
"""Somebody at the terminal, or nobody in particular."""


@dataclass(frozen=True, slots=True)
class _About:
    """What a call is for and about, whose words it sends, and the data in it."""

    purpose: str
    subject: str
    data: DataClass
    sent: Sequence[Redacted]
    caller: Caller

    def masked(self) -> dict[str, int]:
        """Return how often each kind of personal data was masked."""
        kinds: Counter[str] = Counter()
        for text in self.sent:
            kinds.update(placeholders_in(text))
        return dict(kinds)


class Llm:
    """A language model that may choose from a list, and do nothing else.

    Safe for several threads. Call it outside of any transaction.
    """

    def __init__(
        self,
        store: Store,
        endpoint: Endpoint | None,
        zone: ZoneInfo,
        breaker: Breaker | None = None,
        *,
        needs_names: bool = False,
    ) -> None:
        """Take what is asked; nothing is sent yet.

        Parameters
        ----------
        endpoint
            None: off.
        zone
            Says where days and months begin.
        needs_names
            Send nothing while it is not known who works here (`Store.knows_names`).
        """
        self._store, self._endpoint, self._zone = store, endpoint, zone
        self.model = endpoint.model if endpoint else ""
        self._breaker = breaker or Breaker()
        self._calls = DeadlineExecutor()
        self._needs_names = needs_names

    def choose(
        self,
        prompt: Redacted,
        keys: Sequence[ChoiceOption],
        *,
        purpose: str,
        now: datetime,
        subject: str,
        data: DataClass = DataClass.REDACTED,
        caller: Caller = NOBODY,
    ) -> LlmAnswer | LlmRefusal:
        """Ask which of ``keys`` fits ``prompt``; the answer is one of them, or a refusal.

        Parameters
        ----------
        prompt
            Of it, at most the first 4,000 characters are sent.
        purpose, subject
            What the answer is for (``category``) and about (``ticket:42``); stored with
            the call, never sent. No names.
        data
            What class of data the prompt is, for the policy.

        Returns
        -------
        LlmAnswer or LlmRefusal
            Within the deadline, whatever the service does; no other exception than below.

        Raises
        ------
        UnavailableError
            When the database does not answer before the call; nothing was sent.
        """
        choices = _distinct(keys)
        question = None
        if choices and prompt.strip():
            question = CompletionRequest(
                messages_for(prompt, choices), response_format(choices), choices, prompt_version()
            )
        return self._put(question, _About(purpose, subject, data, (prompt,), caller), now)

    def read(
        self,
        task: ReadingTask,
        *,
        now: datetime,
        subject: str,
        data: DataClass = DataClass.REDACTED,
        caller: Caller = NOBODY,
    ) -> LlmReading | LlmRefusal:
        """Ask which of the articles help, or what to ask back.

        The parameters and promises are those of `choose`.
        """
        question = None
        if task.articles and task.question.strip():
            question = CompletionRequest(
                reading.messages_for(task),
                reading.response_format(task),
                task.choices,
                reading.prompt_version(),
                reading.read_reading,
            )
        answer = self._put(question, _About("answer", subject, data, task.texts, caller), now)
        if isinstance(answer, LlmRefusal):
            return answer
        articles, sentences, asked = reading.reading_in(answer.key)
        return LlmReading(
            articles, sentences, asked, answer.model, answer.cost_cents, answer.call_id
        )

    def rewrite(
        self, asked: Redacted, *, now: datetime, subject: str, caller: Caller = NOBODY
    ) -> tuple[str, ...] | LlmRefusal:
        """Ask for up to three searches in the words of articles; they are only searched with."""
        question = None
        if asked.strip():
            question = CompletionRequest(
                reading.rewriting_messages(asked),
                reading.rewriting_format(),
                (),
                reading.prompt_version(),
                reading.read_searches,
            )
        about = _About("search", subject, DataClass.REDACTED, (asked,), caller)
        answer = self._put(question, about, now)
        return answer if isinstance(answer, LlmRefusal) else answer.words

    def accepts(self, data: DataClass) -> bool:
        """Return whether the policy lets such data go to where this model stands."""
        return self._endpoint is not None and may_call(data, self._endpoint.place)

    def _put(
        self, question: CompletionRequest | None, about: "_About", now: datetime
    ) -> LlmAnswer | LlmRefusal:
        """Ask what is allowed and affordable; None is a question about nothing."""
        began = time.monotonic()
        endpoint = self._endpoint
        if endpoint is None:
            return LlmRefusal(RefusalReason.OFF, "settings")
        if question is None:
            return LlmRefusal(RefusalReason.INVALID, "nothing to choose, or from nothing")
        if self._needs_names and not self._store.knows_names(now):
            return LlmRefusal(RefusalReason.NAMES, "the names of the workspace were not read yet")
        if not may_call(about.data, endpoint.place):
            return LlmRefusal(RefusalReason.POLICY, f"{about.data} at {endpoint.place}")
        if not self._breaker.permits(now, endpoint.deadline_s):
            return LlmRefusal(RefusalReason.BREAKER, "resting")
        call = self._call(endpoint, question, about, now)
        refusal = self._reserve(endpoint, call, now)
        if refusal is not None:
            self._breaker.passed_over()
            return refusal
        left = endpoint.deadline_s * (1 - _BOOKKEEPING) - (time.monotonic() - began)
        outcome = self._ask(endpoint, question, left)
        return self._settle(endpoint, call, outcome, now, time.monotonic() - began)

    def status(self, settings: Settings, now: datetime) -> LlmStatus:
        """Return how it stands at ``now``."""
        month = self._day(now).isoformat()[:7]
        with self._store.snapshot() as unit:
            row = unit.llm_calls.month(month)
            calls = unit.llm_calls.outcomes(month)
            switched_on = unit.switches.is_on(SWITCH)
            named = named_models(unit.registers.in_use("ai_systems"))
        missing = missing_settings(settings)
        if not missing and settings.lotsen_llm_model not in named:
            missing = (f"{settings.lotsen_llm_model} (lotsen register list ai_systems)",)
        return LlmStatus(
            on=switched_on and not missing,
            switched_on=switched_on,
            missing=missing,
            model=settings.lotsen_llm_model,
            month=month,
            spent_eur=row.spent_micros / 1e6 if row else 0.0,
            taken_eur=row.taken_micros / 1e6 if row else 0.0,
            cap_eur=settings.lotsen_llm_monthly_cap,
            calls=calls,
        )

    def switch(self, on: bool, now: datetime) -> None:
        """Switch it on or off for all processes; the next call already heeds it."""
        with self._store.begin() as unit:
            unit.switches.set(SWITCH, on, now)

    # Before the call -----------------------------------------------------------------------

    def _call(
        self, endpoint: Endpoint, question: CompletionRequest, about: "_About", now: datetime
    ) -> LlmCall:
        most = endpoint.price.micros(most_tokens_in(question), MOST_TOKENS_OUT)
        return LlmCall(
            at=now,
            month=self._day(now).isoformat()[:7],
            person=about.caller.person,
            in_sandbox=about.caller.in_sandbox,
            purpose=about.purpose,
            subject=about.subject,
            model=endpoint.model,
            prompt_version=question.version,
            policy=policy_version(),
            redacted=about.masked(),
            outcome=LlmOutcome.PENDING,
            reserved_micros=most,
            lease_until=now + timedelta(seconds=endpoint.deadline_s) + _LEASE,
        )

    def _reserve(self, endpoint: Endpoint, call: LlmCall, now: datetime) -> LlmRefusal | None:
        with self._store.begin() as unit:
            if not unit.switches.is_on(SWITCH):
                return LlmRefusal(RefusalReason.OFF, "switch")
            if call.model not in named_models(unit.registers.in_use("ai_systems")):
                return LlmRefusal(RefusalReason.POLICY, "not in the register of AI systems")
            began = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0)
            used_up = unit.llm_calls.used_up(call, endpoint.limits, began)
            if used_up is not None:
                of_sandbox = used_up is Refused.SANDBOX
                reason = RefusalReason.BUDGET if of_sandbox else RefusalReason.QUOTA
                return LlmRefusal(reason, used_up.value)
            day = self._day(now)
            per_euro = unit.money.keep_currency(endpoint.currency, now).per_euro
            if not unit.llm_calls.reserve(
                call, endpoint.cap_micros, day=day, now=now, per_euro=per_euro
            ):
                return LlmRefusal(RefusalReason.BUDGET, "the month's cap")
        return None

    # The call and what comes after ------------------------------------------------------------

    def _ask(self, endpoint: Endpoint, question: CompletionRequest, seconds: float) -> Exchange:
        deadline = Deadline(seconds)
        try:
            return self._calls.run(lambda: exchange(endpoint, question, deadline), seconds)
        except TimeoutError:
            failure = Failure(RefusalReason.TIMEOUT, "no answer before the deadline")
            return Exchange(failure, free=not deadline.sent)
        except BusyError:
            return Exchange(Failure(RefusalReason.BUSY, "too many calls under way"), free=True)

    def _settle(
        self, endpoint: Endpoint, call: LlmCall, done: Exchange, now: datetime, seconds: float
    ) -> LlmAnswer | LlmRefusal:
        ended = now + timedelta(seconds=seconds)
        self._heed(done, ended)
        cost = _cost_micros(endpoint, call, done)
        usage = done.usage or Usage(0, 0)
        settlement = Settlement(
            outcome=_outcome(done),
            answer="" if isinstance(done.result, Failure) else done.result.key,
            detail=done.result.detail if isinstance(done.result, Failure) else "",
            tokens_in=usage.tokens_in,
            tokens_out=usage.tokens_out,
            cost_micros=cost,
            latency_ms=seconds * 1000,
        )
        self._write(call, settlement, ended)
        steps.asked_model(
            settlement.outcome.value,
            purpose=call.purpose,
            subject=call.subject,
            call=call.id,
            ms=round(settlement.latency_ms),
        )
        if isinstance(done.result, Failure):
            return LlmRefusal(done.result.reason, done.result.detail)
        return LlmAnswer(
            key=done.result.key,
            confidence=done.result.confidence,
            model=call.model,
            prompt_version=call.prompt_version,
            tokens_in=usage.tokens_in,
            tokens_out=usage.tokens_out,
            cost_cents=cost / 10_000,
            latency_ms=settlement.latency_ms,
            call_id=call.id,
            words=done.result.words,
        )

    def _heed(self, done: Exchange, ended: datetime) -> None:
        if not isinstance(done.result, Failure):
            self._breaker.succeeded()
        elif done.result.reason is RefusalReason.BUSY:
            self._breaker.passed_over()
        else:
            self._breaker.failed(ended, done.result.retry_after)
            log.warning("no answer", reason=done.result.reason, detail=done.result.detail)

    def _write(self, call: LlmCall, settlement: Settlement, ended: datetime) -> None:
        try:
            with self._store.begin() as unit:
                unit.llm_calls.settle(call.id or 0, settlement, day=self._day(ended), now=ended)
        except UnavailableError as error:
            # The answer stands; the call will count with what was reserved for it.
            log.warning("a call could not be settled", error=str(error))

    def _day(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()


def llm_for(settings: Settings, store: Store) -> Llm:
    """Return the language model that the settings describe; it refuses where they do not."""
    has_workspace = bool(settings.slack_bot_token.get_secret_value())
    return Llm(store, endpoint_from(settings), settings.zone, needs_names=has_workspace)


def most_tokens_in(question: CompletionRequest) -> int:
    """Return more tokens than the question can have: no token is shorter than a byte."""
    sent = json.dumps([question.messages, question.response_format], ensure_ascii=False)
    return len(sent.encode()) + _UNCOUNTED_TOKENS


def _distinct(keys: Sequence[ChoiceOption]) -> list[ChoiceOption]:
    found = {choice.key: choice for choice in keys if choice.key and choice.key != UNSURE}
    return list(found.values())


def _cost_micros(endpoint: Endpoint, call: LlmCall, done: Exchange) -> int:
    """Return what the call cost; what was reserved where nobody can tell, or it tells more."""
    if done.usage is not None:
        cost = endpoint.price.micros(done.usage.tokens_in, done.usage.tokens_out)
        return min(cost, call.reserved_micros)
    return 0 if done.free else call.reserved_micros


def _outcome(done: Exchange) -> LlmOutcome:
    if isinstance(done.result, Failure):
        return LlmOutcome(done.result.reason.value)
    return LlmOutcome.ANSWERED if done.result.key else LlmOutcome.UNSURE
