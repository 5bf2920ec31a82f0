-- A duty is done once, with its proof, and stays done. That a reference or a file is there is the
-- constraint duty_done_with_proof; what an act does is looked for where that act leaves it.
CREATE FUNCTION equity_keep_duty() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    given text[] := ARRAY['done_at', 'done_by', 'reference', 'file_id'];
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (
           OLD.done_at IS NOT NULL OR to_jsonb(OLD) - given <> to_jsonb(NEW) - given)) THEN
        PERFORM public.equity_refuse('duty_is_kept', 'A duty is only ever done, and once.');
    END IF;
    IF NEW.done_at IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.code = 'duty.refund' AND NOT EXISTS (
           SELECT FROM public.equity_posting AS posting
             JOIN public.equity_journalentry AS entry ON entry.id = posting.entry_id
            WHERE posting.subscription_id = NEW.subscription_id AND entry.kind = 'refund_paid') THEN
        PERFORM public.equity_refuse('duty_done_by_its_act', 'A refund is done by paying it.');
    END IF;
    IF NEW.code = 'duty.notify_amendment' AND NOT EXISTS (
           SELECT FROM public.equity_version
            WHERE offering_id = NEW.offering_id AND published_at = NEW.done_at) THEN
        PERFORM public.equity_refuse('duty_done_by_its_act',
                                     'The notice of an amendment is sent by publishing it.');
    END IF;
    IF NEW.code = 'duty.certify_resources' AND NOT EXISTS (
           SELECT FROM public.equity_resourcescertificate
            WHERE portal_id = NEW.portal_id AND certified_on > NEW.event_on) THEN
        PERFORM public.equity_refuse('duty_done_by_its_act',
                                     'Resources are certified by a later Form 45-110F5.');
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER equity_keep_duty BEFORE INSERT OR UPDATE OR DELETE ON equity_duty
    FOR EACH ROW EXECUTE FUNCTION equity_keep_duty();
CREATE TRIGGER equity_prooffile_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON equity_prooffile
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
CREATE TRIGGER equity_portalchange_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON equity_portalchange
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
CREATE TRIGGER equity_changenotice_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON equity_changenotice
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
