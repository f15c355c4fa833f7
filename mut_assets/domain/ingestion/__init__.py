"""Which published folders a knowledge base has to ingest again, by which data source, and what its jobs say.

What belongs here: rules over what a listing and the service answer. What does not: asking them
(`resources/bedrock/`). Begin with `rules.py`.
"""
