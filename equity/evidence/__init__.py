"""What the portal holds about one purchaser in one offering, as a file that a stranger checks."""
