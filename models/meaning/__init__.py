"""Texts as points in a space where what means the same lies close, and where those come from.

By default a small multilingual model on this machine, in a process of its own
(`models.meaning.engine`); any service with OpenAI's ``/v1/embeddings`` instead, or none.
Without embeddings, or when they fail, everything works by words alone.
"""
