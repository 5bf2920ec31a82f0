/* (3) The trail, one reader of it at a time, and the loss of that reader.
 *
 * Acts draw a transaction number, then the position of their entry, then commit or not: what is
 * visible has gaps that may fill later. Acts on the same subject wait for each other. Two sweeps
 * read (compliance/outbox/listening.py): the lowest entry without a mark above the kept position,
 * one transaction each, in which the mark and its effect are written; then the kept position moves
 * to where nothing can appear any more. A sweep may die between any two steps, however often.
 *
 * Held: what is heard was committed, and is heard once; entries of one subject are heard in their
 * order; after a run that nothing disturbed, nothing is left unheard.
 * Broken copies: AFTER_THE_LAST (what is above the last position heard), MARK_APART (the mark in a
 * transaction of its own), NO_BOUND (a run reads on into what was written since it began),
 * POSITION_FIRST (an act draws its position before its transaction number, against what
 * listening.py says of acts).
 */
#ifndef ACTS
#define ACTS 2
#endif
#ifndef SHARING
#define SHARING 0                       /* how many of the acts are about one and the same subject */
#endif
#ifndef SWEEPS
#define SWEEPS 2
#endif
#define NOBODY 255

byte position[ACTS];                    /* of each act's entry; 0 before it is drawn */
byte next_position = 1;
bool running[ACTS];                     /* has a transaction number and has not ended */
bool visible[ACTS];                     /* committed */
bool subject_held;                      /* the row of the subject that acts share */
byte ended;                             /* acts that committed or were rolled back */

bool mark[ACTS];
byte effects[ACTS];
byte told;                              /* the highest position heard of that subject */

/* The reader's row. Instead of the number of a transaction, those that were running when it was
 * drawn: all before it have ended once none of these runs. */
byte kept, candidate;
bool has_candidate;
byte before_candidate;                  /* one bit for each act */
byte reader = NOBODY;                   /* who has locked the row */

inline end_act() {
    running[me] = false; ended++;
    subject_held = (me < SHARING -> false : subject_held)
}

proctype Act(byte me) {
    if
    :: me < SHARING -> atomic { !subject_held -> subject_held = true }
    :: else
    fi;
#ifdef POSITION_FIRST
    d_step { position[me] = next_position; next_position++ };
    running[me] = true;
#else
    running[me] = true;
    d_step { position[me] = next_position; next_position++ };
#endif
    if
    :: d_step { visible[me] = true; end_act() }
    :: d_step { position[me] = 0; end_act() }       /* rolled back: a gap for ever */
    fi
}

inline highest(place) {
    place = 0;
    for (n : 0 .. ACTS - 1) {
        place = (visible[n] && position[n] > place -> position[n] : place)
    };
    n = 0
}

/* The lowest visible entry without a mark, above one position and not above another. */
inline find(above, bound) {
    found = NOBODY;
    for (n : 0 .. ACTS - 1) {
        if
        :: visible[n] && !mark[n] && position[n] > above && position[n] <= bound &&
           (found == NOBODY || position[n] < position[found]) -> found = n
        :: else
        fi
    };
    n = 0
}

inline hear() {
    assert(visible[found] && effects[found] == 0);
    effects[found]++;
    if
    :: found < SHARING -> assert(position[found] > told); told = position[found]
    :: else
    fi
}

/* Dead, or put off: the lock is free, and the next run begins with nothing in mind. */
inline drop_everything() {
    reader = (reader == _pid -> NOBODY : reader);
    above = 0; bound = 0; found = 0; before = 0; all_ended = false
}

active [SWEEPS] proctype Sweep() {
    byte n, above, bound, found, before;
    bool all_ended;
again:
end:
    do
    :: atomic { all_ended = (ended == ACTS); above = kept };
#ifdef NO_BOUND
        bound = ACTS;
#else
        d_step { highest(bound) };
#endif
        do
        :: d_step { find(above, bound) };
            if
            :: found == NOBODY -> break
            :: atomic { found != NOBODY && reader == NOBODY -> reader = _pid }
            :: atomic { reader != NOBODY || true -> drop_everything(); goto again }
            fi;
            if
            :: d_step {
                if :: !mark[found] -> hear() :: else fi;
#ifdef AFTER_THE_LAST
                kept = position[found];
#endif
#ifdef MARK_APART
                reader = NOBODY
            };
                if
                :: atomic { true -> drop_everything(); goto again }
                :: d_step {
#endif
                mark[found] = true; reader = NOBODY; above = position[found]; found = 0
            }
#ifdef MARK_APART
                fi
#endif
            :: atomic { true -> drop_everything(); goto again }
            fi
        od;
        /* The run heard all there was: whatever was committed before it began is heard. */
        atomic {
            for (n : 0 .. ACTS - 1) { assert(!all_ended || !visible[n] || effects[n] == 1) };
            n = 0; above = 0; found = 0; all_ended = false;
#ifdef AFTER_THE_LAST
            bound = 0; goto again
#endif
        };
#ifndef AFTER_THE_LAST
        d_step { highest(bound) };
        if
        :: d_step {                     /* _transaction_numbers() */
            reader == NOBODY -> reader = _pid;
            for (n : 0 .. ACTS - 1) { before = (running[n] -> before | (1 << n) : before) };
            n = 0
        }
        :: atomic { true -> drop_everything(); goto again }
        fi;
        if
        :: d_step {
            if
            :: !has_candidate || !(before & before_candidate) ->
                find(kept, candidate);
                if
                :: has_candidate && found == NOBODY -> kept = candidate
                :: else
                fi;
                candidate = bound; has_candidate = true; before_candidate = before
            :: else
            fi;
            drop_everything()
        }
        :: atomic { true -> drop_everything(); goto again }
        fi
#endif
    od
}

init {
    byte n;
    atomic { for (n : 0 .. ACTS - 1) { run Act(n) } }
}
