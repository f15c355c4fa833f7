"""What people ask for at a terminal, one verb per file.

What belongs here: doing it, and what to show. What does not: parsing (`cli.py`), rules (`domain/`). Begin with
`run.py`.
"""
