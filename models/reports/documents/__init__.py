"""What the law and the people of a company ask for, written from what Lotsen knows of itself.

A file in `kinds` is a document: its text, its date and its sources. Facts are filled in
from settings, registers and store; one that nobody gave is named, never made up.
"""
