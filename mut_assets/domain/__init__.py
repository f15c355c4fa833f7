"""Decisions about data: values in, values out.

What belongs here: every rule. What does not: Dagster, HTTP, AWS, files, clocks, the environment. Begin with
`collections.py`, the kinds of things as data; then the packages in the order of a night: `tables/`, `pages/`,
`spanish/`, `documents/`, `plans/`.
"""
