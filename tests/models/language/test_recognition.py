"""A ticket keeps its own language; in a mixed message the most words decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language import LANGUAGES
from models.language.detection import closest, detect, recognise

SENTENCES = [
    ("Jag kommer inte in i mejlen sedan i morse", "sv"),
    ("Skrivaren på plan tre drar in två papper åt gången", "sv"),
    ("Hur gör jag för att byta lösenord hemifrån?", "sv"),
    ("Kan någon hjälpa mig att få tillgång till ekonomimappen", "sv"),
    ("VPN:et kopplar ner var tionde minut", "sv"),
    ("Var hittar jag min lönespecifikation för oktober?", "sv"),
    ("My screen stays black after the update", "en"),
    ("Can somebody give me access to the finance folder please", "en"),
    ("Where do I find my payslip for October?", "en"),
    ("The VPN drops every ten minutes when I work from home", "en"),
    ("I need a new keyboard, the old one is broken", "en"),
    ("Mein Bildschirm bleibt nach dem Update schwarz", "de"),
    ("Wie setze ich mein Kennwort zurück?", "de"),
    ("Der Drucker im dritten Stock zieht zwei Blätter ein", "de"),
    ("Ich brauche Zugriff auf den Ordner der Buchhaltung", "de"),
    ("Die Verbindung bricht alle zehn Minuten ab", "de"),
    ("Jeg får ikke logget inn på kontoen min", "no"),
    ("Hvordan bytter jeg passord når jeg er hjemme?", "no"),
    ("Skriveren i tredje etasje er ødelagt og jeg må ha noe skrevet ut", "no"),
    ("Kan noen gi meg tilgang til økonomimappen?", "no"),
    ("Skjermen min blir svart etter oppdateringen", "no"),
    ("VPN-forbindelsen faller ut hele tiden, hva gjør jeg?", "no"),
    ("Eg får ikkje kopla meg til nettet", "no"),
    ("Jeg kan ikke logge ind på min konto", "da"),
    ("Hvordan nulstiller jeg min adgangskode hjemmefra?", "da"),
    ("Printeren på tredje sal er gået i stykker", "da"),
    ("Er der nogen, der kan give mig adgang til økonomimappen?", "da"),
    ("Min skærm bliver sort efter opdateringen", "da"),
    ("VPN-forbindelsen ryger hele tiden, hvad gør jeg?", "da"),
    ("Kan I hjælpe mig med at få min computer op at køre igen?", "da"),
    ("Hej! My laptop does not start since this morning. Tack!", "en"),
    (
        "Hej, jag får inte igång datorn sedan i morse. It says boot device not found. Vad ska jag göra nu?",
        "sv",
    ),
    (
        'Jag får felet "Your password has expired, please contact your administrator" när jag loggar in',
        "sv",
    ),
    (
        "> Your mailbox is almost full. Please delete some messages to free up space.\nVad betyder det här för mig?",
        "sv",
    ),
    (
        "Wir haben ein Problem mit dem SharePoint Login, the page just keeps loading. Können Sie bitte nachsehen?",
        "de",
    ),
    ("Outlook kraschar hela tiden när jag öppnar en meeting request från Teams", "sv"),
    (
        "Hallo zusammen, I cannot reach the file server from the Berlin office since Monday. Danke",
        "en",
    ),
    (
        "Passwort vergessen. I tried to reset it three times but the mail never arrives, can you help me with that?",
        "en",
    ),
    (
        "Jeg har prøvet at genstarte. The error is still there. Kan nogen kigge på det, jeg skal bruge maskinen i dag?",
        "da",
    ),
    (
        "Hei, jeg fikk denne feilen: `Access denied for user`. Hva betyr det, og kan dere fikse det for meg?",
        "no",
    ),
]


@pytest.mark.parametrize(("text", "language"), SENTENCES)
def test_forty_sentences(text: str, language: str) -> None:
    assert recognise(text) == language


def test_there_are_forty() -> None:
    assert len(SENTENCES) == 40


@pytest.mark.parametrize("text", ["", "VPN", "12345 67", "👍", "???", "hej password"])
def test_what_does_not_tell_is_left_open(text: str) -> None:
    assert recognise(text) == ""


def test_what_is_quoted_counts_where_nothing_else_is_left() -> None:
    assert recognise("> my laptop does not start any more") == "en"
    assert recognise('"my laptop does not start any more"') == "en"


@pytest.mark.parametrize(
    ("recognised", "answered"), [("no", "sv"), ("da", "sv"), ("de", "de"), ("", "en")]
)
def test_answers_go_out_in_the_closest_language(recognised: str, answered: str) -> None:
    assert closest(recognised, "en") == answered


@given(st.text(max_size=300))
def test_any_text_is_recognised_or_left_open(text: str) -> None:
    assert recognise(text) in (*LANGUAGES, "no", "da", "")
    assert detect(text, "de") in LANGUAGES
