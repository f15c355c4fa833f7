"""What a question looks for, and the order of what was found: the lexical retriever without its storage.

What belongs here: words, stems, spelling, synonyms, weights. What does not: fetching candidates
(`resources/embedded/`). Begin with `query.py`; `analysis.py` says what counts as the same word.
"""
