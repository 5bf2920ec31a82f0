-- The triggers on the tables of every app go with their function.
DROP FUNCTION IF EXISTS compliance_audit_record() CASCADE;
DROP TRIGGER compliance_audit_leaf_next ON compliance_audit_leaf;
DROP FUNCTION compliance_audit_leaf_next();
DROP TRIGGER compliance_audit_anchoring_append_only ON compliance_audit_anchoring;
DROP TRIGGER compliance_audit_signedcheckpoint_append_only ON compliance_audit_signedcheckpoint;
DROP TRIGGER compliance_audit_block_append_only ON compliance_audit_block;
DROP TRIGGER compliance_audit_leaf_append_only ON compliance_audit_leaf;
DROP TRIGGER compliance_audit_change_append_only ON compliance_audit_change;
ALTER TABLE compliance_audit_change ALTER COLUMN position DROP DEFAULT;
CREATE OR REPLACE FUNCTION compliance_audit_position() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.position
        IS DISTINCT FROM currval(pg_get_serial_sequence(TG_RELID::regclass::text, 'position'))
    THEN
        RAISE EXCEPTION 'the position of an audit entry is drawn by the database, not chosen'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
ALTER TABLE compliance_audit_entry ALTER COLUMN transaction DROP DEFAULT;
