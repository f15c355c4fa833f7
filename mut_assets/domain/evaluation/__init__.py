"""Golden questions, what an answer to them is worth, and from which loss on a gate closes.

What belongs here: measures and limits. What does not: asking (`publishing/questions.py`). Begin with `golden.py` (the
questions), then `scoring.py` (one answer), `runs.py` (all of them) and `gates.py` (good enough?).
"""
