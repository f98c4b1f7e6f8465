"""Other ways to search, for comparison: SQLite's full-text search, bm25s, plain TF-IDF.

Each is given one text an article (its questions and its answer) and a question, and
returns the places of the nearest articles with their scores, the best first.
"""

import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from models.errors import UnavailableError
from models.knowledge.answer_evaluation import DEPTH
from models.knowledge.embedding_index import Embed
from models.knowledge.index import Index
from models.language import Language
from models.meaning.engine import local_embedder
from models.tables import Article

Search = Callable[[str], list[tuple[int, float]]]
Build = Callable[[Sequence[Article], Language], Search]

_WORD = re.compile(r"\w+")


def whole(article: Article) -> str:
    return " ".join(dict.fromkeys((article.title, *article.questions))) + " " + article.answer


def fts5(tokenizer: str, shortest: int) -> Build:
    """SQLite FTS5 with any of the words, ranked by its BM25."""

    def build(articles: Sequence[Article], _: Language) -> Search:
        base = sqlite3.connect(":memory:")
        base.execute(f"CREATE VIRTUAL TABLE page USING fts5(text, tokenize='{tokenizer}')")
        rows = [(at, whole(article)) for at, article in enumerate(articles)]
        base.executemany("INSERT INTO page(rowid, text) VALUES (?, ?)", rows)

        def search(text: str) -> list[tuple[int, float]]:
            words = [word for word in _WORD.findall(text.lower()) if len(word) >= shortest]
            query = " OR ".join(f'"{word}"' for word in words)
            if not query:
                return []
            sql = "SELECT rowid, -rank FROM page WHERE page MATCH ? ORDER BY rank LIMIT ?"
            return base.execute(sql, (query, DEPTH)).fetchall()

        return search

    return build


def tfidf(articles: Sequence[Article], _: Language) -> Search:
    """Cosine of words, as scikit-learn has it by default."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer()
    rows = vectorizer.fit_transform(map(whole, articles))

    def search(text: str) -> list[tuple[int, float]]:
        scores = (rows @ vectorizer.transform([text]).T).toarray().ravel()
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [(int(at), float(scores[at])) for at in best]

    return search


def bm25s(articles: Sequence[Article], language: Language) -> Search:
    """bm25s, with a stemmer where there is one.

    Raises
    ------
    ImportError
        Where it is not installed.
    """
    import bm25s as library

    stem: Any = None
    with suppress(ImportError):
        names = {"sv": "swedish", "en": "english", "de": "german"}
        stem = import_module("Stemmer").Stemmer(names[language])
    settings = {"stopwords": language, "stemmer": stem, "show_progress": False}
    retriever = library.BM25()
    tokens = library.tokenize([whole(article) for article in articles], **settings)
    retriever.index(tokens, show_progress=False)

    def search(text: str) -> list[tuple[int, float]]:
        asked = library.tokenize([text], **settings)
        k = min(DEPTH, len(articles))
        found, scores = retriever.retrieve(asked, k=k, show_progress=False)
        return [(int(at), float(score)) for at, score in zip(found[0], scores[0], strict=True)]

    return search


def lotsen(embed: Embed | None = None) -> Build:
    """Return our own search."""

    def build(articles: Sequence[Article], language: Language) -> Search:
        index = Index(articles, embed)
        places = {article.external_id: at for at, article in enumerate(articles)}

        def search(text: str) -> list[tuple[int, float]]:
            found = index.search(text, language, DEPTH)
            return [(places[one.article.external_id], one.score) for one in found]

        return search

    return build


def local_embeddings() -> Embed | None:
    """Return the embeddings of this machine; None where they do not run."""
    embedder = local_embedder()
    try:
        embedder.embed_now("")
    except UnavailableError:
        return None
    return embedder


OWN = ("Lotsen", "Lotsen with embeddings")
"""Those that are ours."""


def engines(embed: Embed | None) -> dict[str, Build]:
    """Return every engine that is installed, by its name."""
    found: dict[str, Build] = {
        "FTS5 unicode61": fts5("unicode61 remove_diacritics 2", 1),
        "FTS5 trigram": fts5("trigram", 3),
        "TF-IDF": tfidf,
        "Lotsen": lotsen(),
    }
    if find_spec("bm25s"):
        found["bm25s"] = bm25s
    if embed is not None:
        found["Lotsen with embeddings"] = lotsen(embed)
    return found
