"""What orders doors and rules into a publication and touches no system itself.

What belongs here: sequences such as read, plan, guard, apply, and what has to be asked before and after. What does
not: the rules (`domain/`), the calls (`resources/`), and telling Dagster (`assets/`). Begin with `publisher.py`.
"""
