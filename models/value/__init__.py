"""The mission: costs, effect, return on investment."""
