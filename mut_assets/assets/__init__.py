"""Glue: the stages of the corridor, one per file, as Dagster assets.

What belongs here: get, compute, hand over, report. What does not: any decision about data, or importing another stage:
they meet through asset keys. Begin with `raw.py`; `reporting.py` says what Dagster shows.
"""
