-- Two people for what matters, whoever writes: the services, a bug, or a raw session of the runtime
-- role. That the two accounts are two is the constraint approval_by_two_people; that one request
-- stands for an act on a subject, approval_one_standing_request. Each refusal names a constraint.

CREATE FUNCTION compliance_refuse(constraint_name text, message text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', message USING ERRCODE = 'check_violation', CONSTRAINT = constraint_name;
END
$$;

-- Whether somebody holds the role of compliance officer now. The lock makes a role that is being
-- taken away wait for the approval, or the approval for it.
CREATE FUNCTION compliance_approvals_officer(who uuid) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.compliance_accounts_rolegrant
      WHERE holder = who AND role = 'officer' AND revoked_at IS NULL
        FOR SHARE;
    RETURN FOUND;
END
$$;

-- Whether one of two officers holds the role by the other's doing since less than 24 hours: as who
-- granted it, who asked for it, or who approved it.
CREATE FUNCTION compliance_approvals_granted_lately(one uuid, other uuid, at timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM public.compliance_accounts_rolegrant AS given
          LEFT JOIN public.compliance_approvals_consumption AS used ON used.id = given.consumption_id
          LEFT JOIN public.compliance_approvals_approval AS approval ON approval.id = used.approval_id
         WHERE given.holder IN (one, other) AND given.role = 'officer' AND given.revoked_at IS NULL
           AND given.granted_at > at - interval '24 hours'
           AND (given.granter IN (one, other) OR approval.asked_by IN (one, other)
                OR approval.approved_by IN (one, other)));
END
$$;

-- A request is asked by an officer and says what its digest says. Afterwards it may stop to stand,
-- once.
CREATE FUNCTION compliance_approvals_keep_request() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT NEW.standing
           OR NEW.digest IS DISTINCT FROM encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex')
           OR NEW.content::jsonb ->> 'act' IS DISTINCT FROM NEW.act
           OR NEW.content::jsonb ->> 'subject'
              IS DISTINCT FROM NEW.subject_type || '/' || NEW.subject_id THEN
            PERFORM public.compliance_refuse('approval_request_is_whole',
                                             'The content is not what the digest is of.');
        END IF;
        IF NOT public.compliance_approvals_officer(NEW.asked_by) THEN
            PERFORM public.compliance_refuse('approval_asked_by_officer',
                                             'An officer asks for an approval.');
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.standing AND NOT NEW.standing
       AND to_jsonb(OLD) - 'standing' = to_jsonb(NEW) - 'standing' THEN
        RETURN NEW;
    END IF;
    PERFORM public.compliance_refuse('approval_request_is_kept',
                                     'A request for an approval only ever stops to stand, once.');
    RETURN NULL;
END
$$;

-- An approval is of a standing request, for what it says, by another officer to whom the one who
-- asked owes nothing. The lock of the row makes a request that is being replaced wait, or this.
CREATE FUNCTION compliance_approvals_two_officers() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.compliance_approvals_approvalrequest
      WHERE id = NEW.request_id AND standing AND asked_by = NEW.asked_by AND digest = NEW.digest
        AND asked_at <= NEW.approved_at
        FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM public.compliance_refuse('approval_of_standing_request',
                                         'No standing request by that person with that digest.');
    END IF;
    IF NOT public.compliance_approvals_officer(NEW.asked_by)
       OR NOT public.compliance_approvals_officer(NEW.approved_by) THEN
        PERFORM public.compliance_refuse('approval_by_officers', 'Two officers approve.');
    END IF;
    IF public.compliance_approvals_granted_lately(NEW.asked_by, NEW.approved_by,
                                                  NEW.approved_at) THEN
        PERFORM public.compliance_refuse('approval_not_granted_lately',
                                         'One of the two has their role from the other since a day.');
    END IF;
    RETURN NEW;
END
$$;

-- An approval is used once, while its request stands and both people are officers, and for what it
-- was given; then its request no longer stands.
CREATE FUNCTION compliance_approvals_use_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    given public.compliance_approvals_approval%ROWTYPE;
BEGIN
    SELECT * INTO given FROM public.compliance_approvals_approval WHERE id = NEW.approval_id;
    PERFORM FROM public.compliance_approvals_approvalrequest
      WHERE id = given.request_id AND standing AND act = NEW.act AND digest = NEW.digest
        AND given.approved_at <= NEW.used_at
        FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM public.compliance_refuse('approval_used_as_given',
                                         'No approval that stands for that act and content.');
    END IF;
    IF NOT public.compliance_approvals_officer(given.asked_by)
       OR NOT public.compliance_approvals_officer(given.approved_by) THEN
        PERFORM public.compliance_refuse('approval_used_of_officers',
                                         'One of the two is no officer any more.');
    END IF;
    UPDATE public.compliance_approvals_approvalrequest SET standing = false
     WHERE id = given.request_id;
    RETURN NEW;
END
$$;

-- What was agreed by a used approval for one act, with its two people; NULL for any other act. The
-- guards of the effects compare their rows with it.
CREATE FUNCTION compliance_approvals_agreed(consumption uuid, wanted text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT request.content::jsonb
           || jsonb_build_object('asked_by', approval.asked_by, 'approved_by', approval.approved_by)
      FROM public.compliance_approvals_consumption AS used
      JOIN public.compliance_approvals_approval AS approval ON approval.id = used.approval_id
      JOIN public.compliance_approvals_approvalrequest AS request ON request.id = approval.request_id
     WHERE used.id = consumption AND used.act = wanted AND request.act = wanted
$$;

CREATE TRIGGER compliance_approvals_keep_request
    BEFORE INSERT OR UPDATE OR DELETE ON compliance_approvals_approvalrequest
    FOR EACH ROW EXECUTE FUNCTION compliance_approvals_keep_request();
CREATE TRIGGER compliance_approvals_two_officers BEFORE INSERT ON compliance_approvals_approval
    FOR EACH ROW EXECUTE FUNCTION compliance_approvals_two_officers();
CREATE TRIGGER compliance_approvals_use_once BEFORE INSERT ON compliance_approvals_consumption
    FOR EACH ROW EXECUTE FUNCTION compliance_approvals_use_once();
CREATE TRIGGER compliance_approvals_approval_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_approvals_approval
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
CREATE TRIGGER compliance_approvals_consumption_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_approvals_consumption
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
