"""What an edition freezes, how it differs from the one before, and its page."""
