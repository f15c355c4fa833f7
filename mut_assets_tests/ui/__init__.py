"""Tests of the UI, as a person uses it: `mut dev` and a browser."""
