"""Looking at a page of the atlas as somebody of the world."""

from django.test import Client

from tests.atlas.world import World
from tests.signing_in import with_factor


def client_of(world: World, who: str, language: str = "fr") -> Client:
    """A browser in which somebody of the world is signed in; nobody for an empty name."""
    client = Client()
    client.cookies["django_language"] = language
    if who:
        client.force_login(world.users[who])
        with_factor(client, world.users[who])
    return client
