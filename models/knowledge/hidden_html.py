"""What a page holds but shows to nobody: it is no knowledge.

Text in the colour of the paper, of no size or outside of the page is how somebody plants
words that a search finds and no reader of the page ever saw. Declared colours and sizes
are looked at, not the page as a browser would draw it: that keeps left-overs out and makes
the trick harder, it does not prove its absence.
"""

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

from models.errors import InvalidError

_VOID = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
        *("param", "source", "track", "wbr"),
    }
)
_STYLE_SHEET = re.compile(r"<style\b[^>]*>(.*?)</style", re.I | re.S)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"[a-z][\w-]*|(?:[a-z][\w-]*)?[.#][\w-]+", re.I)
_SIZE = re.compile(r"(-?\d*\.?\d+)([a-z%]*)")
_WHITE = re.compile(
    r"white|#fff[f0]?|#ffffff(?:ff|00)?|transparent|#[0-9a-f]{6}00"
    r"|rgba?\(255[ ,]+255[ ,]+255(?:[ ,/]+[\d.%]+)?\)|rgba\([^)]*[ ,/]0(?:\.0+)?%?\)"
    r"|hsla?\([^)]*100%(?:[ ,/]+[\d.%]+)?\)"
)
_SMALLEST = {"": 0.0, "px": 2.0, "pt": 1.5, "em": 0.15, "rem": 0.15, "%": 15.0}
_OFF_THE_PAGE = -999.0

MOST_UNCLOSED = 2_000

Style = Mapping[str, str]


def marked(markup: str) -> str:
    """Return HTML with the attribute ``hidden`` on every element that nobody can see.

    Raises
    ------
    InvalidError
        When more tags never end than a person's mistakes explain: the parser would look
        for the end of each.
    """
    if markup.count("<") - markup.count(">") > MOST_UNCLOSED:
        raise InvalidError("cannot be read as HTML: thousands of its tags never end")
    marker = _Marker(markup, _hiding_rules(markup))
    marker.feed(markup)
    marker.close()
    return marker.result()


def _declared(text: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in text.lower().split(";"))
    cleaned = ((name, value.replace("!important", "")) for name, _, value in pairs)
    return {name.strip(): value.strip() for name, value in cleaned if name.strip()}


def _is_paper(colour: str) -> bool:
    return bool(_WHITE.fullmatch(colour))


def _paints(style: Style) -> bool:
    """Return whether it gives a background on which white text can be read."""
    colours = [style.get("background-color", ""), *style.get("background", "").split()[:1]]
    return any(one not in ("", "none", "inherit") and not _is_paper(one) for one in colours)


def _number(value: str, unit: str = "") -> float:
    found = _SIZE.match(value)
    return float(found[1]) if found and found[2] in (unit, "px", "") else 1.0


def _is_tiny(style: Style) -> bool:
    found = _SIZE.fullmatch(style.get("font-size", ""))
    return found is not None and float(found[1]) <= _SMALLEST.get(found[2], -1.0)


def _is_folded(style: Style) -> bool:
    nothing = any(_number(style.get(side, "auto")) == 0 for side in ("height", "width"))
    return nothing and style.get("overflow") == "hidden"


_UNSEEN: tuple[Callable[[Style], bool], ...] = (
    lambda style: style.get("display") == "none",
    lambda style: style.get("visibility") in ("hidden", "collapse"),
    lambda style: _number(style.get("opacity", "1")) < 0.05,
    lambda style: any(
        _number(style.get(name, "0")) <= _OFF_THE_PAGE
        for name in ("left", "top", "right", "text-indent", "margin-left", "margin-top")
    ),
    _is_tiny,
    _is_folded,
)


def _hides(style: Style, *, on_paper: bool) -> bool:
    """Return whether text in this style cannot be seen.

    ``on_paper`` says that nothing around it is painted: white text is only then unseen.
    """
    if any(unseen(style) for unseen in _UNSEEN):
        return True
    return on_paper and not _paints(style) and _is_paper(style.get("color", ""))


def _hiding_rules(markup: str) -> dict[str, dict[str, str]]:
    """Return what style sheets in the page declare for plain names, such as ``p`` or ``.x``."""
    rules: dict[str, dict[str, str]] = {}
    for sheet in _STYLE_SHEET.findall(markup):
        for names, body in _RULE.findall(_without_conditions(_COMMENT.sub("", sheet))):
            for name in (one.strip() for one in names.split(",")):
                if _SIMPLE.fullmatch(name):
                    rules.setdefault(name, {}).update(_declared(body))
    return rules


def _without_conditions(sheet: str) -> str:
    """Return a style sheet without blocks such as ``@media print { … }``."""
    kept, depth, skipping = list[str](), 0, False
    for part in re.split(r"([{}])", sheet):
        if part == "}":
            depth -= 1
        if depth <= 0 and "@" in part:
            skipping = True
        if not skipping:
            kept.append(part)
        if part == "{":
            depth += 1
        if part == "}" and depth <= 0:
            depth, skipping = 0, False
    return "".join(kept)


class _Marker(HTMLParser):
    """Reads a page once and remembers where ``hidden`` has to be put in."""

    def __init__(self, markup: str, rules: Mapping[str, Style]) -> None:
        super().__init__(convert_charrefs=True)
        self._markup, self._rules = markup, rules
        self._line_starts = [0, *(at.end() for at in re.finditer("\n", markup))]
        self._painted: list[tuple[str, bool]] = []
        self._places: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        style = self._style(tag, given)
        painted = self._painted[-1][1] if self._painted else False
        if tag != "body" and _hides(style, on_paper=not painted):
            line, column = self.getpos()
            self._places.append(self._line_starts[line - 1] + column + 1 + len(tag))
        if tag not in _VOID:
            self._painted.append((tag, painted or _paints(style) or "bgcolor" in given))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._painted) - 1, max(-1, len(self._painted) - 50), -1):
            if self._painted[at][0] == tag:
                del self._painted[at:]
                return

    def _style(self, tag: str, given: Mapping[str, str]) -> dict[str, str]:
        names = [tag, f"#{given.get('id', '')}", f"{tag}#{given.get('id', '')}"]
        for one in given.get("class", "").split():
            names += [f".{one}", f"{tag}.{one}"]
        style: dict[str, str] = {"color": given["color"].lower()} if "color" in given else {}
        for name in names:
            style.update(self._rules.get(name, {}))
        style.update(_declared(given.get("style", "")))
        return style

    def result(self) -> str:
        parts, at = list[str](), 0
        for place in self._places:
            parts += (self._markup[at:place], " hidden ")
            at = place
        return "".join((*parts, self._markup[at:]))
