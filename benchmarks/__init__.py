"""Figures beside a peer in the same run, and faults on purpose."""
