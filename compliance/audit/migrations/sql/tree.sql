-- The number of the transaction is given by the database, as the position is: an entry cannot claim
-- changes that another transaction made.
ALTER TABLE compliance_audit_entry
    ALTER COLUMN transaction SET DEFAULT pg_current_xact_id()::text::bigint;
CREATE OR REPLACE FUNCTION compliance_audit_position() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.position
        IS DISTINCT FROM currval(pg_get_serial_sequence(TG_RELID::regclass::text, 'position'))
    THEN
        RAISE EXCEPTION 'the position of an audit entry is drawn by the database, not chosen'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.transaction IS DISTINCT FROM pg_current_xact_id()::text::bigint THEN
        RAISE EXCEPTION 'the transaction of an audit entry is told by the database, not chosen'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

-- Entries and changes draw their positions from one sequence: one order, one tree.
ALTER TABLE compliance_audit_change
    ALTER COLUMN transaction SET DEFAULT pg_current_xact_id()::text::bigint;
DO $$
BEGIN
    EXECUTE format('ALTER TABLE compliance_audit_change ALTER COLUMN position SET DEFAULT nextval(%L)',
        pg_get_serial_sequence('compliance_audit_entry', 'position'));
END
$$;

CREATE TRIGGER compliance_audit_change_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_audit_change
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
CREATE TRIGGER compliance_audit_leaf_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_audit_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
CREATE TRIGGER compliance_audit_block_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_audit_block
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
CREATE TRIGGER compliance_audit_signedcheckpoint_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_audit_signedcheckpoint
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
CREATE TRIGGER compliance_audit_anchoring_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON compliance_audit_anchoring
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();

-- The tree has no hole: each leaf but the first follows one that is there. Two chainers cannot both
-- add a leaf of one index either, because it is the primary key.
CREATE FUNCTION compliance_audit_leaf_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM added a WHERE a.index > 0
            AND NOT EXISTS (SELECT FROM compliance_audit_leaf l WHERE l.index = a.index - 1)
    ) OR EXISTS (SELECT FROM added a WHERE a.index < 0 OR length(a.hash) <> 32) THEN
        RAISE EXCEPTION 'a leaf of the audit tree follows the one before it, with a hash of 32 bytes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'compliance_audit_leaf_next';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER compliance_audit_leaf_next
    AFTER INSERT ON compliance_audit_leaf REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_audit_leaf_next();
