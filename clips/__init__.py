"""What the client sounds like: media, captions and the manifest that vouches for them."""
