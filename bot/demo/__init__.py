"""The faces of Lotsen."""
