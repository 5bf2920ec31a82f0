"""Imported once by the process from which all lives are forked: Django is set up before them."""

import django

django.setup()
