"""The state of practice: attempts, recordings, and the pipeline from one to the other."""
