"""Tests of mut_assets: the folders mirror its packages; `fakes/` holds stand-ins for the systems outside."""
