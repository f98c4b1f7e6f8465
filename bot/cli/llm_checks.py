"""What ``lotsen doctor`` asks of the language model, where one is wanted: one small call."""

from collections.abc import Iterator
from typing import Final

from bot.cli.examination import Check, Examination
from models.language import N_
from models.llm import ChoiceOption, Llm, LlmAnswer, LlmRefusal, RefusalReason, endpoint_from
from models.llm.endpoint import missing_settings
from models.lotsen import Lotsen
from models.redaction import redact

_QUESTION: Final = "The printer on the second floor is out of paper."
_CHOICES: Final = (
    ChoiceOption("printing", "Printing"),
    ChoiceOption("network", "Network"),
)
_FIXES: Final = {
    "HTTP 401": N_("Copy the key into OPENAI_API_KEY again."),
    "HTTP 403": N_("Let this key use the model, or name another in LOTSEN_LLM_MODEL."),
    "HTTP 404": N_("Check LOTSEN_LLM_MODEL, and that OPENAI_BASE_URL ends as the service says."),
    "HTTP 429": N_("Raise the limit at the service, or ask again later."),
}
_FIX: Final = {
    RefusalReason.OFF: N_("Switch it on with: lotsen llm on"),
    RefusalReason.POLICY: N_("Add it to the register: lotsen register add ai_systems"),
    RefusalReason.BUDGET: N_("Raise LOTSEN_LLM_MONTHLY_CAP, or wait for the next month."),
    RefusalReason.TIMEOUT: N_("Raise LOTSEN_LLM_DEADLINE_SECONDS, or name a quicker model."),
    RefusalReason.INVALID: N_("Name a model that can answer in JSON by a schema."),
}
_NETWORK: Final = N_("Check OPENAI_BASE_URL, the network and the proxy.")


class LlmChecks(Examination):
    """Whether the language model of the settings answers; nothing where none is wanted."""

    def on(self, lotsen: Lotsen) -> Iterator[Check]:
        settings, words = self._settings, self._words
        if not settings.lotsen_llm_model:
            return
        if missing := missing_settings(settings):
            names = words.listing([words.gettext(name) for name in missing])
            detail, fix = N_("It is never asked. Missing: {names}."), N_("Set {names}.")
            yield self._wrong("language_model", detail, fix, names=names)
            return
        # Our own words name nobody, so it need not be known yet who works here.
        llm = Llm(lotsen.store, endpoint_from(settings), settings.zone)
        answer = llm.choose(
            redact(_QUESTION).text,
            _CHOICES,
            purpose="check",
            now=self._clock(),
            subject="doctor",
        )
        if isinstance(answer, LlmAnswer):
            detail = N_("{model} answers in {seconds} s.")
            seconds = words.number(answer.latency_ms / 1000, 1)
            yield self._fine("language_model", detail, model=answer.model, seconds=seconds)
        else:
            yield self._refused(answer)

    def _refused(self, refusal: LlmRefusal) -> Check:
        fix = _FIXES.get(refusal.detail) or _FIX.get(refusal.reason, _NETWORK)
        detail = N_("{model} does not answer: {reason} ({detail})")
        return self._wrong(
            "language_model",
            detail,
            fix,
            model=self._settings.lotsen_llm_model,
            reason=refusal.reason.value,
            detail=refusal.detail,
        )
