-- Two accounts of one person are one person: they do not approve for each other. Accounts are found
-- by the roles they hold or held, because approvals name officers by the ids of those.
CREATE FUNCTION investors_two_persons() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.compliance_accounts_rolegrant AS asks
          JOIN public.investors_login AS one ON one.user_id = asks.user_id
          JOIN public.investors_login AS other ON other.person_id = one.person_id
          JOIN public.compliance_accounts_rolegrant AS approves ON approves.user_id = other.user_id
         WHERE asks.holder = NEW.asked_by AND approves.holder = NEW.approved_by
           AND NEW.asked_by <> NEW.approved_by
    ) THEN
        PERFORM public.compliance_refuse('approval_by_two_persons',
                                         'Both accounts are one person''s.');
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER investors_two_persons BEFORE INSERT ON compliance_approvals_approval
    FOR EACH ROW EXECUTE FUNCTION investors_two_persons();
-- Whose an account is, is not unsaid: it would make two people of one.
CREATE TRIGGER investors_login_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON investors_login
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
