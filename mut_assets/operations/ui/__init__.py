"""Dagster's UI, and who is let in to it.

What belongs here: starting the web server, and the gate before it. What does not: the address that people open it at
(`ui_address.py`, which settings need too), or what the UI shows (`assets/`, `resources_page.py`). Begin with `gate.py`.
"""
