"""A language model that may choose from a list, and do nothing else.

``Llm.choose`` (one entry), ``Llm.read`` (articles, by their numbers) and ``Llm.rewrite``
(searches) are the whole door: see `models.llm.llm`.
"""

from models.llm.choices import ChoiceOption, Confidence, LlmAnswer, LlmRefusal, RefusalReason
from models.llm.endpoint import endpoint_from
from models.llm.llm import NOBODY, Caller, Llm, LlmStatus, llm_for
from models.llm.reading import LlmReading, Numbered, OfferedArticle, QuestionOption, ReadingTask

__all__ = [
    "NOBODY",
    "Caller",
    "ChoiceOption",
    "Confidence",
    "Llm",
    "LlmAnswer",
    "LlmReading",
    "LlmRefusal",
    "LlmStatus",
    "Numbered",
    "OfferedArticle",
    "QuestionOption",
    "ReadingTask",
    "RefusalReason",
    "endpoint_from",
    "llm_for",
]
