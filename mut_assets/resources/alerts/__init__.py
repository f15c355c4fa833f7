"""Telling somebody: handing a message over, what it says in Spanish for each failure code, and the heartbeat.

What belongs here: the channels and the words. What does not: when there is something to tell (`announcements/`).
Begin with `sns.py`.
"""
