DROP TRIGGER equity_money_follows_state ON equity_subscription;
DROP FUNCTION equity_money_follows_state();
CREATE OR REPLACE FUNCTION equity_balanced() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    entry uuid;
    total numeric;
    legs bigint;
BEGIN
    IF TG_TABLE_NAME = 'equity_posting' THEN
        entry := NEW.entry_id;
    ELSE
        entry := NEW.id;
    END IF;
    SELECT coalesce(sum(amount), 0), count(*) INTO total, legs
      FROM public.equity_posting WHERE entry_id = entry;
    IF total <> 0 OR legs < 2 THEN
        PERFORM public.equity_refuse('journal_entry_balanced', 'A journal entry does not balance.');
    END IF;
    IF EXISTS (
        SELECT 1 FROM public.equity_posting
         WHERE subscription_id IN (SELECT subscription_id FROM public.equity_posting
                                    WHERE entry_id = entry)
         GROUP BY subscription_id, account
        HAVING CASE WHEN account = 'trust' THEN sum(amount) < 0 ELSE sum(amount) > 0 END
    ) THEN
        PERFORM public.equity_refuse('account_never_overdrawn', 'An account of a subscription is overdrawn.');
    END IF;
    RETURN NULL;
END
$$;
DROP FUNCTION equity_ledger_agrees(uuid);
