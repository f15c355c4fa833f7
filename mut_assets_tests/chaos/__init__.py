"""The platform judged by the truth: histories in virtual time, a month of ordinary nights, nights in which all breaks.

What belongs here: what a market says at a moment and the documents that this deserves (`market.py`), the platform on a
bucket in memory (`house.py`), and one suite per question. What does not: how a single thing goes wrong, which the tests
of its door say.
"""
