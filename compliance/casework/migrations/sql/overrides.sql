-- A hold is overridden by two officers, for the flags and the reason that they agreed on, and a flag
-- says so once.

CREATE FUNCTION casework_override_as_agreed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    agreed jsonb := public.compliance_approvals_agreed(NEW.consumption_id, 'override');
    given public.compliance_casework_overridereason%ROWTYPE;
BEGIN
    SELECT * INTO given FROM public.compliance_casework_overridereason WHERE id = NEW.reason_id;
    IF agreed IS NULL
       OR agreed ->> 'subject' IS DISTINCT FROM 'compliance_casework.case/' || given.case_id
       OR agreed ->> 'reason' IS DISTINCT FROM given.id::text
       OR agreed ->> 'words' IS DISTINCT FROM encode(given.reason_index, 'hex')
       OR agreed ->> 'asked_by' <> NEW.asked_by::text
       OR agreed ->> 'approved_by' <> NEW.approved_by::text THEN
        PERFORM public.casework_refuse('override_as_agreed',
                                       'This is not the override that two officers agreed on.');
    END IF;
    RETURN NEW;
END
$$;

-- A flag is overridden while it holds, by an override that was agreed for this very flag.
CREATE FUNCTION casework_override_names_flag() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    agreed jsonb;
BEGIN
    IF NEW.override_id IS NULL
       OR (TG_OP = 'UPDATE' AND NEW.override_id IS NOT DISTINCT FROM OLD.override_id) THEN
        RETURN NEW;
    END IF;
    SELECT public.compliance_approvals_agreed(consumption_id, 'override') INTO agreed
      FROM public.compliance_casework_override WHERE id = NEW.override_id;
    IF agreed IS NULL OR NOT NEW.holding OR NEW.cleared_at IS NOT NULL
       OR (agreed -> 'flags' @> to_jsonb(NEW.id)) IS NOT TRUE THEN
        PERFORM public.casework_refuse('override_names_flag',
                                       'Two officers did not agree on overriding this flag.');
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER casework_override_as_agreed BEFORE INSERT ON compliance_casework_override
    FOR EACH ROW EXECUTE FUNCTION casework_override_as_agreed();
CREATE TRIGGER casework_override_names_flag
    BEFORE INSERT OR UPDATE OF override_id ON compliance_casework_caseflag
    FOR EACH ROW EXECUTE FUNCTION casework_override_names_flag();
DROP TRIGGER casework_written_once ON compliance_casework_caseflag;
CREATE TRIGGER casework_written_once
    BEFORE UPDATE OR DELETE ON compliance_casework_caseflag
    FOR EACH ROW EXECUTE FUNCTION casework_written_once('cleared_at', 'cleared_by', 'override_id');
CREATE TRIGGER compliance_casework_overridereason_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_casework_overridereason
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only('resealed');
CREATE TRIGGER compliance_casework_override_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_casework_override
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
