"""Estimates, thresholds and limits that other rooms compute with. Pure: numbers in, numbers out."""
