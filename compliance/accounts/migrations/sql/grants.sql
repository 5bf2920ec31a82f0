-- A role that was granted is kept: it ends, once, and is never rewritten to have begun earlier or to
-- come from somebody else. Nobody becomes a compliance officer by an officer's doing without the
-- approval of a second one. The installation names the first officers: granted_by is empty then.
CREATE FUNCTION compliance_accounts_keep_grant() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    agreed jsonb;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF (NEW.granted_by_id IS NULL) <> (NEW.granter IS NULL) OR NEW.granter = NEW.holder THEN
            PERFORM public.compliance_refuse('rolegrant_by_another',
                                             'A role is granted by somebody else, or the system.');
        END IF;
        IF NEW.role = 'officer' AND NEW.granted_by_id IS NOT NULL THEN
            agreed := public.compliance_approvals_agreed(NEW.consumption_id, 'officer_role');
            IF agreed IS NULL OR agreed ->> 'user' IS DISTINCT FROM NEW.user_id::text
               OR agreed ->> 'holder' IS DISTINCT FROM NEW.holder::text OR agreed ->> 'role' IS DISTINCT FROM NEW.role
               OR agreed ->> 'approved_by' IS DISTINCT FROM NEW.granter::text THEN
                PERFORM public.compliance_refuse('rolegrant_by_two_officers',
                                                 'A new officer needs two officers.');
            END IF;
        ELSIF NEW.consumption_id IS NOT NULL THEN
            PERFORM public.compliance_refuse('rolegrant_by_two_officers',
                                             'No approval is used up by this grant.');
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL
       AND to_jsonb(OLD) - 'revoked_at' = to_jsonb(NEW) - 'revoked_at' THEN
        RETURN NEW;
    END IF;
    PERFORM public.compliance_refuse('rolegrant_is_kept', 'A role only ever ends, once.');
    RETURN NULL;
END
$$;

CREATE TRIGGER compliance_accounts_keep_grant
    BEFORE INSERT OR UPDATE OR DELETE ON compliance_accounts_rolegrant
    FOR EACH ROW EXECUTE FUNCTION compliance_accounts_keep_grant();
