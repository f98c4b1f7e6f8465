"""Costs, budgets and their outlook."""
