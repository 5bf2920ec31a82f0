-- What must never be false, held by the database whoever writes: the service, a bug, or a raw session
-- of the runtime role. Functions that write run as the owner of the tables (SECURITY DEFINER), because
-- the runtime role may not write the columns they keep. Each refusal names a constraint.

-- Figures of the law that the guards need. A test holds them equal to the rulebook, day by day.
CREATE FUNCTION equity_figure(wanted text, day date) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    SELECT figure.value
      FROM (VALUES
            ('issuer_group_cap', DATE '2021-09-21', NULL::date, 1500000.00),
            ('issuer_group_window_months', DATE '2021-09-21', NULL::date, 12),
            ('purchaser_limit', DATE '2021-09-21', NULL::date, 2500.00),
            ('purchaser_limit_advised', DATE '2021-09-21', NULL::date, 10000.00)
           ) AS figure(name, since, until, value)
     WHERE figure.name = wanted
       AND figure.since <= day
       AND (figure.until IS NULL OR day <= figure.until)
$$;

-- Every issuer that any chain of links, living or ended, reaches.
CREATE FUNCTION equity_component(issuer uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE link(near, far) AS (
        SELECT one_id, other_id FROM public.equity_groupedge
        UNION ALL
        SELECT other_id, one_id FROM public.equity_groupedge
    ), reached(member) AS (
        SELECT issuer
        UNION
        SELECT link.far FROM link JOIN reached ON link.near = reached.member
    )
    SELECT member FROM reached
$$;

-- The issuer group by reading W-3, with the links alive on any of the given days.
CREATE FUNCTION equity_group(issuer uuid, days date[]) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE edge AS (
        SELECT one_id, other_id, kind
          FROM public.equity_groupedge
         WHERE EXISTS (SELECT 1 FROM unnest(days) AS day
                        WHERE since <= day AND (until IS NULL OR day <= until))
    ), link(near, far, kind) AS (
        SELECT one_id, other_id, kind FROM edge
        UNION ALL
        SELECT other_id, one_id, kind FROM edge
    ), affiliate(member) AS (
        SELECT issuer
        UNION
        SELECT link.far FROM link JOIN affiliate ON link.near = affiliate.member
         WHERE link.kind = 'affiliate'
    )
    SELECT member FROM affiliate
    UNION
    SELECT link.far FROM link JOIN affiliate ON link.near = affiliate.member
     WHERE link.kind = 'common_enterprise'
    UNION
    SELECT link.far FROM link WHERE link.near = issuer AND link.kind = 'same_founder'
$$;

-- What the group closed in the window that ends on a day (W-1, W-2).
CREATE FUNCTION equity_group_closed(issuer uuid, day date) RETURNS numeric
LANGUAGE sql STABLE AS $$
    WITH closed AS (
        SELECT offering.issuer_id, closing.closed_on, closing.amount
          FROM public.equity_closing AS closing
          JOIN public.equity_offering AS offering ON offering.id = closing.offering_id
         WHERE offering.issuer_id IN (SELECT public.equity_component(issuer))
        UNION ALL
        SELECT issuer_id, closed_on, amount
          FROM public.equity_earlierdistribution
         WHERE issuer_id IN (SELECT public.equity_component(issuer))
    )
    SELECT coalesce(sum(closed.amount), 0)
      FROM closed
     WHERE closed.closed_on <= day
       AND closed.closed_on >= (day - make_interval(
               months => public.equity_figure('issuer_group_window_months', day)::int))::date
       AND closed.issuer_id IN (SELECT public.equity_group(issuer, ARRAY[day, closed.closed_on]))
$$;

-- The most that live subscriptions may add up to on a day: the maximum, or what is left of the cap.
CREATE FUNCTION equity_ceiling(offering uuid, day date) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT least(version.maximum,
                 public.equity_figure('issuer_group_cap', day)
                 - public.equity_group_closed(it.issuer_id, day))
      FROM public.equity_offering AS it
      JOIN public.equity_version AS version ON version.id = it.in_force_id
     WHERE it.id = offering
$$;

CREATE FUNCTION equity_refuse(constraint_name text, message text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', message USING ERRCODE = 'check_violation', CONSTRAINT = constraint_name;
END
$$;

-- A subscription takes its room under the lock of the offering's row, or is refused.
CREATE FUNCTION equity_take_room() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    room equity_offering%ROWTYPE;
    held numeric;
    allowed numeric;
BEGIN
    IF NEW.state <> 'agreed' OR NEW.paid <> 0 THEN
        PERFORM equity_refuse('subscription_starts_agreed', 'A subscription starts agreed and unpaid.');
    END IF;
    UPDATE equity_offering AS it
       SET live_amount = it.live_amount + NEW.amount,
           agreements = it.agreements + 1,
           ceiling = CASE WHEN it.ceiling_on = NEW.agreed_on THEN it.ceiling
                          ELSE equity_ceiling(it.id, NEW.agreed_on) END,
           group_closed = CASE WHEN it.ceiling_on = NEW.agreed_on THEN it.group_closed
                               ELSE equity_group_closed(it.issuer_id, NEW.agreed_on) END,
           ceiling_on = NEW.agreed_on
     WHERE it.id = NEW.offering_id
    RETURNING it.* INTO room;
    IF room.state <> 'open' OR room.in_force_id <> NEW.version_id THEN
        PERFORM equity_refuse('subscription_offering_open',
                              'The offering is not open with that version of its document.');
    END IF;
    IF room.ceiling IS NULL OR room.live_amount > room.ceiling THEN
        PERFORM equity_refuse('subscription_has_room',
                              'The offering, or its issuer group, has no room for that amount.');
    END IF;
    IF NEW.amount <> NEW.units * (SELECT price FROM equity_version WHERE id = NEW.version_id) THEN
        PERFORM equity_refuse('subscription_amount_is_price',
                              'The amount is not the price of that many securities.');
    END IF;
    IF NEW.advice_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM investors_advice
         WHERE id = NEW.advice_id AND person_id = NEW.person_id
           AND offering_id = NEW.offering_id AND suitable
    ) THEN
        PERFORM equity_refuse('subscription_advice_is_its_own',
                              'The advice is not a positive one for that person and offering.');
    END IF;
    -- One acknowledgement serves one agreement (W-13), of that person, for what is in force.
    UPDATE investors_riskacknowledgement
       SET used_by = NEW.id
     WHERE id = NEW.acknowledgement_id AND used_by IS NULL AND person_id = NEW.person_id
       AND offering_id = NEW.offering_id AND version_id = NEW.version_id;
    IF NOT FOUND THEN
        PERFORM equity_refuse('subscription_acknowledgement_is_its_own',
                              'The acknowledgement is used up, or is not for this agreement.');
    END IF;
    SELECT coalesce(sum(amount), 0) INTO held
      FROM equity_subscription
     WHERE offering_id = NEW.offering_id AND person_id = NEW.person_id
       AND state IN ('agreed', 'binding');
    allowed := equity_figure(CASE WHEN NEW.advice_id IS NULL THEN 'purchaser_limit'
                                  ELSE 'purchaser_limit_advised' END, NEW.agreed_on);
    IF allowed IS NULL OR held + NEW.amount > allowed THEN
        PERFORM equity_refuse('subscription_within_purchaser_limit',
                              'The purchaser has no room for that amount.');
    END IF;
    NEW."order" := room.agreements;
    RETURN NEW;
END
$$;

-- What was agreed is kept; a subscription that is no longer live gives its room back at once (W-5).
CREATE FUNCTION equity_keep_agreement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (OLD.id, OLD.offering_id, OLD.person_id, OLD.version_id, OLD.acknowledgement_id,
        OLD.advice_id, OLD.units, OLD.amount, OLD.province, OLD.insider, OLD.agreed_at,
        OLD.agreed_on, OLD."order")
       IS DISTINCT FROM
       (NEW.id, NEW.offering_id, NEW.person_id, NEW.version_id, NEW.acknowledgement_id,
        NEW.advice_id, NEW.units, NEW.amount, NEW.province, NEW.insider, NEW.agreed_at,
        NEW.agreed_on, NEW."order") THEN
        PERFORM equity_refuse('subscription_agreement_is_kept', 'What was agreed never changes.');
    END IF;
    IF OLD.state IN ('agreed', 'binding') AND NEW.state NOT IN ('agreed', 'binding') THEN
        UPDATE equity_offering SET live_amount = live_amount - OLD.amount WHERE id = OLD.offering_id;
    END IF;
    RETURN NEW;
END
$$;

-- States move as the table of moves says, and start where it starts.
CREATE FUNCTION equity_legal_move() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> TG_ARGV[1] THEN
            PERFORM public.equity_refuse(TG_ARGV[0] || '_starts', 'It starts as ' || TG_ARGV[1] || '.');
        END IF;
    ELSIF NEW.state IS DISTINCT FROM OLD.state AND NOT EXISTS (
        SELECT 1
          FROM (VALUES
                ('offering', 'draft', 'submitted'),
                ('offering', 'draft', 'cancelled'),
                ('offering', 'changes_requested', 'submitted'),
                ('offering', 'changes_requested', 'cancelled'),
                ('offering', 'submitted', 'approved'),
                ('offering', 'submitted', 'changes_requested'),
                ('offering', 'submitted', 'refused'),
                ('offering', 'submitted', 'cancelled'),
                ('offering', 'approved', 'open'),
                ('offering', 'approved', 'failed'),
                ('offering', 'approved', 'cancelled'),
                ('offering', 'open', 'suspended'),
                ('offering', 'open', 'closing'),
                ('offering', 'open', 'failed'),
                ('offering', 'open', 'cancelled'),
                ('offering', 'suspended', 'open'),
                ('offering', 'suspended', 'failed'),
                ('offering', 'suspended', 'cancelled'),
                ('offering', 'closing', 'suspended'),
                ('offering', 'closing', 'closed'),
                ('offering', 'closing', 'failed'),
                ('offering', 'closing', 'cancelled'),
                ('subscription', 'agreed', 'binding'),
                ('subscription', 'agreed', 'withdrawn'),
                ('subscription', 'agreed', 'released'),
                ('subscription', 'binding', 'agreed'),
                ('subscription', 'binding', 'withdrawn'),
                ('subscription', 'binding', 'completed'),
                ('subscription', 'binding', 'lapsed'),
                ('subscription', 'binding', 'released')
               ) AS legal(machine, source, target)
         WHERE legal.machine = TG_ARGV[0] AND legal.source = OLD.state AND legal.target = NEW.state
    ) THEN
        PERFORM public.equity_refuse(TG_ARGV[0] || '_legal_move',
                                     'No move leads from ' || OLD.state || ' to ' || NEW.state || '.');
    END IF;
    RETURN NEW;
END
$$;

-- One distribution of a group at a time. Entering "under way" is rare: one lock for all of them
-- keeps two from entering at once without seeing each other.
CREATE FUNCTION equity_one_at_a_time() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.live_amount := 0;
        NEW.agreements := 0;
        NEW.ceiling := NULL;
        NEW.ceiling_on := NULL;
        NEW.group_closed := NULL;
        RETURN NEW;
    END IF;
    IF NEW.in_force_id IS DISTINCT FROM OLD.in_force_id THEN
        NEW.ceiling_on := NULL;
    END IF;
    IF NEW.state IN ('approved', 'open', 'suspended', 'closing')
       AND OLD.state NOT IN ('approved', 'open', 'suspended', 'closing') THEN
        PERFORM pg_advisory_xact_lock(hashtext('equity_one_at_a_time'));
        IF EXISTS (
            SELECT 1
              FROM equity_offering AS other
             WHERE other.id <> NEW.id
               AND other.state IN ('approved', 'open', 'suspended', 'closing')
               AND other.issuer_id IN (SELECT equity_component(NEW.issuer_id))
               AND (other.issuer_id IN (SELECT equity_group(NEW.issuer_id, ARRAY[NEW.moved_on]))
                    OR NEW.issuer_id IN (SELECT equity_group(other.issuer_id, ARRAY[NEW.moved_on])))
        ) THEN
            PERFORM equity_refuse('offering_one_at_a_time',
                                  'The issuer group has another distribution under way.');
        END IF;
    END IF;
    RETURN NEW;
END
$$;

-- A closing, a link or an earlier distribution changes what is left of the cap for its neighbours:
-- their ceilings are counted again at the next subscription. Rows are taken in one order.
CREATE FUNCTION equity_count_ceilings_again() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    changed uuid;
BEGIN
    IF TG_TABLE_NAME = 'equity_closing' THEN
        SELECT issuer_id INTO changed FROM equity_offering WHERE id = NEW.offering_id;
    ELSIF TG_TABLE_NAME = 'equity_groupedge' THEN
        changed := NEW.one_id;
    ELSE
        changed := NEW.issuer_id;
    END IF;
    PERFORM id FROM equity_offering
      WHERE state IN ('open', 'suspended', 'closing')
        AND issuer_id IN (SELECT equity_component(changed))
      ORDER BY id FOR UPDATE;
    UPDATE equity_offering SET ceiling_on = NULL
     WHERE state IN ('open', 'suspended', 'closing')
       AND issuer_id IN (SELECT equity_component(changed));
    RETURN NULL;
END
$$;

-- A version that was published is what people read: it never changes.
CREATE FUNCTION equity_keep_published() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    version uuid;
BEGIN
    IF TG_TABLE_NAME = 'equity_version' THEN
        IF OLD.published_at IS NOT NULL THEN
            PERFORM public.equity_refuse('version_published_is_kept', 'A published version never changes.');
        END IF;
    ELSE
        IF TG_OP <> 'INSERT' THEN
            version := OLD.version_id;
        ELSE
            version := NEW.version_id;
        END IF;
        IF EXISTS (SELECT 1 FROM public.equity_version
                    WHERE id = version AND published_at IS NOT NULL) THEN
            PERFORM public.equity_refuse('version_published_is_kept', 'A published version never changes.');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;

-- Double entry, looked at when the transaction commits: every entry balances, and no account of a
-- subscription is ever on the wrong side.
CREATE FUNCTION equity_balanced() RETURNS trigger
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

-- Securities are issued only when the distribution is closed, and a distribution is closed only with
-- its closing by two people.
CREATE FUNCTION equity_closed_together() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'equity_offering' THEN
        IF NOT EXISTS (SELECT 1 FROM public.equity_closing WHERE offering_id = NEW.id) THEN
            PERFORM public.equity_refuse('offering_closed_by_closing', 'A closed offering needs its closing.');
        END IF;
    ELSIF NOT EXISTS (SELECT 1 FROM public.equity_offering
                       WHERE id = NEW.offering_id AND state = 'closed') THEN
        PERFORM public.equity_refuse('subscription_completed_at_closing',
                                     'A subscription completes only at the closing.');
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION equity_never_deleted() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.equity_refuse(TG_TABLE_NAME || '_never_deleted', 'Rows of ' || TG_TABLE_NAME || ' are kept.');
    RETURN NULL;
END
$$;

CREATE TRIGGER equity_a_legal_move BEFORE INSERT OR UPDATE OF state ON equity_offering
    FOR EACH ROW EXECUTE FUNCTION equity_legal_move('offering', 'draft');
CREATE TRIGGER equity_b_one_at_a_time BEFORE INSERT OR UPDATE OF state, in_force_id ON equity_offering
    FOR EACH ROW EXECUTE FUNCTION equity_one_at_a_time();
CREATE CONSTRAINT TRIGGER equity_closed_together AFTER UPDATE ON equity_offering
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed')
    EXECUTE FUNCTION equity_closed_together();
CREATE TRIGGER equity_a_legal_move BEFORE INSERT OR UPDATE OF state ON equity_subscription
    FOR EACH ROW EXECUTE FUNCTION equity_legal_move('subscription', 'agreed');
CREATE TRIGGER equity_b_take_room BEFORE INSERT ON equity_subscription
    FOR EACH ROW EXECUTE FUNCTION equity_take_room();
CREATE TRIGGER equity_b_keep_agreement BEFORE UPDATE ON equity_subscription
    FOR EACH ROW EXECUTE FUNCTION equity_keep_agreement();
CREATE CONSTRAINT TRIGGER equity_closed_together AFTER UPDATE ON equity_subscription
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.state = 'completed' AND OLD.state <> 'completed')
    EXECUTE FUNCTION equity_closed_together();
