-- What two people agreed on is what is done: the opening of an offering on a portal that asks for
-- two officers, the account that an issuer is paid to, and the payout of a closing.

-- An approval is for what the issuer certified, by two officers where the portal asks for two.
CREATE FUNCTION equity_approval_as_agreed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    agreed jsonb;
    officers smallint;
BEGIN
    SELECT portal.approval_officers INTO officers
      FROM public.equity_offering AS offering
      JOIN public.equity_portal AS portal ON portal.id = offering.portal_id
     WHERE offering.id = NEW.offering_id;
    IF NOT EXISTS (SELECT FROM public.equity_version
                    WHERE id = NEW.version_id AND offering_id = NEW.offering_id
                      AND certified_digest = NEW.digest AND NEW.digest <> '') THEN
        PERFORM public.equity_refuse('offering_approved_as_certified',
                                     'What is approved is not what was certified.');
    END IF;
    IF NEW.consumption_id IS NULL AND officers > 1 THEN
        PERFORM public.equity_refuse('offering_approved_by_two', 'This portal asks for two officers.');
    END IF;
    IF NEW.consumption_id IS NOT NULL THEN
        agreed := public.compliance_approvals_agreed(NEW.consumption_id, 'offering_approval');
        IF agreed IS NULL OR agreed ->> 'subject' IS DISTINCT FROM 'equity.offering/' || NEW.offering_id
           OR agreed ->> 'version' IS DISTINCT FROM NEW.version_id::text
           OR agreed ->> 'certified' IS DISTINCT FROM NEW.digest
           OR agreed ->> 'issuer' IS DISTINCT FROM (
               SELECT issuer_id::text FROM public.equity_offering WHERE id = NEW.offering_id)
           OR agreed ->> 'asked_by' IS DISTINCT FROM NEW.asked_by::text
           OR agreed ->> 'approved_by' IS DISTINCT FROM NEW.approved_by::text THEN
            PERFORM public.equity_refuse('offering_approved_by_two',
                                         'This is not what two officers agreed on.');
        END IF;
    END IF;
    RETURN NEW;
END
$$;

-- On a portal that asks for two officers, an offering is approved with what two agreed on; on any
-- portal it opens with what was approved (by one, where two were asked for only since). Its portal and
-- its issuer never change: on another portal one would be enough.
CREATE FUNCTION equity_approved_and_opened() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    officers smallint;
    approved public.equity_offeringapproval%ROWTYPE;
BEGIN
    IF (NEW.portal_id, NEW.issuer_id) IS DISTINCT FROM (OLD.portal_id, OLD.issuer_id) THEN
        PERFORM public.equity_refuse('offering_parties_are_kept',
                                     'The portal and the issuer of an offering never change.');
    END IF;
    IF NEW.state = OLD.state OR (NEW.state, OLD.state) NOT IN
       (('approved', 'submitted'), ('open', 'approved')) THEN
        RETURN NEW;
    END IF;
    SELECT approval_officers INTO officers FROM public.equity_portal WHERE id = NEW.portal_id;
    SELECT * INTO approved FROM public.equity_offeringapproval WHERE offering_id = NEW.id;
    IF NEW.state = 'approved' AND officers > 1 AND approved.consumption_id IS NULL THEN
        PERFORM public.equity_refuse('offering_approved_by_two', 'This portal asks for two officers.');
    END IF;
    IF approved.id IS NOT NULL AND NOT EXISTS (
        SELECT FROM public.equity_version
         WHERE id = coalesce(NEW.working_id, NEW.in_force_id)
           AND id = approved.version_id AND certified_digest = approved.digest
    ) THEN
        PERFORM public.equity_refuse('offering_opens_as_approved',
                                     'The content is not what was approved.');
    END IF;
    RETURN NEW;
END
$$;

-- A portal that asks for two officers goes on asking for two.
CREATE FUNCTION equity_more_officers() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.approval_officers < OLD.approval_officers THEN
        PERFORM public.equity_refuse('portal_never_asks_less',
                                     'A portal that asks for two officers goes on asking for two.');
    END IF;
    RETURN NEW;
END
$$;

-- The account in force of an issuer; NULL where there is none. The lock makes a change of account
-- and a payout wait for each other.
CREATE FUNCTION equity_account_in_force(of_issuer uuid) RETURNS public.equity_accountinforce
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_row public.equity_accountinforce%ROWTYPE;
BEGIN
    PERFORM FROM public.equity_issuer WHERE id = of_issuer FOR NO KEY UPDATE;
    SELECT * INTO found_row FROM public.equity_accountinforce
     WHERE issuer_id = of_issuer ORDER BY number DESC LIMIT 1;
    RETURN found_row;
END
$$;

