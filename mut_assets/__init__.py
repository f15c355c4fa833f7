"""What the virtual assistant of Mercado Urbano Tobalaba knows, kept true every night.

Importing this package, or any module of it, touches no network, no clock, no file and no client. What belongs here: the
front doors, one file each. What does not: rules (`domain/`) and calls (`resources/`). Begin with `definitions.py`.
"""
