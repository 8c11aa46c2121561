const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The longest that a call may take, milliseconds: hosts end a call after 60 s. */
export const CALL_MS = 55 * SECOND;
/** The longest that a call waits by itself, seconds, unless a setting shortens it. */
export const MAX_WAIT_SECONDS = 45;

/** A submit's call answers by then; the request continues and its answer still counts. */
export const SUBMIT_ANSWER_MS = 35 * SECOND;
/** Long enough for 100 MB of pictures on a slow line; giving up earlier leaves a doubt. */
export const SUBMIT_REQUEST_MS = 120 * SECOND;
/** After this a row that is still SUBMITTING was left behind: no request lasts so long. */
export const SUBMITTING_MS = SUBMIT_REQUEST_MS + 10 * SECOND;
/** All attempts of one poll. */
export const POLL_MS = 25 * SECOND;
/** All attempts of one cancel; a poll follows it within the same call. */
export const CANCEL_MS = 20 * SECOND;
/** One attempt of a poll or a cancel: a connection that died unnoticed leaves time for a second. */
export const ATTEMPT_MS = 15 * SECOND;
/** Until a connection is there, TLS included. */
export const CONNECT_MS = 15 * SECOND;
/**
 * Until then a further attempt of a submit may begin: if it cannot connect either, the call still answers that nothing was
 * sent.
 */
export const SUBMIT_REPEAT_MS = SUBMIT_ANSWER_MS - CONNECT_MS - 2 * SECOND;
/** For one of several addresses of a name. */
export const ADDRESS_MS = 4 * SECOND;
/** A pause that the gateway asks for is slept within the call up to this long; a longer one is handed back. */
export const PAUSE_MS = 10 * SECOND;

/** How long the store may take to write an outcome before the call answers without it. */
export const SETTLE_MS = 1 * SECOND;
/** Pauses between two attempts to write the outbox while something waits in it. */
export const FLUSH_MS = { first: 1 * SECOND, longest: 30 * SECOND };
/** Outcomes stay in memory after they were written, in case the file is replaced by an older one. */
export const OUTBOX_KEPT_MS = 1 * HOUR;
/** How long another process may hold the store. */
export const STORE_HELD_MS = 5 * SECOND;

/** A 404 is "not there yet" for so long after the submit. */
export const NOT_YET_MS = 60 * SECOND;
/** How long the gateway keeps a result, by its documentation. */
export const RESULT_KEPT_MS = 7 * DAY;
/** A completed job of the same intent blocks a submit for so long. */
export const DUPLICATE_MS = 10 * MINUTE;
/** An explicit poll may update an ended job for this long after its end. */
export const RENEW_ENDED_MS = 10 * MINUTE;
/** How long to wait for a completed job's missing result. */
export const RESULT_PENDING_MS = 2 * MINUTE;
/** A link is not handed out again after this. */
export const LINK_KEPT_MS = 1 * HOUR;
/** The spend guard counts submits of this window. */
export const SPEND_WINDOW_MS = 1 * HOUR;
/** An open doubt asks the user for so long; after that it is listed without asking. */
export const DOUBT_ASKS_MS = 24 * HOUR;
/** A job that is still live after this asks the user whether to go on. */
export const LONG_JOB_MS = 30 * MINUTE;
/** Clocks of a fleet may differ by so much; a time further ahead is rewritten to now. */
export const MAX_CLOCK_SKEW_MS = 60 * SECOND;
/** Rows are kept for so long after their end, and the newest of them for ever. */
export const KEPT_MS = 30 * DAY;
export const KEPT_ROWS = 1_000;
/** So many definitions of a template are kept, however old, and can be edited or sent again. */
export const KEPT_DEFINITIONS = 5;

/** Grace at the end of the process: for calls, and while a submit is out or the outbox holds something. */
export const GRACE_MS = 700;
export const SUBMIT_GRACE_MS = 2.5 * SECOND;
