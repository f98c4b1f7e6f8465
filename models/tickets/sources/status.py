"""Whether a ticket is over, from the word that the other system has for it. Pure."""

from models.tickets.sources.columns import fold_name, name_set

_ENDED = name_set(
    """
    done closed resolved solved completed cancelled canceled declined merged rejected fixed
    removed won_t_do wont_do duplicate deleted complete
    klar klart lost stangd stangt avslutad avslutat atgardad atgardat fardig avbruten avvisad
    fertig erledigt geschlossen gelost abgeschlossen behoben storniert abgelehnt zusammengefuhrt
    """
)
_OPEN = name_set(
    """
    new open reopened pending hold on_hold in_progress work_in_progress waiting assigned to_do todo
    waiting_for_support waiting_for_customer pending_reminder pending_close escalated backlog
    waiting_for_approval awaiting_approval under_investigation
    ny nytt oppen oppet pagaende pagar vantar tilldelad att_gora parkerad
    neu offen in_arbeit in_bearbeitung wartend zugewiesen zu_erledigen wartet_auf_kunden
    warten_auf_erinnerung
    """
)


def ended(status: str) -> bool | None:
    """Return whether a status such as ``Closed``, ``Löst`` or ``In Arbeit`` is an end.

    None for a word that is not known: then the times decide.
    """
    word = fold_name(status)
    if word in _ENDED:
        return True
    return False if word in _OPEN else None
