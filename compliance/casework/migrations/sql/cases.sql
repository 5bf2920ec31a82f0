-- What must never be false of a case, held by the database whoever writes. Each refusal names a
-- constraint. The owner of the tables alone may seal the same words again under another key.

CREATE FUNCTION casework_refuse(rule text, told text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', told USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END
$$;

CREATE FUNCTION casework_resealing(relation oid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT current_setting('compliance.resealing', true) = 'on'
       AND EXISTS (SELECT FROM pg_class
                    WHERE oid = relation AND pg_get_userbyid(relowner) = current_user)
$$;

-- Open to waiting while a question waits, and back; to closed with its decision; never out of it.
CREATE FUNCTION casework_a_legal_move() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    waits boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM public.casework_refuse('casework_case_is_kept', 'A case is never removed.');
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            PERFORM public.casework_refuse('casework_case_opens_open', 'A case begins open.');
        END IF;
        RETURN NEW;
    ELSIF public.casework_resealing(TG_RELID) THEN
        RETURN NEW;
    END IF;
    IF OLD.state = 'closed' THEN
        PERFORM public.casework_refuse('casework_decided_for_good', 'A decided case does not change.');
    END IF;
    IF (OLD.kind, OLD.subject_type, OLD.subject_id, OLD.note, OLD.province, OLD.follows_id,
        OLD.opened_at, OLD.opened_by_role, OLD.opened_by)
        IS DISTINCT FROM
       (NEW.kind, NEW.subject_type, NEW.subject_id, NEW.note, NEW.province, NEW.follows_id,
        NEW.opened_at, NEW.opened_by_role, NEW.opened_by) THEN
        PERFORM public.casework_refuse('casework_case_stays_itself',
                                       'What a case is about, and who opened it, does not change.');
    END IF;
    IF NEW.state = 'closed' THEN
        IF NOT EXISTS (SELECT FROM public.compliance_casework_casedecision WHERE case_id = NEW.id) THEN
            PERFORM public.casework_refuse('casework_closed_by_decision', 'A case is closed by its decision.');
        END IF;
        RETURN NEW;
    END IF;
    waits := EXISTS (SELECT FROM public.compliance_casework_casequestion
                      WHERE case_id = NEW.id AND answered_at IS NULL);
    IF waits <> (NEW.state = 'waiting') THEN
        PERFORM public.casework_refuse('casework_waits_for_answer',
                                       'A case waits exactly while a question has no answer.');
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER casework_a_legal_move
    BEFORE INSERT OR UPDATE OR DELETE ON compliance_casework_case
    FOR EACH ROW EXECUTE FUNCTION casework_a_legal_move();

-- The columns named may be written once, from nothing; the others never change.
CREATE FUNCTION casework_written_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    before jsonb;
    after jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM public.casework_refuse('casework_kept', 'What was put into a case is never removed.');
    ELSIF public.casework_resealing(TG_RELID) THEN
        RETURN NEW;
    END IF;
    before := to_jsonb(OLD);
    after := to_jsonb(NEW);
    IF before - TG_ARGV IS DISTINCT FROM after - TG_ARGV
        OR EXISTS (SELECT FROM unnest(TG_ARGV) AS name
                    WHERE coalesce(before ->> name, '') <> ''
                      AND before -> name IS DISTINCT FROM after -> name) THEN
        PERFORM public.casework_refuse('casework_written_once', 'This was written down for good.');
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER casework_written_once
    BEFORE UPDATE OR DELETE ON compliance_casework_caseflag
    FOR EACH ROW EXECUTE FUNCTION casework_written_once('cleared_at', 'cleared_by');
CREATE TRIGGER casework_written_once
    BEFORE UPDATE OR DELETE ON compliance_casework_casequestion
    FOR EACH ROW EXECUTE FUNCTION casework_written_once(
        'answer', 'answered_at', 'answered_by_role', 'answered_by');

-- Nothing is put into a decided case. The lock makes a decision and what comes in wait for each other.
CREATE FUNCTION casework_into_open_case() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    now_state text;
    its_kind text;
BEGIN
    SELECT state, kind INTO now_state, its_kind
      FROM public.compliance_casework_case WHERE id = NEW.case_id FOR NO KEY UPDATE;
    IF now_state = 'closed' THEN
        PERFORM public.casework_refuse('casework_into_open_case', 'The case is decided.');
    END IF;
    IF TG_TABLE_NAME = 'compliance_casework_casedecision' THEN
        IF (to_jsonb(NEW) ->> 'kind') IS DISTINCT FROM its_kind THEN
            PERFORM public.casework_refuse('casework_decision_of_its_kind',
                                           'The decision is for another kind of case.');
        END IF;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER casework_into_open_case BEFORE INSERT ON compliance_casework_casequestion
    FOR EACH ROW EXECUTE FUNCTION casework_into_open_case();
CREATE TRIGGER casework_into_open_case BEFORE INSERT ON compliance_casework_caseevidence
    FOR EACH ROW EXECUTE FUNCTION casework_into_open_case();
CREATE TRIGGER casework_into_open_case BEFORE INSERT ON compliance_casework_casenote
    FOR EACH ROW EXECUTE FUNCTION casework_into_open_case();
CREATE TRIGGER casework_into_open_case BEFORE INSERT ON compliance_casework_caseassignment
    FOR EACH ROW EXECUTE FUNCTION casework_into_open_case();
CREATE TRIGGER casework_into_open_case BEFORE INSERT ON compliance_casework_casedecision
    FOR EACH ROW EXECUTE FUNCTION casework_into_open_case();

-- A decision is committed with its case closed.
CREATE FUNCTION casework_decided_together() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.compliance_casework_case
                    WHERE id = NEW.case_id AND state = 'closed') THEN
        PERFORM public.casework_refuse('casework_decided_together', 'A decision closes its case.');
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER casework_decided_together
    AFTER INSERT ON compliance_casework_casedecision
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION casework_decided_together();

CREATE TRIGGER compliance_casework_casenote_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_casework_casenote
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only('resealed');
CREATE TRIGGER compliance_casework_caseevidence_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_casework_caseevidence
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only('resealed');
CREATE TRIGGER compliance_casework_caseassignment_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_casework_caseassignment
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only('resealed');
CREATE TRIGGER compliance_casework_casedecision_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_casework_casedecision
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only('resealed');
CREATE TRIGGER compliance_casework_casereminder_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_casework_casereminder
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
