"""Forms and acts that carry no key of their own, each with its reason."""

NOT_ACTS = {
    **dict.fromkeys(
        # About one's own account: done again, each changes nothing or is refused.
        (
            f"compliance/signin/templates/signin/{name}.html"
            for name in (
                "address",
                "address_link",
                "codes_new",
                "confirm_code",
                "confirm_passkey",
                "confirm_password",
                "passkey_add",
                "passkey_remove",
                "passkey_rename",
                "password_ask",
                "password_change",
                "password_new",
                "sign_in",
                "totp_add",
                "totp_remove",
            )
        ),
        1,
    ),
    "compliance/signin/templates/signin/code.html": 3,
    "compliance/signin/templates/signin/security.html": 2,
    "compliance/desk/templates/desk/members.html": 1,  # a new account: its password is kept nowhere
    "compliance/desk/templates/desk/persons.html": 1,  # a search
    "compliance/desk/templates/desk/search.html": 1,  # the same
    "compliance/desk/templates/desk/dossier.html": 1,  # the closing book: each taking is recorded
    "compliance/desk/templates/desk/person.html": 1,  # evidence: the same
    "compliance/desk/templates/desk/subscription.html": 1,
    "equity/templates/equity/investor/subscription.html": 1,
    "equity/templates/equity/issuer/documents.html": 1,
    "documents/templates/documents/pages/verify.html": 1,  # nothing is kept
    "compliance/web/templates/web/base.html": 1,  # signing out
    "compliance/web/templates/web/components/languages.html": 1,
    "equity/templates/equity/investor/entry.html": 1,  # acknowledged once, by a constraint
    "equity/templates/equity/issuer/first_check.html": 1,  # nothing is kept
    "equity/templates/equity/investor/space.html": 1,  # a copy of one's data: each is recorded
    "investors/templates/investors/profile.html": 1,  # the same
    "investors/templates/investors/register.html": 1,  # an address has one account
}
"""How many forms of a template carry no key, and why."""
NOT_KEYED = frozenset(
    {
        "read_document",
        "add_member",
        "create_user",
        "register_person",
        "hand_over",
        "hand_over_book",
        "export_data",
    }
)
