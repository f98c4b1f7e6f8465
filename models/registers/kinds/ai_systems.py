"""AI systems: models, data sources and purposes, and what the law and the public ask about.

Roadmap: "Etablera governance och compliance". The further fields follow the AI Act, the
GDPR (art. 30, 35), MBL, and public algorithm registers. A model that no line names is not
called (`models.governance.model_policy`).
"""

from models.form import Choices, Field
from models.language import N_
from models.registers.declaration import (
    YES_NO_UNKNOWN,
    Derived,
    LinkedLine,
    Register,
    Rule,
    choice,
    named_where,
    needed_when,
)

_NEEDED: Choices = (
    ("not_assessed", N_("not assessed")),
    ("needed", N_("needed")),
    ("not_needed", N_("not needed")),
)
_ENVIRONMENTS = (
    ("test", N_("for trying out")),
    ("production", N_("for daily work")),
)
_CATEGORIES = (
    ("high_risk", N_("high risk")),
    ("impactful", N_("impactful")),
    ("other", N_("other")),
)
_STATUS = (
    ("development", N_("in development")),
    ("in_use", N_("in use")),
    ("out_of_use", N_("out of use")),
)


_WANTED = (
    "description", "owner", "legal_basis", "retention", "oversight", "notice_version", "dpia",
    "data_subjects", "personal_data", "recipients", "transfer", "safeguards", "mbl_reason",
)  # fmt: skip


def filled_share(entry: LinkedLine) -> float:
    """Return how many per cent of what the law asks about are filled in."""
    return 100 * sum(entry.filled(key) for key in _WANTED) / len(_WANTED)


def _in_use(entry: LinkedLine) -> bool:
    return entry.text("status") == "in_use"


def _at_supplier(entry: LinkedLine) -> bool:
    """Return whether daily work goes to a supplier: it does, unless it is said to be a trial."""
    trial = entry.text("environment") == "test"
    return _in_use(entry) and not trial and entry.filled("supplier")


def _long(key: str, title: str, text: str = "") -> Field:
    return Field(key, title, "long", help=text)


REGISTER = Register(
    kind="ai_systems",
    title=N_("AI systems"),
    about=N_("Each AI system with its models, its data and its purposes."),
    guarded=True,
    name="name",
    own_fields=(
        Field("name", N_("AI system"), required=True),
        Field(
            "models",
            N_("Models"),
            "long",
            required=True,
            help=N_("Names as they are called, with commas. A model without a line is blocked."),
            listed=True,
        ),
        Field("data_sources", N_("Data sources"), "long", required=True),
        Field("purposes", N_("Purposes"), "long", required=True),
        _long("description", N_("Description"), N_("In plain words, 150 characters.")),
        choice("status", N_("Status"), _STATUS, required=True, start="development", listed=True),
        Field("started_on", N_("In use from"), "day"),
        Field("ended_on", N_("In use until"), "day"),
        Field("owner", N_("Owner"), "person", listed=True),
        choice(
            "environment",
            N_("Used for"),
            _ENVIRONMENTS,
            help=N_("Daily work at a supplier needs region and agreement."),
        ),
        Field("supplier", N_("Supplier")),
        Field("supplier_role", N_("What the supplier does")),
        Field("region", N_("Region where the data are"), help=N_("Such as EU (Frankfurt).")),
        Field("dpa", N_("Data processing agreement"), help=N_("Date, or a link to it.")),
        choice(
            "zero_retention", N_("Does the supplier keep nothing (zero retention)?"), YES_NO_UNKNOWN
        ),
        choice(
            "act_role",
            N_("Role under the AI Act"),
            (("provider", N_("provider")), ("deployer", N_("deployer"))),
            required=True,
        ),
        choice(
            "risk_class",
            N_("Risk class"),
            (
                ("minimal", N_("minimal")),
                ("limited", N_("limited")),
                ("high", N_("high")),
                ("prohibited", N_("prohibited")),
            ),
            required=True,
            listed=True,
        ),
        Field("risk_reason", N_("Why this class?"), "long", required=True),
        Field("notice_version", N_("AI notice (art. 50), version")),
        choice("dpia", N_("DPIA screening"), _NEEDED, start="not_assessed"),
        _long("dpia_reason", N_("Reason of the screening")),
        Field("legal_basis", N_("Legal basis")),
        _long("data_subjects", N_("Whose data?")),
        _long("personal_data", N_("Which personal data?")),
        _long("recipients", N_("Recipients")),
        _long("transfer", N_("Transfer outside the EU"), N_("None, or its legal basis.")),
        Field("retention", N_("Kept for")),
        _long("safeguards", N_("Technical safeguards")),
        _long("oversight", N_("Human oversight")),
        _long("fairness", N_("Equal treatment")),
        Field("model_type", N_("Type of model")),
        Field("frequency", N_("How often used")),
        _long("intended", N_("Meant for, and not meant for")),
        _long("limits", N_("Known limits")),
        _long("training_data", N_("Learned from")),
        _long("evaluation_data", N_("Judged on, with the figures")),
        _long("benefit", N_("What it is good for")),
        _long("alternatives", N_("Alternatives that were looked into")),
        choice("category", N_("Category of publication"), _CATEGORIES),
        Field("costs", N_("Costs"), help=N_("What its entries in the ledger are called.")),
        choice("trained_on_input", N_("Does the supplier train on our input?"), YES_NO_UNKNOWN),
        Field("log_days", N_("Days the supplier keeps logs"), "number", high=3650),
        choice("mbl", N_("Union (MBL)"), _NEEDED, start="not_assessed"),
        _long("mbl_reason", N_("Reason of the union assessment")),
        Field("mbl_on", N_("Assessed on"), "day"),
        Field("mbl_with", N_("Counterpart")),
        Field("kpis", N_("Key figures")),
        Field("public_link", N_("Public page")),
    ),
    derived=(Derived("share", N_("Filled in, %"), filled_share, listed=True),),
    rules=(
        Rule(
            "risk_class",
            N_("A prohibited system cannot be in use: set its status to out of use."),
            lambda entry: (
                entry.text("risk_class") != "prohibited" or entry.text("status") == "out_of_use"
            ),
        ),
        *needed_when(
            _in_use,
            ("transfer", N_("Name the legal basis of the transfer, or write that there is none.")),
        ),
        *needed_when(
            _at_supplier,
            ("region", N_("For daily work, say in which region the supplier keeps data.")),
            ("dpa", N_("For daily work, name the data processing agreement.")),
        ),
        *needed_when(_in_use, ("owner", N_("A system in use needs an owner."))),
    ),
    remarks=named_where(
        (N_("Not complete: {names}."), lambda entry: filled_share(entry) < 100),
        (
            N_("High risk under the AI Act: {names}. Seek advice before use."),
            lambda entry: entry.text("risk_class") == "high",
        ),
    ),
    review_days=90,
)
