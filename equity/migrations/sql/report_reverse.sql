DROP TRIGGER equity_report_adds_up ON equity_exemptreport;
DROP FUNCTION equity_report_adds_up();
