/* (1) A cap under retries and crashes.
 *
 * Purchasers subscribe to one offering through workers that may die between any two steps, however
 * often. Whoever has no answer asks again with the same key. A transaction writes the key, judges
 * without holding the offering, takes its room from the offering's row, and commits; only then is
 * it answered.
 *
 * Held: the cap; one effect for one key; what a purchaser was told is so.
 * Broken copies: NAIVE (what was judged decides), ANSWER_FIRST (told before the commit),
 * NO_KEY (a repeated request is a new one).
 */
#ifndef PURCHASERS
#define PURCHASERS 2
#endif
#define WORKERS 2
#define TRIES 2
#define CAP PURCHASERS                  /* the first wants 1, the others 2: not all have room */
#define NOBODY 255

mtype:subscription = { agreed, withdrawn }
mtype:answer = { unheard, accepted, refused }

byte amount[PURCHASERS];
byte live;                              /* the offering's row: live_amount */
byte row = NOBODY;                      /* who has locked that row */
byte in_flight[PURCHASERS];             /* who has written that key and not committed */
bool key[PURCHASERS];                   /* the key is stored, with its answer */
byte waiting[PURCHASERS];               /* requests that no worker has taken yet */
byte requests;                          /* their sum */
byte effects[PURCHASERS];               /* how many subscriptions came of that request */
mtype:subscription state[PURCHASERS];
mtype:answer told[PURCHASERS];

/* What was not committed is rolled back and its locks are free. */
inline roll_back() {
    if :: row == _pid -> row = NOBODY :: else fi;
    if :: in_flight[who] == _pid -> in_flight[who] = NOBODY :: else fi
}

/* The worker dies; another one takes its place and knows nothing. */
inline or_die() {
    if
    :: atomic { true -> roll_back(); who = 0; seen = 0; goto again }
    :: true
    fi
}

inline answer(what) {
    if
    :: told[who] == unheard -> told[who] = what
    :: else                             /* a second answer to the same request changes nothing */
    fi
}

active [WORKERS] proctype Worker() {
    byte who, seen;
again:
end:
    do
    :: atomic {
        requests > 0 ->
        select (who : 0 .. PURCHASERS - 1);
        if
        :: waiting[who] > 0 -> waiting[who]--; requests--
        :: else -> who = 0; goto again
        fi
    };
#ifndef NO_KEY
        /* INSERT of a unique key waits for the transaction that has it in flight. */
        atomic {
            in_flight[who] == NOBODY ->
            if
            :: key[who] -> answer(accepted); who = 0; goto again
            :: else -> in_flight[who] = _pid
            fi
        };
#endif
        seen = live;
        or_die();
        if
        :: seen + amount[who] > CAP -> goto no_room
        :: else
        fi;
#ifdef ANSWER_FIRST
        answer(accepted);
        or_die();
#endif
#ifndef NAIVE
        atomic { row == NOBODY -> row = _pid };
        if
        :: live + amount[who] > CAP -> goto no_room
        :: else
        fi;
        or_die();
#endif
        d_step {                        /* COMMIT: all of it, or, before this line, nothing */
            live = live + amount[who];
            row = NOBODY;
            effects[who]++;
            state[who] = agreed;
            key[who] = true;
            in_flight[who] = NOBODY;
            seen = 0;
            assert(live <= CAP);
            assert(effects[who] == 1)
        };
        or_die();
        atomic { answer(accepted); who = 0; goto again };
no_room:
        atomic { roll_back(); seen = 0 };
        or_die();
        atomic { answer(refused); who = 0 }
    od
}

proctype Purchaser(byte me) {
    byte tries;
    do
    :: atomic { tries < TRIES && told[me] == unheard -> waiting[me]++; requests++; tries++ }
    :: atomic { told[me] != unheard || tries == TRIES -> break }
    od;
    /* W-5: whoever was told that it is accepted may withdraw, and the room is free at once. */
    if
    :: atomic {
        told[me] == accepted && row == NOBODY ->
        assert(state[me] == agreed);
        state[me] = withdrawn;
        live = live - amount[me]
    }
    :: true
    fi
}

init {
    byte n, sum;
    atomic {
        for (n : 0 .. PURCHASERS - 1) {
            amount[n] = (n == 0 -> 1 : 2);
            in_flight[n] = NOBODY;
            told[n] = unheard;
            run Purchaser(n)
        }
    };
    timeout;                            /* nobody can do anything more */
    for (n : 0 .. PURCHASERS - 1) {
        assert(told[n] != accepted || effects[n] == 1);
        sum = sum + (state[n] == agreed -> amount[n] : 0)
    };
    assert(sum == live && row == NOBODY)
}
