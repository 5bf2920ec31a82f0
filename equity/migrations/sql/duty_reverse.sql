DROP TRIGGER equity_prooffile_append_only ON equity_prooffile;
DROP TRIGGER equity_keep_duty ON equity_duty;
DROP FUNCTION equity_keep_duty();
