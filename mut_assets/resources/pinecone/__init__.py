"""Pinecone: the vector index there, and the words of what can go wrong.

What belongs here: listing, upserting, deleting, waiting until it is seen. What does not: which vectors are wanted
(`assets/vector_index.py`) and making them (`resources/embedding/`). Begin with `index.py`.
"""
