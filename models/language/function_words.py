"""The small words of each language: they carry no topic, but tell the language."""

from models.language.words import Language


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION_WORDS: dict[Language, frozenset[str]] = {
    "sv": _words(
        """
        och att det som en på är av för med till den har de inte om ett han hon jag men var från vid
        när kan mig mitt min mina du din ditt dina vi ni er ert era oss vår vårt våra hur vad vem
        vart varför vilken vilket vilka ska skall skulle kunde måste får fick går gick gör göra
        bli blir blev vara varit hade ha sig sin sitt sina så också eller efter under över utan
        upp ut in ner bara någon något några ingen inget inga alla allt än nu då här där detta
        denna dessa man åt hos mot genom samt redan igen mer mycket vill behöver hej tack
        snälla hjälp hjälpa nån nåt
        """
    ),
    "en": _words(
        """
        the of and to a in is it you that he was for on are with as i his they be at one have this
        from or had by not but what all were we when your can there an each which she do how their
        if will up other about out many then them these so some her would make him into has two
        more no way could my than been who its now did get may our me us where why am does don't
        i'm it's can't isn't doesn't won't any just also after over only very too again still
        need want please hi hello thanks thank help want
        """
    ),
    "de": _words(
        """
        der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an
        werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum
        war haben nur oder aber vor zur bis mehr durch man sein wurde sei ich mir mich mein meine
        meinen meinem meiner du dein wir uns unser unsere ihr euch kann können könnt könnte muss
        müssen soll was wer wo wann warum welche welcher welches wenn dann da hier schon wieder
        kein keine keinen immer seit habe hatte bitte hallo danke hilfe brauche möchte jemand
        """
    ),
}

EVERY = frozenset().union(*FUNCTION_WORDS.values())
"""Function words of all languages together."""
