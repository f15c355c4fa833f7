"""Amazon Bedrock: the knowledge base, its ingestion jobs, retrieval from it, and the agent.

What belongs here: calls, waiting, and the words of what can go wrong. What does not: which folder has to be ingested
(`domain/ingestion/`). Begin with `knowledge_base.py`.
"""
