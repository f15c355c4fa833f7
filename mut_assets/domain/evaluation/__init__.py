"""Golden questions, the scores of their answers, and the limits of the retrieval gates.

What belongs here: measures and limits. What does not: asking (`publishing/questions.py`). Begin with `golden.py` (the
questions), then `scoring.py` (one answer), `runs.py` (all of them) and `gates.py` (good enough?).
"""
