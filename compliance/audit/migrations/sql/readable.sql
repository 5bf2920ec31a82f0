-- What is written here is read for years by programs of others: an instant is finite, a number is
-- one that every reader of JSON reads alike. Without this a single entry could keep the whole trail
-- from being read, and nobody could take it back.
ALTER TABLE compliance_audit_entry ADD CONSTRAINT audit_entry_readable
    CHECK (isfinite(at) AND at < '9999-01-01 00:00:00+00' AND NOT jsonb_path_exists(payload,
        'strict $.** ? (@.type() == "number"
            && (@ != @.floor() || @ > 9007199254740991 || @ < -9007199254740991))'));

-- A judgement is written with its entry or never: an entry that stands in the tree is not added to.
-- Facts are not looked at here, which would cost every subscription; the chainer sets aside what it
-- cannot read, and says so.
CREATE FUNCTION compliance_audit_judged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM compliance_audit_entry e
        WHERE e.id = NEW.entry_id AND e.transaction = pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'a judgement is written in the transaction of its entry'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_audit_judged';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER compliance_audit_judged AFTER INSERT ON compliance_audit_judgement
    FOR EACH ROW EXECUTE FUNCTION compliance_audit_judged();
