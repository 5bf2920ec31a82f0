"""Certificates, each with the legend of NI 45-102 s. 2.5, and the payment schedule."""

from decimal import Decimal
from typing import Any

from documents.facts import (
    BondCertificateFacts,
    CooperativeShareCertificateFacts,
    PaymentScheduleFacts,
    ShareCertificateFacts,
)
from documents.facts.certificates import CertificateBase
from documents.paper.parts import row, security_rows, security_title
from documents.paper.words import Words, size


def certificate(words: Words, facts: CertificateBase) -> dict[str, Any]:
    """What every certificate prints. The number of a certificate is printed with its legend."""

    def label(name: str, **variables: str) -> str:
        return words.label(f"{facts.kind}.{name}", **variables)

    issuer = facts.issuer
    entry = facts.register_entry
    form = words.label(f"forms.{issuer.form}")
    act = issuer.governing_act
    return {
        "issuer": words.set(issuer.name),
        "issuer_size": size(issuer.name),
        "governed": label("governed", form=form, act=act) if act else form,
        "number": words.set(facts.number),
        "holder": words.set(facts.holder.name),
        "holder_size": size(facts.holder.name),
        "units": words.number(facts.units),
        "units_size": size(facts.security.designation, 60),
        "designation": words.set(facts.security.designation),
        "issued_on": label("issued_on", on=words.day(facts.issued_on)),
        "register": label("register", entry=words.set(entry)) if entry else "",
        "legend": words.prescribed("N1", distribution_date=words.day(facts.distributed_on)),
        "signatories": [
            {"name": words.set(one.name), "position": words.set(one.position)}
            for one in facts.signatories
        ],
        "security_title": security_title(words, facts.security),
        "security_rows": security_rows(words, facts.security),
        "statements": [],
        "promise": "",
    }


def share_certificate(words: Words, facts: ShareCertificateFacts) -> dict[str, Any]:
    """Shares of a company."""
    context = certificate(words, facts)
    context["promise"] = words.label("share_certificate.paid")
    return context


def cooperative_share_certificate(
    words: Words, facts: CooperativeShareCertificateFacts
) -> dict[str, Any]:
    """Shares of a co-operative: Cooperatives Act, s. 46 (by-law and resolution) and s. 38."""
    context = certificate(words, facts)
    context["promise"] = words.label("cooperative_share_certificate.paid")
    context["statements"] = [
        words.label("cooperative.section_46"),
        words.label("cooperative.section_38"),
    ]
    return context


def bond_certificate(words: Words, facts: BondCertificateFacts) -> dict[str, Any]:
    """A bond, with its promise to repay."""
    context = certificate(words, facts)
    debt = facts.security.debt
    matures = debt.matures_on if debt is not None else None
    context["promise"] = words.label(
        "bond_certificate.promise",
        principal=words.cad(facts.principal),
        matures_on=words.day(matures) if matures is not None else "",
    )
    context["statements"] = [words.label("bond_certificate.schedule")]
    return context


def payment_schedule(words: Words, facts: PaymentScheduleFacts) -> dict[str, Any]:
    """Every payment of a bond, with the totals."""
    interest = sum((one.interest for one in facts.payments), Decimal(0))
    least = facts.security.debt is not None and facts.security.debt.rate.least

    def label(name: str) -> str:
        return words.label(f"payment_schedule.{name}")

    return {
        "rows": [
            row(words.label("common.issuer"), words.set(facts.issuer.name)),
            row(words.label("common.holder"), words.set(facts.holder.name)),
            row(label("bond"), words.set(facts.bond_number)),
            row(words.label("common.security"), words.set(facts.security.designation)),
            row(label("principal"), words.cad(facts.principal)),
        ],
        "security_title": security_title(words, facts.security),
        "security_rows": security_rows(words, facts.security),
        "indicative": label("indicative_least" if least else "indicative")
        if facts.indicative
        else "",
        "payments": [
            {
                "number": words.number(one.number),
                "due_on": words.day(one.due_on),
                "opening": words.cad(one.opening),
                "interest": words.cad(one.interest),
                "capital": words.cad(one.principal),
                "total": words.cad(one.total),
                "closing": words.cad(one.closing),
            }
            for one in facts.payments
        ],
        "total_interest": words.cad(interest),
        "total_capital": words.cad(facts.principal),
        "total_paid": words.cad(interest + facts.principal),
        "rounding": label("rounding"),
    }
