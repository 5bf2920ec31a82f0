DROP TRIGGER compliance_audit_judged ON compliance_audit_judgement;
DROP FUNCTION compliance_audit_judged();
ALTER TABLE compliance_audit_entry DROP CONSTRAINT audit_entry_readable;
