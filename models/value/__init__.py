"""The mission: plan, costs, return on investment."""
