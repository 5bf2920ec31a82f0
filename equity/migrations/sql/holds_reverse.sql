DROP TRIGGER equity_payout_not_held ON equity_payout;
DROP FUNCTION equity_payout_not_held();
CREATE OR REPLACE FUNCTION equity_approved_by_outsiders() RETURNS trigger
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
