"""A language model that may choose from a list, and do nothing else.

``Llm.choose`` is the whole door: see `models.llm.llm`.
"""

from models.llm.answers import Choice, Confidence, LlmAnswer, LlmRefusal, Reason
from models.llm.endpoint import endpoint_from
from models.llm.llm import Llm, LlmStatus, llm_for

__all__ = [
    "Choice",
    "Confidence",
    "Llm",
    "LlmAnswer",
    "LlmRefusal",
    "LlmStatus",
    "Reason",
    "endpoint_from",
    "llm_for",
]
