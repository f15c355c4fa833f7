"""Examining every hop of a night, one after the other, each with the exact fix.

What belongs here: one module per hop that answers with findings. What does not: repairing. Begin with `doctor.py`,
which has the order, and `finding.py`, which has the words of a result.
"""
