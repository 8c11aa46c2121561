/** The key of every server in a test. It may come out in one header and nowhere else. JSON escapes its quote and backslash. */
export const KEY = 'wk-test-0123456789abcdef-"quoted"\\';

/** Every way in which a careless program would spell the key. */
const SPELLINGS = [
  KEY,
  JSON.stringify(KEY).slice(1, -1),
  JSON.stringify(JSON.stringify(KEY).slice(1, -1)).slice(1, -1),
  encodeURIComponent(KEY),
  Buffer.from(KEY).toString('base64').slice(0, -4),
];

/** Whether bytes or text hold the key in some spelling. */
export const holdsKey = (given: string | Buffer): boolean => SPELLINGS.some(spelling => given.includes(spelling));
