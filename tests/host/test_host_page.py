"""docs/host.md is followed to the letter in a fresh project, and what it promises is there."""

import re
from pathlib import Path

from django.conf import settings

from tests.host.conftest import HOST_PROJECT, PACKAGES, ROOT, Host

PAGE = (ROOT / "docs" / "host.md").read_text(encoding="utf-8")
# What to type, and what to put into the file that the words before it name.
BLOCK = re.compile(r"```(sh|python|html)\n(.*?)```", re.DOTALL)
FILE_NAMED = re.compile(r"`((?:mysite|templates)/[\w/.]+|open_portal\.py)`")
FILLED = re.compile(r"{% block (\w+) %}")

VISIT = """
from django.contrib.auth import get_user_model
from django.test import Client

odile, aline = (get_user_model().objects.get(username=name) for name in ("odile", "aline"))


def seen(path, user=None):
    client = Client(headers={"host": "localhost"})
    if user:
        client.force_login(user)
    answer = client.get(path)
    ours = "<header>Mon portail" in answer.content.decode()
    print(path, user, answer.status_code, ours, answer.headers.get("Location", ""))


seen("/invest/")
seen("/invest/me/register/")
seen("/invest/me/register/", aline)
seen("/invest/issuers/", odile)
seen("/invest/desk/")
seen("/invest/desk/", odile)
seen("/invest/desk/", aline)
"""
SEEN = """
/invest/ None 200 True
/invest/me/register/ None 302 False /accounts/login/?next=/invest/me/register/
/invest/me/register/ aline 200 True
/invest/issuers/ odile 200 True
/invest/desk/ None 302 False /accounts/login/?next=/invest/desk/
/invest/desk/ odile 200 True
/invest/desk/ aline 404 False
"""


def follow(page: str, project: Path, host: Host) -> None:
    """Do what each block says, in order. The wheel is installed already."""
    place = 0
    for block in BLOCK.finditer(page):
        kind, text = block.groups()
        before, place = page[place : block.start()], block.end()
        if kind == "sh":
            answer = host.run("bash", "-euc", text, cwd=project)
            assert answer.returncode == 0, text + answer.stdout + answer.stderr
            continue
        path = project / FILE_NAMED.findall(before)[-1]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)


def test_the_page_works_as_written_in_a_fresh_project(host: Host) -> None:
    project = host.elsewhere / "work"
    project.mkdir()
    made = host.python("-m", "django", "startproject", "mysite", str(project))
    assert made.returncode == 0, made.stderr
    host.environment["DJANGO_SETTINGS_MODULE"] = "mysite.settings"
    host.environment["MYSITE_DATABASE"] = host.environment["HOSTSITE_DATABASE"]
    install, rest = PAGE.split("## 2. Keys")
    assert "pip install dist/equity_compliance-" in install
    follow(rest, project, host)
    answer = host.run("python", "manage.py", "shell", "-c", VISIT, cwd=project)
    assert answer.returncode == 0, answer.stderr
    lines = [line.strip() for line in answer.stdout.splitlines() if line.startswith("/")]
    assert lines == SEEN.strip().splitlines()


def test_the_page_and_the_host_install_every_app_but_the_stories_and_our_sign_in() -> None:
    ours = [name for name in settings.INSTALLED_APPS if name.split(".")[0] in PACKAGES]
    alone = {"compliance.scenarios", "compliance.signin"}
    needed = ["django_fsm", *(name for name in ours if name not in alone)]
    theirs = (HOST_PROJECT / "hostsite" / "settings.py").read_text(encoding="utf-8")
    for text in (PAGE, theirs):
        listed = re.findall(r'^    "([\w.]+)",$', text, flags=re.MULTILINE)
        assert listed[listed.index("django_fsm") :][: len(needed)] == needed


def test_the_page_names_every_block_that_our_pages_fill() -> None:
    pages = [
        text
        for package in PACKAGES
        for path in (ROOT / package).rglob("templates/**/*.html")
        if not {"documents", "examination"} & {*path.parts}  # files of their own, not pages
        and "{% extends" in (text := path.read_text(encoding="utf-8"))
    ]
    assert len(pages) > 20
    filled = {name for text in pages for name in FILLED.findall(text)}
    kept = re.search(r"so keep (.*?);", PAGE, re.DOTALL)
    assert kept is not None
    assert set(re.findall(r"`(\w+)`", kept[1])) == filled - {"navigation"}
