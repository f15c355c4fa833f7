"""Doors: one outside system per file, and the only modules that do I/O."""
