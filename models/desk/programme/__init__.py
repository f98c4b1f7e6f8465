"""The pilot: baseline, plan, key figures."""
