"""The host's users: a number, a name to sign in with, and nothing that our own users have."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class MemberManager(BaseUserManager["Member"]):
    """Members by the name they sign in with."""

    def create_user(self, username: str, password: str) -> "Member":
        """Store a member."""
        member = self.model(username=username)
        member.set_password(password)
        member.save(using=self._db)
        return member


class Member(AbstractBaseUser):
    """No e-mail address, no UUID, no permissions, no full name: the least that Django asks."""

    username = models.CharField(max_length=40, unique=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"

    objects: ClassVar[MemberManager] = MemberManager()
