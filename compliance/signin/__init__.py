"""Signing in to the site that this project runs: django-allauth behind our pages and our trail."""
