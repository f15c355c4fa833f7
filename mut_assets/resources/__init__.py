"""Doors: one package per outside system, and the only modules that do I/O.

What belongs here: reaching a system and classifying its failures. What does not: deciding about data (`domain/`), or
putting doors and rules in order (`publishing/`). Begin with `ports.py`, what is asked of a door, and `failures.py`.
"""
