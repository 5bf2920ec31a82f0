-- A payment that was recorded in error is taken back, whole and once, by an entry of its own kind that
-- two officers agreed on. Its legs are marked: money of a subscription still leaves the trust account
-- once otherwise, and an index sees that.

CREATE FUNCTION equity_correction_as_agreed() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    agreed jsonb := public.compliance_approvals_agreed(NEW.consumption_id, 'correction');
BEGIN
    -- While the subscription is live: after that it is a refund, or it was released. The lock makes
    -- whatever ends it wait.
    PERFORM FROM public.equity_subscription
      WHERE id = NEW.subscription_id AND state IN ('agreed', 'binding')
        FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM public.equity_refuse('correction_while_live',
                                     'A payment is corrected while its subscription is live.');
    END IF;
    IF agreed IS NULL OR agreed ->> 'subject' IS DISTINCT FROM 'equity.subscription/' || NEW.subscription_id
       OR agreed ->> 'payment' IS DISTINCT FROM NEW.reverses_id::text
       OR agreed ->> 'amount' IS DISTINCT FROM NEW.amount::text
       OR agreed ->> 'reason' IS DISTINCT FROM NEW.reason
       OR agreed ->> 'issuer' IS DISTINCT FROM (
           SELECT offering.issuer_id::text FROM public.equity_subscription AS subscription
             JOIN public.equity_offering AS offering ON offering.id = subscription.offering_id
            WHERE subscription.id = NEW.subscription_id)
       OR agreed ->> 'asked_by' IS DISTINCT FROM NEW.asked_by::text
       OR agreed ->> 'approved_by' IS DISTINCT FROM NEW.approved_by::text
       OR NOT EXISTS (SELECT FROM public.equity_journalentry AS paid
                        JOIN public.equity_posting AS leg ON leg.entry_id = paid.id
                       WHERE paid.id = NEW.reverses_id AND paid.kind = 'payment'
                         AND leg.account = 'trust' AND leg.subscription_id = NEW.subscription_id
                         AND leg.amount = NEW.amount)
       OR NOT EXISTS (SELECT FROM public.equity_journalentry
                       WHERE id = NEW.entry_id AND kind = 'correction') THEN
        PERFORM public.equity_refuse('correction_as_agreed',
                                     'This is not a correction that two officers agreed on.');
    END IF;
    RETURN NEW;
END
$$;

-- What the journal holds of one subscription must be what its row says: `paid` is the sum of its
-- payments without those that were corrected; while it is live all of it is held; once it is completed all of it was released; else
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
    SELECT coalesce(-sum(amount) FILTER (WHERE account = 'purchasers' AND (amount < 0 OR correction)), 0),
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
    marked boolean;
    moved numeric;
BEGIN
    IF TG_TABLE_NAME = 'equity_posting' THEN
        entry := NEW.entry_id;
    ELSE
        entry := NEW.id;
    END IF;
    SELECT coalesce(sum(leg.amount), 0), count(*),
           bool_and(leg.offering_id = it.offering_id AND bought.offering_id = it.offering_id),
           array_agg(DISTINCT leg.subscription_id),
           bool_and(leg.correction = (it.kind = 'correction')), max(leg.amount),
           ARRAY[min(it.kind), min(leg.account) FILTER (WHERE leg.amount > 0),
                 min(leg.account) FILTER (WHERE leg.amount < 0)]
      INTO total, legs, one_offering, whose, marked, moved, accounts
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
        ARRAY['release', 'purchasers', 'trust'],
        ARRAY['correction', 'purchasers', 'trust']
    ) OR NOT marked THEN
        PERFORM public.equity_refuse('journal_entry_fits_its_kind',
                                     'A journal entry moves money between other accounts than its kind.');
    END IF;
    -- Money is taken back only as two officers agreed.
    IF accounts[1] = 'correction' AND NOT EXISTS (
        SELECT FROM public.equity_correction
         WHERE entry_id = entry AND subscription_id = whose[1] AND amount = moved
    ) THEN
        PERFORM public.equity_refuse('correction_as_agreed',
                                     'This is not a correction that two officers agreed on.');
    END IF;
    PERFORM public.equity_ledger_agrees(whose[1]);
    RETURN NULL;
END
$$;

CREATE TRIGGER equity_correction_as_agreed BEFORE INSERT ON equity_correction
    FOR EACH ROW EXECUTE FUNCTION equity_correction_as_agreed();
CREATE TRIGGER equity_correction_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON equity_correction
    FOR EACH STATEMENT EXECUTE FUNCTION compliance_append_only();
