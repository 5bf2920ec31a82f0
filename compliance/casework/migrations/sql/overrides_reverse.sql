DROP TRIGGER compliance_casework_override_append_only ON compliance_casework_override;
DROP TRIGGER compliance_casework_overridereason_append_only ON compliance_casework_overridereason;
DROP TRIGGER casework_written_once ON compliance_casework_caseflag;
CREATE TRIGGER casework_written_once
    BEFORE UPDATE OR DELETE ON compliance_casework_caseflag
    FOR EACH ROW EXECUTE FUNCTION casework_written_once('cleared_at', 'cleared_by');
DROP TRIGGER casework_override_names_flag ON compliance_casework_caseflag;
DROP TRIGGER casework_override_as_agreed ON compliance_casework_override;
DROP FUNCTION casework_override_names_flag();
DROP FUNCTION casework_override_as_agreed();
