"""What every use case of the desk stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from models.currency import EURO, Currency
from models.governance.authorization import (
    STAFF,
    Action,
    Actor,
    Role,
    Subject,
    allowed,
    roles_of,
)
from models.knowledge.knowledge_base import KnowledgeBase
from models.language import Language, Translator, language_of, words_for
from models.llm import Llm, endpoint_from, llm_for
from models.settings import HoldOutUnit, Settings
from models.store.transaction import Store, UnitOfWork
from models.tables import Person, new_secret
from models.tickets.hours import Calendar
from models.triage.triage import Triage


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody with their language and their roles; looking them up stores nothing."""

    person: Person
    words: Translator
    actor: Actor

    @property
    def is_staff(self) -> bool:
        return bool(self.actor.roles & STAFF)

    def may(self, action: Action, subject: Subject) -> bool:
        return allowed(self.actor, action, subject)


@dataclass(frozen=True, slots=True)
class DeskContext:
    """The desk's tools: store, learned models, calendar, and the settings' values.

    ``everybody_is_staff`` is for the sandbox, whose store knows no ticket but its own;
    ``new_secret`` makes the key of the hold-out: 256 bits, in hexadecimal digits.
    """

    store: Store
    triage: Triage
    knowledge: KnowledgeBase
    calendar: Calendar
    language: Language
    support_channel: str
    agents: frozenset[str]
    leads: frozenset[str]
    blind_share: float = 0.0
    target_precision: float = 0.95
    hold_out_share: float = 0.0
    hold_out_unit: HoldOutUnit = "question"
    llm: Llm | None = None
    everybody_is_staff: bool = False
    lead_channel: str = ""
    management_channel: str = ""
    finance: frozenset[str] = frozenset()
    suggestion_minutes: int = 10
    messages_per_minute: int = 20
    guest_channels: frozenset[str] = frozenset()
    duty_group: tuple[str, ...] = ()
    private_group: tuple[str, ...] = ()
    private_contact: str = ""
    currency: Currency = EURO
    new_secret: Callable[[], str] = new_secret

    @classmethod
    def of(
        cls,
        settings: Settings,
        store: Store,
        triage: Triage,
        knowledge: KnowledgeBase,
        calendar: Calendar,
    ) -> "DeskContext":
        return cls(
            store=store,
            triage=triage,
            knowledge=knowledge,
            calendar=calendar,
            language=settings.lotsen_language,
            support_channel=settings.lotsen_support_channel,
            lead_channel=settings.lotsen_lead_channel,
            management_channel=settings.lotsen_management_channel,
            finance=frozenset(settings.lotsen_finance),
            agents=frozenset(settings.lotsen_agents),
            leads=frozenset(settings.lotsen_leads),
            messages_per_minute=settings.lotsen_messages_per_minute,
            suggestion_minutes=settings.lotsen_suggestion_minutes,
            guest_channels=frozenset(settings.lotsen_guest_channels),
            duty_group=settings.lotsen_duty_group,
            private_group=settings.lotsen_private_group,
            private_contact=settings.lotsen_private_contact.strip(),
            blind_share=settings.lotsen_blind_share,
            target_precision=settings.lotsen_target_precision,
            hold_out_share=settings.lotsen_hold_out_share,
            hold_out_unit=settings.lotsen_hold_out_unit,
            currency=settings.currency,
            llm=llm_for(settings, store) if endpoint_from(settings) else None,
        )

    @property
    def words(self) -> Translator:
        """The language of posts to whole channels."""
        return words_for(self.language)

    def words_of(self, person: Person | None) -> Translator:
        """Return the language of the person's own Slack."""
        return words_for(language_of(person.locale if person else "", self.language))

    def actor(self, unit: UnitOfWork, person: Person) -> Actor:
        """Return the person with the roles that the settings give them."""
        roles = self._roles(unit, person)
        return Actor(person.id, roles | {Role.SUPPORT} if self.everybody_is_staff else roles)

    def _roles(self, unit: UnitOfWork, person: Person) -> frozenset[Role]:
        slack_id = person.slack_id or ""
        groups = unit.people.groups_of(slack_id)
        return roles_of(slack_id, groups, self.agents, self.leads, self.finance)

    def principal(self, unit: UnitOfWork, slack_id: str) -> Principal:
        """Return somebody with their language and roles; reads only."""
        person = unit.people.find(slack_id) or Person(slack_id=slack_id)
        return Principal(person, self.words_of(person), self.actor(unit, person))

    def day_of(self, at: datetime) -> date:
        """Return the day at the office."""
        return at.astimezone(self.calendar.zone).date()

    def is_staff(self, unit: UnitOfWork, person: Person) -> bool:
        return bool(self.actor(unit, person).roles & STAFF)

    def is_limited(self, unit: UnitOfWork, person: Person) -> bool:
        """Return whether somebody may send only so much: all but the support staff.

        In the sandbox too, where everybody else may do what the staff does.
        """
        return not self._roles(unit, person) & STAFF