CREATE TRIGGER equity_never_deleted BEFORE DELETE ON equity_offering
    FOR EACH ROW EXECUTE FUNCTION equity_never_deleted();
CREATE TRIGGER equity_never_deleted BEFORE DELETE ON equity_subscription
    FOR EACH ROW EXECUTE FUNCTION equity_never_deleted();
CREATE TRIGGER equity_never_deleted BEFORE DELETE ON equity_groupedge
    FOR EACH ROW EXECUTE FUNCTION equity_never_deleted();
CREATE TRIGGER equity_keep_published BEFORE UPDATE OR DELETE ON equity_version
    FOR EACH ROW EXECUTE FUNCTION equity_keep_published();
CREATE TRIGGER equity_keep_published BEFORE INSERT OR UPDATE OR DELETE ON equity_useoffunds
    FOR EACH ROW EXECUTE FUNCTION equity_keep_published();
CREATE TRIGGER equity_count_ceilings_again AFTER INSERT ON equity_closing
    FOR EACH ROW EXECUTE FUNCTION equity_count_ceilings_again();
CREATE TRIGGER equity_count_ceilings_again AFTER INSERT OR UPDATE ON equity_groupedge
    FOR EACH ROW EXECUTE FUNCTION equity_count_ceilings_again();
CREATE TRIGGER equity_count_ceilings_again AFTER INSERT ON equity_earlierdistribution
    FOR EACH ROW EXECUTE FUNCTION equity_count_ceilings_again();
CREATE CONSTRAINT TRIGGER equity_balanced AFTER INSERT ON equity_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION equity_balanced();
CREATE CONSTRAINT TRIGGER equity_balanced AFTER INSERT ON equity_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION equity_balanced();
