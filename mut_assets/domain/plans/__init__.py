"""Wanted and published documents -> a plan, the guard that may refuse it, and how old published knowledge is.

What belongs here: comparing, and judging the difference. What does not: reading or writing the store
(`resources/bucket/document_store.py`). Begin with `plan.py`.
"""
