"""A page's HTML as what its visitors read.

What belongs here: what of a page is seen or can be opened (`visibility.py`, `panels.py`), what of the seen is no text
of the page (`noise.py`, and what it asks), how links and tables are told (`links.py`, `lines.py`). What does not: what
counts as markup (`markup.py`), single characters (`characters.py`), whose a text is (`pages/`). Begin with `walk.py`,
which goes through the elements in reading order.
"""
