"""Recording in, transcript out: decoding, Whisper engines, weights, delivery measures."""
