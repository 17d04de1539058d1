"""Transcript in, score out: pure functions, no state."""
