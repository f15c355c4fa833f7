"""What `mut doctor` examines: one hop per file, each by itself. Nothing here changes anything that stays."""
