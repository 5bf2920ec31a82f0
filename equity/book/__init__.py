"""The closing book: everything of a closed offering, sealed, in a folder that opens by itself."""
