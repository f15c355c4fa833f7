"""WordPress items and FAQ rows -> the raw table, its rules, and what changed in it since yesterday.

What belongs here: which field of a source goes into which column, and what makes a row or a table unusable. What does
not: what a cell means (`spanish/`), whose text it is (`pages/`). Begin with `raw.py`: one function per kind of item.
"""
