"""The domain: issuers and their groups, offerings and their versions, subscriptions, money, duties.

Models hold fields, constraints and transitions with near-empty bodies. What an act does stands in
``equity.services``; what is read, in ``equity.selectors``.
"""

from equity.models.approval import OfferingApproval
from equity.models.calendar import CalendarFeed
from equity.models.closing import Closing, ClosingRequest, Holding
from equity.models.duty import Duty
from equity.models.issuer import EarlierDistribution, GroupEdge, Issuer, IssuerMember, Principal
from equity.models.ledger import Correction, JournalEntry, Posting
from equity.models.notice import Notice
from equity.models.offering import ConcurrentMoney, Offering, UseOfFunds, Version
from equity.models.payout import AccountInForce, IssuerAccount, Payout
from equity.models.portal import Authorisation, Portal, PortalPrincipal, ResourcesCertificate
from equity.models.portal_change import ChangeNotice, PortalChange
from equity.models.portal_form import PortalFormVersion
from equity.models.proof import ProofFile
from equity.models.remark import Remark, RemarkAnswer
from equity.models.report import ExemptReport, ReportDetails
from equity.models.statement import AnnualStatement
from equity.models.subscription import Subscription, WithdrawalRight

__all__ = [
    "AccountInForce",
    "AnnualStatement",
    "Authorisation",
    "CalendarFeed",
    "ChangeNotice",
    "Closing",
    "ClosingRequest",
    "ConcurrentMoney",
    "Correction",
    "Duty",
    "EarlierDistribution",
    "ExemptReport",
    "GroupEdge",
    "Holding",
    "Issuer",
    "IssuerAccount",
    "IssuerMember",
    "JournalEntry",
    "Notice",
    "Offering",
    "OfferingApproval",
    "Payout",
    "Portal",
    "PortalChange",
    "PortalFormVersion",
    "PortalPrincipal",
    "Posting",
    "Principal",
    "ProofFile",
    "Remark",
    "RemarkAnswer",
    "ReportDetails",
    "ResourcesCertificate",
    "Subscription",
    "UseOfFunds",
    "Version",
    "WithdrawalRight",
]
