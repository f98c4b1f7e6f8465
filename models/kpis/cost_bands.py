"""What the roadmap calls usual costs of a first AI programme, and which costs keep running."""

from models.language import N_
from models.tables import CostKind

FIRST_YEAR_EUR = (50_000, 150_000)
"""The first year: training, tools and consulting."""
MONTH_EUR = (2_000, 5_000)
"""A month of a system in use."""
PERSON_EUR = (2_000, 5_000)
"""A person's training."""
RUNNING = (CostKind.LICENCE, CostKind.CLOUD, CostKind.MAINTENANCE)
"""What a system in use costs each month."""
TITLES = {
    CostKind.ONE_OFF: N_("one-off"),
    CostKind.LICENCE: N_("licence"),
    CostKind.CLOUD: N_("cloud"),
    CostKind.MAINTENANCE: N_("maintenance"),
    CostKind.INTERNAL_HOURS: N_("own working time"),
    CostKind.TRAINING: N_("training"),
    CostKind.CONSULTING: N_("consulting"),
}
METERED = CostKind.CLOUD
"""What the language model's calls are booked as, by themselves."""
