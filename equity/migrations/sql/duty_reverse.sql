DROP TRIGGER equity_changenotice_append_only ON equity_changenotice;
DROP TRIGGER equity_portalchange_append_only ON equity_portalchange;
DROP TRIGGER equity_prooffile_append_only ON equity_prooffile;
DROP TRIGGER equity_keep_duty ON equity_duty;
DROP FUNCTION equity_keep_duty();
