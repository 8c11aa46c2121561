import { type Redact, stringifyRedacted } from './redact.ts';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Writes one JSON line: the event's name and its fields. Never arguments, bodies or the key. */
export type Log = (level: LogLevel, event: string, fields?: Record<string, unknown>) => void;

/** A log that writes JSON lines of `threshold` and graver to `write`, without the key. */
export function createLog(threshold: LogLevel, redact: Redact, write: (line: string) => void): Log {
  return (level, event, fields) => {
    if (LOG_LEVELS.indexOf(level) > LOG_LEVELS.indexOf(threshold)) return;
    write(`${stringifyRedacted({ time: new Date().toISOString(), level, event, ...fields }, redact)}\n`);
  };
}
