"""What people ask for at a terminal, one verb per file. `cli.py` parses, these do, and return what to print."""
