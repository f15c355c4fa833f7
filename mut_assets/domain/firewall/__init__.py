"""What a page or an answer may not tell the assistant, and finding it.

What belongs here: the kinds of such texts, and undoing the spellings that hide them. What does not: what of a page
visitors see (`domain/text.py`), or what happens to the item (a row with `problema`). Begin with `firewall.py`.
"""
