"""AI systems: models, data sources and purposes, and what the law and the public ask about.

Roadmap: "Etablera governance och compliance". The further fields follow the AI Act, the
GDPR (art. 30, 35), MBL, and public algorithm registers. A model that no line names is not
called (`models.governance.model_policy`).
"""

from collections.abc import Iterable, Sequence

from models.form import Choices, Field
from models.language import noted
from models.registers.declaration import YES_NO_UNKNOWN, Derived, Entry, Register, Remark, Rule

_NEEDED: Choices = (
    ("not_assessed", noted("not assessed")),
    ("needed", noted("needed")),
    ("not_needed", noted("not needed")),
)
_ENVIRONMENTS = (
    ("test", noted("for trying out")),
    ("production", noted("for daily work")),
)
_CATEGORIES = (
    ("high_risk", noted("high risk")),
    ("impactful", noted("impactful")),
    ("other", noted("other")),
)
_STATUS = (
    ("development", noted("in development")),
    ("in_use", noted("in use")),
    ("out_of_use", noted("out of use")),
)


_WANTED = (
    "description", "owner", "legal_basis", "retention", "oversight", "notice_version", "dpia",
    "data_subjects", "personal_data", "recipients", "transfer", "safeguards", "mbl_reason",
)  # fmt: skip


def filled_share(entry: Entry) -> float:
    """Return how many per cent of what the law asks about are filled in."""
    return 100 * sum(entry.filled(key) for key in _WANTED) / len(_WANTED)


def _at_supplier(entry: Entry) -> bool:
    """Return whether daily work goes to a supplier: it does, unless it is said to be a trial."""
    trial = entry.text("environment") == "test"
    return entry.text("status") == "in_use" and not trial and entry.filled("supplier")


def _remarks(entries: Sequence[Entry]) -> Iterable[Remark]:
    bare = [entry.text("name") for entry in entries if filled_share(entry) < 100]
    if bare:
        yield Remark(noted("Not complete: {names}."), {"names": "; ".join(bare)})
    high = [entry.text("name") for entry in entries if entry.text("risk_class") == "high"]
    if high:
        yield Remark(
            noted("High risk under the AI Act: {names}. Seek advice before use."),
            {"names": "; ".join(high)},
        )


def _long(key: str, title: str, text: str = "") -> Field:
    return Field(key, title, "long", help=text)


REGISTER = Register(
    kind="ai_systems",
    title=noted("AI systems"),
    about=noted("Each AI system with its models, its data and its purposes."),
    guarded=True,
    name="name",
    own_fields=(
        Field("name", noted("AI system"), required=True),
        Field(
            "models",
            noted("Models"),
            "long",
            required=True,
            help=noted("Names as they are called, with commas. A model without a line is blocked."),
            listed=True,
        ),
        Field("data_sources", noted("Data sources"), "long", required=True),
        Field("purposes", noted("Purposes"), "long", required=True),
        _long("description", noted("Description"), noted("In plain words, 150 characters.")),
        Field(
            "status",
            noted("Status"),
            "choice",
            required=True,
            choices=_STATUS,
            start="development",
            listed=True,
        ),
        Field("started_on", noted("In use from"), "day"),
        Field("ended_on", noted("In use until"), "day"),
        Field("owner", noted("Owner"), "person", listed=True),
        Field(
            "environment",
            noted("Used for"),
            "choice",
            choices=_ENVIRONMENTS,
            help=noted("Daily work at a supplier needs region and agreement."),
        ),
        Field("supplier", noted("Supplier")),
        Field("supplier_role", noted("What the supplier does")),
        Field("region", noted("Region where the data are"), help=noted("Such as EU (Frankfurt).")),
        Field("dpa", noted("Data processing agreement"), help=noted("Date, or a link to it.")),
        Field(
            "zero_retention",
            noted("Does the supplier keep nothing (zero retention)?"),
            "choice",
            choices=YES_NO_UNKNOWN,
        ),
        Field(
            "act_role",
            noted("Role under the AI Act"),
            "choice",
            required=True,
            choices=(("provider", noted("provider")), ("deployer", noted("deployer"))),
        ),
        Field(
            "risk_class",
            noted("Risk class"),
            "choice",
            required=True,
            choices=(
                ("minimal", noted("minimal")),
                ("limited", noted("limited")),
                ("high", noted("high")),
                ("prohibited", noted("prohibited")),
            ),
            listed=True,
        ),
        Field("risk_reason", noted("Why this class?"), "long", required=True),
        Field("notice_version", noted("AI notice (art. 50), version")),
        Field("dpia", noted("DPIA screening"), "choice", choices=_NEEDED, start="not_assessed"),
        _long("dpia_reason", noted("Reason of the screening")),
        Field("legal_basis", noted("Legal basis")),
        _long("data_subjects", noted("Whose data?")),
        _long("personal_data", noted("Which personal data?")),
        _long("recipients", noted("Recipients")),
        _long("transfer", noted("Transfer outside the EU"), noted("None, or its legal basis.")),
        Field("retention", noted("Kept for")),
        _long("safeguards", noted("Technical safeguards")),
        _long("oversight", noted("Human oversight")),
        _long("fairness", noted("Equal treatment")),
        Field("model_type", noted("Type of model")),
        Field("frequency", noted("How often used")),
        _long("intended", noted("Meant for, and not meant for")),
        _long("limits", noted("Known limits")),
        _long("training_data", noted("Learned from")),
        _long("evaluation_data", noted("Judged on, with the figures")),
        _long("benefit", noted("What it is good for")),
        _long("alternatives", noted("Alternatives that were looked into")),
        Field("category", noted("Category of publication"), "choice", choices=_CATEGORIES),
        Field("costs", noted("Costs"), help=noted("What its entries in the ledger are called.")),
        Field(
            "trained_on_input",
            noted("Does the supplier train on our input?"),
            "choice",
            choices=YES_NO_UNKNOWN,
        ),
        Field("log_days", noted("Days the supplier keeps logs"), "number", high=3650),
        Field("mbl", noted("Union (MBL)"), "choice", choices=_NEEDED, start="not_assessed"),
        _long("mbl_reason", noted("Reason of the union assessment")),
        Field("mbl_on", noted("Assessed on"), "day"),
        Field("mbl_with", noted("Counterpart")),
        Field("kpis", noted("Key figures")),
        Field("public_link", noted("Public page")),
    ),
    derived=(Derived("share", noted("Filled in, %"), filled_share, listed=True),),
    rules=(
        Rule(
            "risk_class",
            noted("A prohibited system cannot be in use: set its status to out of use."),
            lambda entry: (
                entry.text("risk_class") != "prohibited" or entry.text("status") == "out_of_use"
            ),
        ),
        Rule(
            "transfer",
            noted("Name the legal basis of the transfer, or write that there is none."),
            lambda entry: entry.text("status") != "in_use" or entry.filled("transfer"),
        ),
        *(
            Rule(key, message, lambda entry, key=key: not _at_supplier(entry) or entry.filled(key))  # type: ignore[misc]  # a default of a lambda has no type
            for key, message in (
                ("region", noted("For daily work, say in which region the supplier keeps data.")),
                ("dpa", noted("For daily work, name the data processing agreement.")),
            )
        ),
        Rule(
            "owner",
            noted("A system in use needs an owner."),
            lambda entry: entry.text("status") != "in_use" or entry.filled("owner"),
        ),
    ),
    remarks=_remarks,
    review_days=90,
)
