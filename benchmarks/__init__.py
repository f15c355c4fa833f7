"""How long the night takes and how much memory, as ratios in one run: `make bench`. Nothing here is a test."""
