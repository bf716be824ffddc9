"""Pages of those who administer the portal."""
