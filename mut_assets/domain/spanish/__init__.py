"""Dates, opening hours and places: understood from the Spanish of the page, and told in the Spanish of a document.

What belongs here: readers of a text, with the tables of words they know, and the phrases for what they understood.
What does not: which column a text stands in (`documents/facts.py`). Begin with `dates.py`, `hours.py`, `places.py`.
"""
