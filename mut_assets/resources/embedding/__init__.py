"""Texts -> vectors: Titan with its cache, and the lexical vector where there is no account.

What belongs here: making vectors and what they cost. What does not: keeping them (`resources/pinecone/`,
`resources/embedded/`). Begin with `lexical.py`, which needs nothing.
"""
