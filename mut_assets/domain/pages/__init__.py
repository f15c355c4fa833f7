"""A page against its collection: its blocks, whose text each is, its categories, and what stays of it.

What belongs here: decisions that need all pages of a collection. What does not: the sentences for a visitor
(`documents/vectorial.py`). Begin with `cleaning.py`, which reads from top to bottom: parse, learn, decide, tell.
"""
