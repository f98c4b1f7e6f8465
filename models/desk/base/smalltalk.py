"""What people write that asks for nothing: greetings and thanks. Pure.

Where it is not clear, a text counts as a question: an answer too many is a smaller
mistake than a person who waits for one.
"""

import re

MOST = 80
"""Longer texts are no small talk; it also bounds what the patterns have to do."""

_GREETING = re.compile(
    r"\W*(hej+(san)?|hallå|tja(na|re)?|tjena|god ?(morgon|dag|kväll)|hi|hello|hey|"
    r"good (morning|afternoon)|hallo|guten (morgen|tag)|moin|servus|grüß gott)"
    r"( (alla|all|everyone|there|zusammen|team|it|support))*\W*",
    re.IGNORECASE,
)
_EMOJI_CODE = re.compile(r":[\w+-]+:")
_EMOJI = "👍🙏❤🎉😊✅🙌👌🥳"
_THANKS = frozenset(
    re.findall(
        r"\w+",
        """tack tackar tacksam thanks thank thx danke dankeschön dank ok okej okay
        super toppen perfekt perfect great""",
    )
)
# Words that come with thanks; one other word, such as a name, may stand among them.
_WITH_THANKS = frozenset(
    re.findall(
        r"\w+",
        """så mycket för hjälpen hjälp stort många tusen tusentals det den nu då allt bra fint
        snabbt jag ska vi testar provar kollar funkar fungerar går gick löste löst sig är klart
        ordnade dig er hej igen ha en dag kväll helg
        you a lot so much very for the your help it this that works worked working now fixed
        solved is was all good i will try have nice day again quick
        vielen schön sehr für die deine ihre hilfe es das geht ging jetzt wieder alles gut klappt
        funktioniert hat ist ich probiere gelöst erledigt schnelle schönen tag noch mal nochmal""",
    )
)
_MORE = re.compile(
    r"\?|\b(men|inte|inget|ingen|ej|aldrig|fortfarande|ändå|dock|tyvärr|hur|varför|också|dessutom|"
    r"but|not|cannot|still|never|however|unfortunately|how|why|also|another|"
    r"aber|nicht|kein|keine|keinen|leider|trotzdem|immer|wie|warum|auch)\b|n['’]t\b",
    re.IGNORECASE,
)


def is_greeting(text: str) -> bool:
    """Return whether ``text`` only says hello."""
    words = text.strip()
    return len(words) <= MOST and _GREETING.fullmatch(words) is not None


def is_thanks(text: str) -> bool:
    """Return whether ``text`` only says thanks, or that all is well."""
    if len(text.strip()) > MOST or _MORE.search(text):
        return False
    bare = _EMOJI_CODE.sub(_EMOJI[0], text)
    words = re.findall(r"\w+", bare.lower())
    if not words:
        return any(sign in _EMOJI for sign in bare)
    others = [word for word in words if word not in _WITH_THANKS and word not in _THANKS]
    return any(word in _THANKS for word in words) and len(others) <= 1
