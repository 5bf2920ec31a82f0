-- A report of exempt distribution says, to the cent, what the trust ledger released at the closing of
-- its distribution; one that is not closed has released nothing.
CREATE FUNCTION equity_report_adds_up() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    released numeric;
BEGIN
    SELECT -sum(posting.amount) INTO released
      FROM public.equity_posting AS posting
      JOIN public.equity_journalentry AS entry ON entry.id = posting.entry_id
     WHERE entry.offering_id = NEW.offering_id AND entry.kind = 'release'
       AND posting.account = 'trust';
    IF released IS DISTINCT FROM NEW.amount THEN
        PERFORM public.equity_refuse('report_adds_up',
                                     'A report says what the trust ledger released, to the cent.');
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER equity_report_adds_up BEFORE INSERT ON equity_exemptreport
    FOR EACH ROW EXECUTE FUNCTION equity_report_adds_up();
