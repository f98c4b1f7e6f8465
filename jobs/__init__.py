"""The clock: a function here under `job` runs by a schedule."""
