"""A WordPress site: a complete collection, or an error; and the bundled site, served to the same client.

What belongs here: HTTP, paging, the seal, and the words of what can go wrong. What does not: what the fields of an
item mean (`domain/tables/raw.py`). Begin with `collection.py`.
"""
