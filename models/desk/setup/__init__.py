"""What a desk needs before and beside its tickets: imports, rules, a first model."""
