-- The money of a closing is paid out while no flag holds it back: on a subscription that completed, on
-- its person, on the offering or on the issuer, neither cleared nor overridden by two officers. A flag
-- that is raised at the same moment comes after the payout, or before it.
CREATE FUNCTION equity_payout_not_held() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    closed record;
    bought uuid[];
    persons uuid[];
BEGIN
    SELECT closing.offering_id, offering.issuer_id INTO closed
      FROM public.equity_closing AS closing
      JOIN public.equity_offering AS offering ON offering.id = closing.offering_id
     WHERE closing.id = NEW.closing_id;
    SELECT array_agg(id), array_agg(person_id) INTO bought, persons
      FROM public.equity_subscription
     WHERE offering_id = closed.offering_id AND state = 'completed';
    IF EXISTS (
        SELECT FROM public.compliance_casework_caseflag
         WHERE holding AND cleared_at IS NULL AND override_id IS NULL
           AND ((subject_type = 'equity.subscription' AND subject_id = ANY (bought))
                OR (subject_type = 'investors.person' AND subject_id = ANY (persons))
                OR concerns && persons
                OR (subject_type = 'equity.offering' AND subject_id = closed.offering_id)
                OR (subject_type = 'equity.issuer' AND subject_id = closed.issuer_id))
    ) THEN
        PERFORM public.equity_refuse('payout_not_held', 'A flag holds this money back.');
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER equity_payout_not_held BEFORE INSERT ON equity_payout
    FOR EACH ROW EXECUTE FUNCTION equity_payout_not_held();

-- Whoever acts for an issuer approves nothing of that issuer, nor asks for it: also where several
-- issuers gain, and where a person does, who then is none of the two.
CREATE OR REPLACE FUNCTION equity_approved_by_outsiders() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    said jsonb;
BEGIN
    SELECT content::jsonb INTO said
      FROM public.compliance_approvals_approvalrequest WHERE id = NEW.request_id;
    IF EXISTS (
        SELECT FROM public.compliance_accounts_rolegrant AS held
         WHERE held.holder IN (NEW.asked_by, NEW.approved_by)
           AND (EXISTS (SELECT FROM public.equity_issuermember AS member
                         WHERE member.user_id = held.user_id
                           AND (member.issuer_id::text = said ->> 'issuer'
                                OR said -> 'issuers' @> to_jsonb(member.issuer_id::text)))
                OR EXISTS (SELECT FROM public.investors_login AS login
                            WHERE login.user_id = held.user_id
                              AND said -> 'persons' @> to_jsonb(login.person_id::text)))
    ) THEN
        PERFORM public.equity_refuse('approval_by_outsiders',
                                     'Whoever acts for who gains by it, or is, approves nothing of it.');
    END IF;
    RETURN NEW;
END
$$;
