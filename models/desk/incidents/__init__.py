"""Reported errors: what is kept back, who decides."""
