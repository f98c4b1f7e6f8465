"""The embedder that the settings name: one for search, triage and training alike."""

from typing import Final

import structlog

from models.errors import UnavailableError
from models.meaning.embedder import Embedder
from models.meaning.engine import local_embedder
from models.meaning.patience import PatientEmbedder
from models.meaning.registered import RegisteredEmbedder
from models.meaning.service import remote_embedder
from models.redaction.names import Names
from models.settings import Settings
from models.store.transaction import Store

log = structlog.get_logger(__name__)

LOCAL: Final = "local"
_PROBE = "Lotsen"


def embedder_for(
    settings: Settings, store: Store | None = None, patience_s: float | None = None
) -> Embedder | None:
    """Return the embedder that LOTSEN_EMBEDDINGS names; None for ``none``.

    Parameters
    ----------
    store
        Whose register of AI systems has to name the model; without one, as for files that
        somebody measures on, no register is asked.
    patience_s
        How long somebody's question waits for its vector; None: as long as it takes.
    """
    wanted = settings.lotsen_embeddings.strip()
    if wanted in ("", "none"):
        return None
    found: Embedder = (
        local_embedder() if wanted == LOCAL else _at_a_service(settings, wanted, store)
    )
    if patience_s is not None:
        found = PatientEmbedder(found, patience_s)
    return found if store is None else RegisteredEmbedder(found, store, wanted)


def running(embedder: Embedder | None) -> Embedder | None:
    """Return the embedder if it embeds, else None; the log says why."""
    if embedder is None:
        return None
    try:
        embedder.embed_now(_PROBE)
    except UnavailableError as error:
        log.warning("goes on by words alone", reason=str(error))
        return None
    return embedder


def _at_a_service(settings: Settings, model: str, store: Store | None) -> Embedder:
    has_workspace = bool(settings.slack_bot_token.get_secret_value())

    def names() -> Names | None:
        if store is None:
            return ()
        if has_workspace and not store.roster:
            return None
        with store.snapshot() as unit:
            return unit.people.names()

    key = settings.openai_api_key.get_secret_value()
    return remote_embedder(model, settings.openai_base_url, key, names=names)
