"""Pages of entry, approval and proof."""
