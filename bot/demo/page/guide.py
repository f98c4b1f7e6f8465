"""The three steps that show a newcomer around."""

from dataclasses import dataclass, replace

from bot.demo.company import CompanyRole, SampleCompany
from bot.demo.page.location import Location
from bot.demo.page.screen import ScreenContent

_ORDER: tuple[CompanyRole, ...] = ("employee", "support", "lead")


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its number, where it leads, and whether the visitor is there."""

    number: int
    url: str
    current: bool


def steps(company: SampleCompany, screen: ScreenContent) -> tuple[Step, ...]:
    """Return ask, help, lead; the first one puts an example question into the composer."""
    made = []
    for number, role in enumerate(_ORDER, start=1):
        part = company.part(role)
        place = Location(person=part.person.id, room=part.channel)
        if role == "employee":
            place = replace(place, draft="1")
        made.append(Step(number, place.url, current=screen.me.role == role))
    return tuple(made)
