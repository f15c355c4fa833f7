"""Telling somebody: handing a message over, and what it says in Spanish for each failure code.

What belongs here: the channel and the words. What does not: when there is something to tell (`automation.py`). Begin
with `sns.py`.
"""
