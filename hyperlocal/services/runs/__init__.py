"""Runs: what is logged, kept and asked of a run, in the words of the history."""
