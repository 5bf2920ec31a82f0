/* (2) Money in trust: pending, posted, voided, expired.
 *
 * An act locks the offering's row, first does what time has brought (settle), judges, and commits
 * the change of state with its journal entry. Because it holds the row from before it judges until
 * the commit, it is one step here, and its death is that step not taken. Purchasers pay in parts,
 * withdraw, post a letter, or do nothing; officers ask and approve the closing, record a letter,
 * stop the offering; the issuer amends or cancels it; rights end and the ninetieth day passes; two
 * officers refund at the same time, from a page that each has read before.
 *
 * Held: every entry balances and no account is overdrawn; a dollar received is in trust, or was
 * released once, or refunded once; no right is shortened and none is used late; once nobody can do
 * anything more, the offering has ended and the trust account is empty.
 * Broken copies: GLANCE_DECIDES (what was read before the lock decides), TWO_COMMITS (the state
 * first, the money after), NO_SETTLE (time waits for the sweep).
 */
#ifndef PEOPLE
#define PEOPLE 2
#endif
#define PRICE 2                         /* each owes two dollars, and pays them one by one */

mtype:offering = { open, suspended, closing, closed, cancelled, failed }
mtype:subscription = { agreed, binding, completed, withdrawn, lapsed, released }

mtype:offering offering = open;
mtype:subscription state[PEOPLE] = agreed;

/* The ledger of each subscription: trust is a debit, the other two are credits. */
byte trust[PEOPLE], purchasers[PEOPLE], refunds[PEOPLE];
byte to_issuer[PEOPLE], paid_back[PEOPLE];
byte due;                               /* all refunds that are due */
byte paid[PEOPLE];                      /* the column of the subscription */

bool right_over[PEOPLE];                /* the clock passed the end of the current right */
bool letter[PEOPLE];                    /* a notice was posted while the right was open */
bool ninetieth_passed;
byte figures;                           /* the closing that was asked for: for whom, one bit each */
bool asked, amended;

#define LIVE(i) (state[i] == agreed || state[i] == binding)
#define OPENED (offering == open || offering == suspended || offering == closing)

/* The moves of equity/moves.py, each on a line of its own; a test holds the two equal. */
inline move(i, from, to) { assert(state[i] == from); state[i] = to }
inline bind(i) { move(i, agreed, binding) }
inline reopen(i) { move(i, binding, agreed) }
inline complete(i) { move(i, binding, completed) }
inline lapse(i) { move(i, binding, lapsed) }
inline withdraw(i) {
    if
    :: state[i] == agreed -> move(i, agreed, withdrawn)
    :: else -> move(i, binding, withdrawn)
    fi
}
inline release(i) {
    if
    :: state[i] == agreed -> move(i, agreed, released)
    :: else -> move(i, binding, released)
    fi
}

/* The journal: each entry takes from one account what it gives to another. */
inline post_payment(i) { trust[i]++; purchasers[i]++; paid[i]++ }
inline post_refund_due(i) {
    due = due + purchasers[i]; refunds[i] = purchasers[i]; purchasers[i] = 0
}
inline post_refund_paid(i, amount) {
    assert(amount <= refunds[i] && amount <= trust[i]);
    refunds[i] = refunds[i] - amount; trust[i] = trust[i] - amount;
    due = due - amount; paid_back[i] = paid_back[i] + amount
}
inline post_release(i) {
    assert(purchasers[i] == PRICE && trust[i] == PRICE);
    to_issuer[i] = PRICE; purchasers[i] = 0; trust[i] = 0
}

inline end_offering(how) {
    offering = how; asked = false;
    for (n : 0 .. PEOPLE - 1) {
        if :: LIVE(n) -> release(n); post_refund_due(n) :: else fi
    }
}

/* What time has brought, in the order of its legal instants. */
inline settle() {
    if
    :: OPENED ->
        for (n : 0 .. PEOPLE - 1) {
            if :: state[n] == agreed && right_over[n] -> bind(n) :: else fi
        };
        if :: ninetieth_passed -> end_offering(failed) :: else fi
    :: else
    fi
}
inline settled() {
#ifdef NO_SETTLE
    skip
#else
    settle()
#endif
}

