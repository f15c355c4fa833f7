"""WHO IS TOLD: each failed run once, what waits for a person, what grew old, and that all is well.

What belongs here: whom a run is news to, how urgent it is, and what was told already. What does not: the words
(`resources/alerts/messages.py`), sending (`resources/alerts/`), when things run (`automation.py`). Nothing of this is
kept in the bucket, which may be what is down.

Begin with `failed_runs.py`.
"""
