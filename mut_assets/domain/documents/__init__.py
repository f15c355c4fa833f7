"""What is known of an entity -> its text, its document, its metadata sidecar, and the limits both have to keep.

What belongs here: the sentences, the two files byte for byte, and their sizes. What does not: comparing with what is
published (`plans/`). Begin with `facts.py`, then `vectorial.py` (the text) and `document.py` (the files).
"""
