"""Stand-ins for the systems outside, reached over loopback by the unmodified doors."""
