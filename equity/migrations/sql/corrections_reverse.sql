DROP TRIGGER equity_correction_append_only ON equity_correction;
DROP TRIGGER equity_correction_as_agreed ON equity_correction;
DROP FUNCTION equity_correction_as_agreed();
-- What the journal holds of one subscription must be what its row says: `paid` is the sum of its
-- payments; while it is live all of it is held; once it is completed all of it was released; else
-- all of it became due back, whole, and is paid back whole.
CREATE OR REPLACE FUNCTION equity_ledger_agrees(wanted uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    it public.equity_subscription%ROWTYPE;
    paid numeric;
    held numeric;
    ever_due numeric;
    due numeric;
BEGIN
    SELECT * INTO it FROM public.equity_subscription WHERE id = wanted;
    SELECT coalesce(-sum(amount) FILTER (WHERE account = 'purchasers' AND amount < 0), 0),
           coalesce(-sum(amount) FILTER (WHERE account = 'purchasers'), 0),
           coalesce(-sum(amount) FILTER (WHERE account = 'refunds' AND amount < 0), 0),
           coalesce(-sum(amount) FILTER (WHERE account = 'refunds'), 0)
      INTO paid, held, ever_due, due
      FROM public.equity_posting WHERE subscription_id = wanted;
    IF it.paid IS DISTINCT FROM paid THEN
        PERFORM public.equity_refuse('subscription_paid_is_posted',
                                     'What a subscription paid is not what the journal received.');
    END IF;
    IF NOT (CASE
        WHEN it.state IN ('agreed', 'binding') THEN held = paid
        WHEN it.state = 'completed' THEN paid = it.amount AND held = 0 AND ever_due = 0
        ELSE ever_due = paid AND due IN (0, paid)
    END) THEN
        PERFORM public.equity_refuse('subscription_money_follows_state',
                                     'The money of a subscription is not where its state puts it.');
    END IF;
END
$$;

-- Every entry moves one amount of one subscription, out of the account and into the account that
-- its kind names, and leaves no account on the wrong side.
CREATE OR REPLACE FUNCTION equity_balanced() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    entry uuid;
    total numeric;
    legs bigint;
    one_offering boolean;
    whose uuid[];
    accounts text[];
BEGIN
    IF TG_TABLE_NAME = 'equity_posting' THEN
        entry := NEW.entry_id;
    ELSE
        entry := NEW.id;
    END IF;
    SELECT coalesce(sum(leg.amount), 0), count(*),
           bool_and(leg.offering_id = it.offering_id AND bought.offering_id = it.offering_id),
           array_agg(DISTINCT leg.subscription_id),
           ARRAY[min(it.kind), min(leg.account) FILTER (WHERE leg.amount > 0),
                 min(leg.account) FILTER (WHERE leg.amount < 0)]
      INTO total, legs, one_offering, whose, accounts
      FROM public.equity_posting AS leg
      JOIN public.equity_journalentry AS it ON it.id = leg.entry_id
      LEFT JOIN public.equity_subscription AS bought ON bought.id = leg.subscription_id
     WHERE leg.entry_id = entry;
    IF total <> 0 OR legs <> 2 THEN
        PERFORM public.equity_refuse('journal_entry_balanced', 'A journal entry does not balance.');
    END IF;
    IF EXISTS (
        SELECT 1 FROM public.equity_posting
         WHERE subscription_id = ANY (whose)
         GROUP BY subscription_id, account
        HAVING CASE WHEN account = 'trust' THEN sum(amount) < 0 ELSE sum(amount) > 0 END
    ) THEN
        PERFORM public.equity_refuse('account_never_overdrawn', 'An account of a subscription is overdrawn.');
    END IF;
    IF one_offering IS NOT TRUE OR cardinality(whose) <> 1 THEN
        PERFORM public.equity_refuse('journal_entry_of_one_subscription',
                                     'A journal entry moves money of one subscription of its offering.');
    END IF;
    IF accounts NOT IN (
        ARRAY['payment', 'trust', 'purchasers'],
        ARRAY['refund_due', 'purchasers', 'refunds'],
        ARRAY['refund_paid', 'refunds', 'trust'],
        ARRAY['release', 'purchasers', 'trust']
    ) THEN
        PERFORM public.equity_refuse('journal_entry_fits_its_kind',
                                     'A journal entry moves money between other accounts than its kind.');
    END IF;
    PERFORM public.equity_ledger_agrees(whose[1]);
    RETURN NULL;
END
$$;
