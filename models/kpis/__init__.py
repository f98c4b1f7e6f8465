"""Key figures: definitions, statistics, the frozen baseline."""