/* What holds after every commit. */
inline commit() {
    for (n : 0 .. PEOPLE - 1) {
        assert(trust[n] == purchasers[n] + refunds[n]);
        assert(paid[n] == trust[n] + to_issuer[n] + paid_back[n]);
        assert(LIVE(n) || purchasers[n] == 0)
    };
    n = 0
}

inline pay(i) {
    if
    :: LIVE(i) && paid[i] < PRICE -> assert(!ninetieth_passed); post_payment(i)
    :: else
    fi
}

inline use_right(i) {
    if
    :: state[i] == agreed ->
        assert(!right_over[i]);
        withdraw(i);
#ifdef TWO_COMMITS
        commit();
#endif
        post_refund_due(i)
    :: else -> assert(right_over[i] || !LIVE(i))
    fi
}

inline record_letter(i) {
    if
    :: LIVE(i) && letter[i] -> withdraw(i); post_refund_due(i)
    :: else
    fi
}

/* For whom a closing would be now, and whether every right is over. */
inline count() {
    for (n : 0 .. PEOPLE - 1) {
        if
        :: state[n] == binding && paid[n] == PRICE -> completing = completing | (1 << n)
        :: state[n] == agreed -> rights_open = true
        :: else
        fi
    }
}

inline ask_closing() {
    count();
    if
    :: (offering == open || offering == closing) && !rights_open && completing ->
        offering = closing; asked = true; figures = completing
    :: else
    fi;
    completing = 0; rights_open = false
}

inline approve_closing() {
    count();
    if
    :: offering == closing && asked && !rights_open && figures == completing ->
        for (n : 0 .. PEOPLE - 1) {
            if
            :: state[n] == binding && paid[n] == PRICE -> complete(n); post_release(n)
            :: state[n] == binding && paid[n] < PRICE -> lapse(n); post_refund_due(n)
            :: else
            fi
        };
        offering = closed; asked = false
    :: else
    fi;
    completing = 0; rights_open = false
}

inline amend() {
    if
    :: OPENED && !amended -> offering = suspended; asked = false; amended = true
    :: else
    fi
}

inline publish() {
    if
    :: offering == suspended ->
        offering = open;
        for (n : 0 .. PEOPLE - 1) {
            if
            :: LIVE(n) ->
                right_over[n] = false;
                if :: state[n] == binding -> reopen(n) :: else fi
            :: else
            fi
        }
    :: else
    fi
}

inline end_if_opened(how) {
    if :: OPENED -> end_offering(how) :: else fi
}

active proctype People() {
    byte n, i, completing;
    bool rights_open;
end:
    do
    :: atomic { OPENED -> select (i : 0 .. PEOPLE - 1);
        if
        :: d_step { settled(); pay(i); commit() }
        :: d_step { settled(); use_right(i); commit() }
        :: d_step { LIVE(i) && !right_over[i] -> letter[i] = true }
        :: d_step { settled(); record_letter(i); commit() }
        :: d_step { settled(); ask_closing(); commit() }
        :: d_step { settled(); approve_closing(); commit() }
        :: d_step { settled(); amend(); commit() }
        :: d_step { settled(); publish(); commit() }
        :: d_step { settled(); end_if_opened(cancelled); commit() }
        :: d_step { settled(); end_if_opened(failed); commit() }
        :: d_step { settle(); commit() }            /* the sweep */
        :: d_step { right_over[i] = true }          /* the clock */
        :: d_step { ninetieth_passed = true }
        fi;
        i = 0
    }
    od
}

active [2] proctype Refunding() {
    byte n, whose, owed;
end:
    do
    :: atomic { due > 0 -> select (whose : 0 .. PEOPLE - 1); owed = refunds[whose] };
        if
        :: d_step {
            settled();
#ifndef GLANCE_DECIDES
            owed = refunds[whose];
#endif
            if :: owed > 0 -> post_refund_paid(whose, owed) :: else fi;
            owed = 0; whose = 0; commit()
        }
        :: d_step { owed = 0; whose = 0 }           /* leaves the page */
        fi
    od
}

init {
    byte n;
    timeout;                            /* nobody can do anything more */
    d_step {
        for (n : 0 .. PEOPLE - 1) {
            assert(!LIVE(n) && trust[n] == 0);
            assert(paid[n] == (state[n] == completed -> to_issuer[n] : paid_back[n]))
        };
        assert(!OPENED)
    }
}
