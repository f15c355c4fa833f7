"""What the people who keep the site should mend: page, field, what it says, how it was read, what to write instead.

What belongs here: finding the doubts in the tables, their Spanish words, and the report as a page and as CSV. What does
not: reading the pages (`spanish/`, `pages/`), and keeping the report (`resources/bucket/editors_report.py`). Begin with
`finding.py`.
"""
