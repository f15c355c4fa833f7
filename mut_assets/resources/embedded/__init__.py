"""The index on this machine, which stands in for the knowledge base and for Pinecone where there is no account.

What belongs here: an SQLite file that can be made again from the bucket. What does not: the analysis of words and the
order of finds (`domain/retrieval/`). Begin with `index.py`.
"""