-- The details of an account, as approvals bind them.
CREATE FUNCTION equity_account_details(account uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(details_index, 'hex') FROM public.equity_issueraccount WHERE id = account
$$;

CREATE FUNCTION equity_account_as_agreed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    agreed jsonb := public.compliance_approvals_agreed(NEW.consumption_id, 'bank_details');
    before public.equity_accountinforce%ROWTYPE;
BEGIN
    before := public.equity_account_in_force(NEW.issuer_id);
    IF agreed IS NULL OR agreed ->> 'subject' IS DISTINCT FROM 'equity.issuer/' || NEW.issuer_id
       OR agreed ->> 'issuer' IS DISTINCT FROM NEW.issuer_id::text
       OR agreed ->> 'account' IS DISTINCT FROM NEW.account_id::text
       OR agreed ->> 'replaces' IS DISTINCT FROM before.account_id::text
       OR agreed ->> 'details' IS DISTINCT FROM public.equity_account_details(NEW.account_id)
       OR agreed ->> 'asked_by' IS DISTINCT FROM NEW.asked_by::text
       OR agreed ->> 'approved_by' IS DISTINCT FROM NEW.approved_by::text
       OR NEW.number <> coalesce(before.number, 0) + 1
       OR NOT EXISTS (SELECT FROM public.equity_issueraccount
                       WHERE id = NEW.account_id AND issuer_id = NEW.issuer_id) THEN
        PERFORM public.equity_refuse('account_as_agreed',
                                     'This is not the account that two officers agreed on.');
    END IF;
    RETURN NEW;
END
$$;

-- A payout is of the whole closing, to the account that is in force, as two officers agreed.
CREATE FUNCTION equity_payout_as_agreed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    agreed jsonb := public.compliance_approvals_agreed(NEW.consumption_id, 'payout');
    closed record;
    account public.equity_accountinforce%ROWTYPE;
BEGIN
    SELECT closing.amount, closing.offering_id, offering.issuer_id INTO closed
      FROM public.equity_closing AS closing
      JOIN public.equity_offering AS offering ON offering.id = closing.offering_id
     WHERE closing.id = NEW.closing_id;
    account := public.equity_account_in_force(closed.issuer_id);
    IF NEW.amount IS DISTINCT FROM closed.amount OR NEW.account_id IS DISTINCT FROM account.id THEN
        PERFORM public.equity_refuse('payout_whole_to_account_in_force',
                                     'A payout is the whole closing, to the account in force.');
    END IF;
    IF agreed IS NULL OR agreed ->> 'subject' IS DISTINCT FROM 'equity.offering/' || closed.offering_id
       OR agreed ->> 'issuer' IS DISTINCT FROM closed.issuer_id::text
       OR agreed ->> 'closing' IS DISTINCT FROM NEW.closing_id::text
       OR agreed ->> 'amount' IS DISTINCT FROM NEW.amount::text
       OR agreed ->> 'account' IS DISTINCT FROM account.account_id::text
       OR agreed ->> 'details' IS DISTINCT FROM public.equity_account_details(account.account_id)
       OR agreed ->> 'asked_by' IS DISTINCT FROM NEW.asked_by::text
       OR agreed ->> 'approved_by' IS DISTINCT FROM NEW.approved_by::text THEN
        PERFORM public.equity_refuse('payout_as_agreed',
                                     'This is not the payout that two officers agreed on.');
    END IF;
    RETURN NEW;
END
$$;

-- Whoever acts for an issuer approves nothing of that issuer, nor asks for it.
CREATE FUNCTION equity_approved_by_outsiders() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.compliance_approvals_approvalrequest AS request
          JOIN public.equity_issuermember AS member
            ON member.issuer_id::text = request.content::jsonb ->> 'issuer'
          JOIN public.compliance_accounts_rolegrant AS held ON held.user_id = member.user_id
         WHERE request.id = NEW.request_id AND held.holder IN (NEW.asked_by, NEW.approved_by)
    ) THEN
        PERFORM public.equity_refuse('approval_by_outsiders',
                                     'Whoever acts for the issuer approves nothing of it.');
    END IF;
    RETURN NEW;
END
$$;

-- The closing has requests of its own; its two people are held apart in the same way.
CREATE FUNCTION equity_closing_not_granted_lately() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF public.compliance_approvals_granted_lately(NEW.asked_by, NEW.approved_by, NEW.closed_at) THEN
        PERFORM public.equity_refuse('closing_not_granted_lately',
                                     'One of the two has their role from the other since a day.');
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER equity_approval_as_agreed BEFORE INSERT ON equity_offeringapproval
    FOR EACH ROW EXECUTE FUNCTION equity_approval_as_agreed();
CREATE TRIGGER equity_c_approved_and_opened
    BEFORE UPDATE OF state, portal_id, issuer_id ON equity_offering
    FOR EACH ROW EXECUTE FUNCTION equity_approved_and_opened();
CREATE TRIGGER equity_more_officers BEFORE UPDATE OF approval_officers ON equity_portal
    FOR EACH ROW EXECUTE FUNCTION equity_more_officers();
CREATE TRIGGER equity_account_as_agreed BEFORE INSERT ON equity_accountinforce
    FOR EACH ROW EXECUTE FUNCTION equity_account_as_agreed();
CREATE TRIGGER equity_payout_as_agreed BEFORE INSERT ON equity_payout
    FOR EACH ROW EXECUTE FUNCTION equity_payout_as_agreed();
CREATE TRIGGER equity_approved_by_outsiders BEFORE INSERT ON compliance_approvals_approval
    FOR EACH ROW EXECUTE FUNCTION equity_approved_by_outsiders();
CREATE TRIGGER equity_b_not_granted_lately BEFORE INSERT ON equity_closing
    FOR EACH ROW EXECUTE FUNCTION equity_closing_not_granted_lately();
CREATE TRIGGER equity_offeringapproval_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON equity_offeringapproval
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
-- Sealed bytes are rewritten, by the owner alone, when the data keys are rotated.
CREATE TRIGGER equity_issueraccount_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON equity_issueraccount
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only('resealed');
CREATE TRIGGER equity_accountinforce_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON equity_accountinforce
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
CREATE TRIGGER equity_payout_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON equity_payout
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
