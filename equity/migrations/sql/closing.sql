-- What two people signed is what closes, whoever writes: a request never changes, it stands for one
-- offering, and its closing completes exactly the subscriptions that it names. That the two are two
-- is the constraint closing_by_two_people.

-- The SHA-256 of a request's figures in canonical JSON (RFC 8785), as compliance.sealing.canonical
-- writes them, for figures that have their three parts.
CREATE FUNCTION equity_figures_digest(figures jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(convert_to(concat(
               '{"concurrent":' || (figures -> 'concurrent')::text,
               ',"offering":' || (figures -> 'offering')::text,
               ',"subscriptions":[',
               (SELECT string_agg('[' || (SELECT string_agg(part::text, ',' ORDER BY place)
                                            FROM jsonb_array_elements(line.it)
                                                 WITH ORDINALITY AS parts(part, place)) || ']',
                                  ',' ORDER BY line.place)
                  FROM jsonb_array_elements(figures -> 'subscriptions')
                       WITH ORDINALITY AS line(it, place)),
               ']}'), 'UTF8')), 'hex')
$$;

-- A request is asked while the offering closes, for that offering, and says what its digest says.
-- Afterwards it may be superseded, once, until it has led to a closing.
CREATE FUNCTION equity_keep_request() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.superseded OR NEW.figures ->> 'offering' IS DISTINCT FROM NEW.offering_id::text
           OR NOT NEW.figures ?& ARRAY['concurrent', 'offering', 'subscriptions']
           OR NEW.figures - ARRAY['concurrent', 'offering', 'subscriptions'] <> '{}'
           OR NEW.digest IS DISTINCT FROM public.equity_figures_digest(NEW.figures) THEN
            PERFORM public.equity_refuse('closing_request_is_whole',
                                         'The figures are not what the digest is of.');
        END IF;
        IF NOT EXISTS (SELECT FROM public.equity_offering
                        WHERE id = NEW.offering_id AND state = 'closing') THEN
            PERFORM public.equity_refuse('closing_request_while_closing',
                                         'A closing is asked for while the offering closes.');
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.superseded AND NOT OLD.superseded
       AND to_jsonb(OLD) - 'superseded' = to_jsonb(NEW) - 'superseded'
       AND NOT EXISTS (SELECT FROM public.equity_closing WHERE request_id = OLD.id) THEN
        RETURN NEW;
    END IF;
    PERFORM public.equity_refuse('closing_request_is_kept',
                                 'A request for a closing is only ever superseded, and once.');
    RETURN NULL;
END
$$;

-- A closing is that of the standing request of its offering, by whoever asked. The lock of the row
-- makes a request that is being superseded wait, or this closing.
CREATE FUNCTION equity_standing_request() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.equity_closingrequest
      WHERE id = NEW.request_id AND offering_id = NEW.offering_id AND NOT superseded
        AND asked_by = NEW.asked_by
        FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM public.equity_refuse('closing_of_standing_request',
                                     'No standing request of that offering by that person.');
    END IF;
    RETURN NEW;
END
$$;

-- Looked at when the transaction commits: what completed is what was signed, to the cent, and nobody
-- is left who could complete later.
CREATE FUNCTION equity_closed_as_asked() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked jsonb;
    completed jsonb;
    total numeric;
    concurrent numeric;
BEGIN
    SELECT figures INTO asked FROM public.equity_closingrequest WHERE id = NEW.request_id;
    SELECT jsonb_agg(jsonb_build_array(id, units, amount::text) ORDER BY "order"), sum(amount)
      INTO completed, total
      FROM public.equity_subscription
     WHERE offering_id = NEW.offering_id AND state = 'completed';
    SELECT CASE WHEN unconditional THEN amount END INTO concurrent
      FROM public.equity_concurrentmoney
     WHERE offering_id = NEW.offering_id
     ORDER BY id DESC LIMIT 1;
    IF NEW.amount IS DISTINCT FROM total OR completed IS DISTINCT FROM asked -> 'subscriptions'
       OR coalesce(concurrent, 0) IS DISTINCT FROM (asked ->> 'concurrent')::numeric THEN
        PERFORM public.equity_refuse('closing_as_asked',
                                     'What completed is not what was asked and approved.');
    END IF;
    IF EXISTS (SELECT FROM public.equity_subscription
                WHERE offering_id = NEW.offering_id AND state IN ('agreed', 'binding'))
       OR NOT EXISTS (SELECT FROM public.equity_offering
                       WHERE id = NEW.offering_id AND state = 'closed') THEN
        PERFORM public.equity_refuse('closing_ends_all', 'A closing ends the whole offering.');
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER equity_keep_request BEFORE INSERT OR UPDATE OR DELETE ON equity_closingrequest
    FOR EACH ROW EXECUTE FUNCTION equity_keep_request();
CREATE TRIGGER equity_a_standing_request BEFORE INSERT ON equity_closing
    FOR EACH ROW EXECUTE FUNCTION equity_standing_request();
CREATE CONSTRAINT TRIGGER equity_closed_as_asked AFTER INSERT ON equity_closing
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION equity_closed_as_asked();
