"""Tests of the doors, over HTTP and files, against real parts or stand-ins."""
