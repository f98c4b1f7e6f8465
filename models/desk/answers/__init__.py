"""Answers: found, drawn, searched for, and how people rate them."""
