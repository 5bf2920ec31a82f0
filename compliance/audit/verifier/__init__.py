"""The program that checks an export of the trail, and nothing else: it is handed to strangers."""
