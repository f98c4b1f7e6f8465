"""Fyrholmen AB, the made-up company of the playground: its people, channels and roles."""

import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Literal

from bot.demo.double import Channel, Member

CompanyRole = Literal["employee", "support", "lead"]

_HELP, _SUPPORT, _LEAD, _MANAGEMENT = "C0HELP", "C0SUPPORT", "C0LEAD", "C0MANAGEMENT"
_SANDBOX = "C0SANDBOX"
_SUPPORT_GROUP, _PRIVATE_GROUP = "S0SUPPORT", "S0PRIVATE"


@dataclass(frozen=True, slots=True)
class CastMember:
    """A person that a visitor can be; ``channel`` is where this person's day begins."""

    person: Member
    role: CompanyRole
    channel: str


@dataclass(frozen=True, slots=True)
class SampleCompany:
    """A company as Slack and Lotsen's settings know it.

    Attributes
    ----------
    cast
        Who a visitor can be: an employee, one of the support staff, the IT lead.
    user_groups
        Members of Slack's user groups by the group's id.
    private_group
        Who reads what is for few eyes only: the IT lead, whom a visitor can be.
    group_names
        What people call these groups, by id.
    """

    name: str
    people: tuple[Member, ...]
    channels: tuple[Channel, ...]
    user_groups: dict[str, tuple[str, ...]]
    group_names: dict[str, str]
    cast: tuple[CastMember, ...]
    help_channel: str
    support_channel: str
    lead_channel: str
    management_channel: str
    sandbox_channel: str
    support_group: str
    private_group: str

    def part(self, role: CompanyRole) -> CastMember:
        return next(part for part in self.cast if part.role == role)


def fyrholmen(locale: str = "sv-SE") -> SampleCompany:
    """Return the company that `history.toml` tells of, and Åsa, who needs help today.

    Whom a visitor can be has ``locale`` as the language of their Slack.
    """
    asa = Member(id="U1000", name="Åsa Lindqvist", role="employee")
    colleagues = _colleagues()
    played = (asa, _first(colleagues, "support"), _first(colleagues, "lead"))
    cast = tuple(replace(person, locale=locale) for person in played)
    people = tuple(
        next((one for one in cast if one.id == person.id), person) for person in (asa, *colleagues)
    )
    support = tuple(person.id for person in people if person.role == "support")
    leads = tuple(person.id for person in people if person.role == "lead")
    everybody = tuple(person.id for person in people)
    return SampleCompany(
        name="Fyrholmen AB",
        people=people,
        channels=(
            Channel(id=_HELP, name="it-hjälp", members=everybody),
            Channel(id=_SANDBOX, name="it-sandlåda", members=everybody),
            Channel(id=_SUPPORT, name="it-support", private=True, members=support + leads),
            Channel(id=_LEAD, name="it-ledning", private=True, members=leads),
            Channel(id=_MANAGEMENT, name="ledningsgruppen", private=True, members=leads),
        ),
        user_groups={_SUPPORT_GROUP: support, _PRIVATE_GROUP: leads},
        group_names={_SUPPORT_GROUP: "it-support", _PRIVATE_GROUP: "förtroendegruppen"},
        cast=(
            CastMember(cast[0], "employee", _HELP),
            CastMember(cast[1], "support", _SUPPORT),
            CastMember(cast[2], "lead", _LEAD),
        ),
        help_channel=_HELP,
        support_channel=_SUPPORT,
        lead_channel=_LEAD,
        management_channel=_MANAGEMENT,
        sandbox_channel=_SANDBOX,
        support_group=_SUPPORT_GROUP,
        private_group=_PRIVATE_GROUP,
    )


def _colleagues() -> tuple[Member, ...]:
    told = tomllib.loads(files("bot.demo").joinpath("history.toml").read_text("utf-8"))
    return tuple(
        Member(id=f"U{1000 + n}", name=one["name"], locale=one["locale"], role=one["role"])
        for n, one in enumerate(told["person"], start=1)
    )


def _first(people: tuple[Member, ...], role: CompanyRole) -> Member:
    return next(person for person in people if person.role == role)
