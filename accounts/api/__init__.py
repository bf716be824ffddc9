"""What partner systems keep of themselves."""
