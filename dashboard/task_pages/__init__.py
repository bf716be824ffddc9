"""Tasks as leaders, coordinators and those who work on them see them."""
