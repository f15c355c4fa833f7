"""Glue: what exists, one stage of the corridor per file. Stages meet through asset keys, never through imports."""
