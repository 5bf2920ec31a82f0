"""The acts of this floor as the audit trail names them."""

from compliance.approvals import acts
from compliance.approvals.acts import Act
from compliance.audit.actions import Action, register

OFFERING_APPROVAL = "offering_approval"
BANK_DETAILS = "bank_details"
PAYOUT = "payout"
CORRECTION = "correction"

_ACTIONS = (
    ("portal:register", "Portail inscrit", "Portal recorded"),
    ("portal:authorise", "Autorisation du portail mise à jour", "Portal authorisation updated"),
    ("portal:two_officers", "Deux responsables exigés", "Two officers asked for"),
    ("portal:certify_resources", "Ressources attestées (A5)", "Resources certified (F5)"),
    ("portal:change", "Changement aux annexes A3 ou A4 consigné", "Change in F3 or F4 recorded"),
    (
        "portal:add_principal",
        "Principal intéressé du portail inscrit",
        "Principal of the portal recorded",
    ),
    ("portal:save_form", "Annexe A3 ou A4 remplie", "Form F3 or F4 filled in"),
    ("portal:issue_form", "Annexe A3 ou A4 délivrée", "Form F3 or F4 issued"),
    ("portal:notify_change", "Changement notifié à une autorité", "Change notified to a regulator"),
    ("calendar:replace", "Adresse de calendrier remplacée", "Calendar address replaced"),
    ("calendar:close", "Adresse de calendrier retirée", "Calendar address taken back"),
    ("issuer:register", "Émetteur inscrit", "Issuer recorded"),
    ("issuer:update", "Fiche de l'émetteur modifiée", "Issuer's particulars changed"),
    ("issuer:declare_earlier", "Placement antérieur déclaré", "Earlier distribution declared"),
    ("issuer:add_member", "Compte lié à l'émetteur", "Account linked to the issuer"),
    ("issuer:remove_member", "Compte délié de l'émetteur", "Account unlinked from the issuer"),
    ("issuer:set_part", "Rôle auprès de l'émetteur modifié", "Part for the issuer changed"),
    ("issuer:principals", "Principaux intéressés déclarés", "Principals declared"),
    ("issuer:relate", "Lien de groupe ajouté", "Group link added"),
    ("account:propose", "Compte bancaire proposé", "Bank account proposed"),
    ("account:ask", "Compte bancaire demandé", "Bank account asked for"),
    ("account:approve", "Compte bancaire en vigueur", "Bank account in force"),
    ("payout:ask", "Remise à l'émetteur demandée", "Payout asked for"),
    ("payout:approve", "Argent remis à l'émetteur", "Money paid out to the issuer"),
    ("offering:draft", "Ébauche créée", "Draft created"),
    ("offering:edit", "Ébauche modifiée", "Draft edited"),
    ("offering:certify", "Document attesté", "Document certified"),
    ("offering:submit", "Placement soumis", "Offering submitted"),
    ("offering:approve", "Placement approuvé", "Offering approved"),
    ("offering:ask_approval", "Approuvé par un responsable sur deux", "Approved by one of two"),
    ("offering:request_changes", "Modifications demandées", "Changes requested"),
    ("offering:remark", "Remarques transmises par rubrique", "Remarks sent item by item"),
    ("offering:answer_remark", "Réponse à une remarque", "Remark answered"),
    ("offering:refuse", "Placement refusé", "Offering refused"),
    ("offering:open", "Placement ouvert", "Offering opened"),
    ("offering:suspend", "Placement suspendu", "Offering suspended"),
    ("offering:resume", "Placement repris", "Offering resumed"),
    ("offering:amend", "Modification commencée", "Amendment started"),
    ("offering:publish", "Version modifiée publiée", "Amended version published"),
    ("offering:stop", "Placement arrêté", "Offering stopped"),
    ("offering:cancel", "Placement retiré", "Offering cancelled"),
    ("offering:fail", "Placement non réalisé", "Offering failed"),
    ("offering:last_day", "Minimum vérifié au dernier jour", "Minimum checked on the last day"),
    ("offering:judge_again", "Placement jugé de nouveau", "Offering judged again"),
    ("offering:concurrent", "Argent simultané déclaré", "Concurrent money declared"),
    ("offering:advise", "Conseil consigné", "Advice recorded"),
    ("offering:read", "Document ouvert", "Document opened"),
    ("offering:acknowledge", "Risques reconnus", "Risks acknowledged"),
    ("offering:ask_closing", "Clôture demandée", "Closing asked for"),
    ("offering:approve_closing", "Clôture approuvée", "Closing approved"),
    ("offering:file", "Dépôt consigné", "Filing recorded"),
    ("report:details", "Renseignements de déclaration", "Report details saved"),
    ("report:issue", "Déclaration de placement délivrée", "Report of distribution issued"),
    ("report:hand_over", "Dossier de dépôt remis", "Filing folder handed over"),
    ("subscription:subscribe", "Souscription conclue", "Subscription agreed"),
    ("subscription:pay", "Paiement reçu", "Payment received"),
    ("subscription:ask_correction", "Correction demandée", "Correction asked for"),
    ("subscription:correct", "Paiement inscrit par erreur, repris", "Payment corrected"),
    ("subscription:withdraw", "Souscription annulée", "Subscription withdrawn"),
    ("subscription:record_withdrawal", "Avis de résolution consigné", "Withdrawal recorded"),
    ("subscription:bind", "Droit de résolution expiré", "Right of withdrawal ended"),
    ("subscription:reopen", "Droit de résolution rouvert", "Right of withdrawal reopened"),
    ("subscription:complete", "Souscription réalisée", "Subscription completed"),
    ("subscription:lapse", "Souscription caduque", "Subscription lapsed"),
    ("subscription:release", "Souscription libérée", "Subscription released"),
    ("subscription:refund", "Remboursement versé", "Refund paid"),
    ("statement:issue", "Relevé annuel délivré", "Annual statement issued"),
    ("person:export", "Données remises à la personne", "Data handed to the person"),
    ("evidence:hand_over", "Dossier de preuve remis", "Evidence handed over"),
    ("book:hand_over", "Livre de clôture remis", "Closing book handed over"),
)

ACTS = (
    Act(
        OFFERING_APPROVAL,
        fr="Approuver un placement",
        en="Approve an offering",
        effect_fr="L'émetteur peut ouvrir le placement, avec le contenu attesté et nul autre.",
        effect_en="The issuer may open the offering, with the certified content and no other.",
    ),
    Act(
        BANK_DETAILS,
        fr="Changer le compte bancaire d'un émetteur",
        en="Change an issuer's bank account",
        effect_fr="L'argent des clôtures est dès lors remis à ce compte. L'ancien reste inscrit.",
        effect_en="The money of closings is paid to this account from then on. The former one stays"
        " on record.",
    ),
    Act(
        PAYOUT,
        fr="Remettre à l'émetteur l'argent d'une clôture",
        en="Pay out the money of a closing to the issuer",
        effect_fr="Tout l'argent de la clôture est inscrit comme remis au compte en vigueur.",
        effect_en="The whole money of the closing is recorded as paid to the account in force.",
    ),
    Act(
        CORRECTION,
        fr="Reprendre un paiement inscrit par erreur",
        en="Take back a payment recorded in error",
        effect_fr="Une écriture inverse reprend le paiement en entier; la souscription le doit de"
        " nouveau.",
        effect_en="A reverse entry takes the payment back whole; the subscription owes it again.",
    ),
)
acts.register(*ACTS)
register(*(Action(f"equity:{tag}", fr, en) for tag, fr, en in _ACTIONS))
