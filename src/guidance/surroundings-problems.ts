import type { SurroundingsCode, SurroundingsFacts, SurroundingsFailure } from '../base/failure.ts';
import type { DownloadReason } from '../downloads/link-client.ts';
import type { FileReason } from '../files/failures.ts';
import type { StoreReason } from '../jobs/store/unavailable.ts';
import { clockTime } from './doubt.ts';
import { IN_HOST, type ProblemRow } from './problem.ts';

const DATA_DIR = `name another folder in SHOTSTACK_MCP_DATA_DIR ${IN_HOST}`;
const AGAIN = 'Afterwards make the very same call again.';

interface Fault {
  /** What is wrong; `place` begins the sentence. */
  says: string;
  cure: string;
}

/** What is wrong with a store, and its cure; `doctor` uses the same words. */
const STORE: Record<StoreReason, Fault> = {
  held: {
    says: 'is held by another process',
    cure: 'Wait a minute and try again; if it lasts, end the other processes of this server.',
  },
  corrupt: {
    says: 'is corrupt. It is left as it is: an empty store would forget every guard',
    cure: 'Put a backup in its place. Without one: look on the wholesale dashboard for jobs that ran, then move the file away (mv FILE FILE.corrupt) and accept that earlier jobs are forgotten.',
  },
  lost: {
    says: 'was moved, deleted or replaced while this server used it',
    cure: 'Put it back if its jobs matter: what is at that place now may not know earlier updates, so that one could be paid twice. The next call uses what is there.',
  },
  newer: {
    says: 'was written by a newer version of this server',
    cure: `Update this server, or ${DATA_DIR}.`,
  },
  unwritable: {
    says: 'cannot be created or written',
    cure: `Give this user the right to write there, or ${DATA_DIR}.`,
  },
  full: { says: 'cannot be written: the disk is full', cure: 'Make room on the disk.' },
  no_driver: {
    says: 'cannot be opened: this Node has no SQLite, and the package @photostructure/sqlite does not load',
    cure: 'Run this server with Node 22.13 or newer, or install it through npm with its optional dependencies.',
  },
  no_home: {
    says: 'has no place: this user has no home folder',
    cure: `Name a folder in SHOTSTACK_MCP_DATA_DIR ${IN_HOST}.`,
  },
  no_locks: {
    says: 'is on a file system without locks (a network or synced folder)',
    cure: `Name a folder on a local disk in SHOTSTACK_MCP_DATA_DIR ${IN_HOST}.`,
  },
  side_file: {
    says: 'is a side file of the store that this user may not write: another user left it',
    cure: 'Give this user the right to write it. Never remove one that is not empty: jobs may be in it.',
  },
  row_refused: { says: 'refused what was to be written', cure: 'Look at this server’s log (stderr) for the cause.' },
  bad_address: {
    says: 'has an address that cannot be read',
    cure: `Correct SHOTSTACK_MCP_DATABASE_URL (postgres://user:password@host:5432/database; percent-encode special characters) ${IN_HOST}.`,
  },
  unreachable: {
    says: 'cannot be reached',
    cure: 'Check that the database runs and that SHOTSTACK_MCP_DATABASE_URL is right; the connection is made anew by itself.',
  },
  refused: {
    says: 'answered with an error',
    cure: 'Check user and database in SHOTSTACK_MCP_DATABASE_URL, and look for the code in the log of the database or of its pooler, which has to pool by session or by transaction.',
  },
  no_tls: {
    says: 'offers no TLS, which the address asks for',
    cure: 'Turn TLS on at the database, or write sslmode=disable in SHOTSTACK_MCP_DATABASE_URL where the network is trusted.',
  },
  certificate: {
    says: 'has a certificate that is not trusted here',
    cure: 'Name the authority’s certificate with sslrootcert in SHOTSTACK_MCP_DATABASE_URL, or in NODE_EXTRA_CA_CERTS.',
  },
  certificate_file: {
    says: 'cannot be asked: a file that sslrootcert, sslcert or sslkey names cannot be read',
    cure: 'Correct its path in SHOTSTACK_MCP_DATABASE_URL, or leave it out.',
  },
  no_rights: {
    says: 'does not let this role do what is needed',
    cure: 'Grant the role CREATE on the database once, then USAGE and all rights on the tables of its schema.',
  },
  no_database: {
    says: 'does not exist',
    cure: 'Create the database, or correct its name in SHOTSTACK_MCP_DATABASE_URL.',
  },
  role_refused: {
    says: 'refused this user',
    cure: 'Correct user name and password in SHOTSTACK_MCP_DATABASE_URL. With code 28000 the role may not log in, or pg_hba.conf does not let it in from here, perhaps only without TLS: then add sslmode=require.',
  },
  read_only: {
    says: 'is a read-only standby',
    cure: 'Name the primary server in SHOTSTACK_MCP_DATABASE_URL. After a failover, try again: each call connects anew.',
  },
  too_many_clients: {
    says: 'has no free connection',
    cure: 'Raise max_connections, or put a pooler in between; a later call may succeed.',
  },
};

const ALLOW_FOLDER = `If the user wants it used: move it into a folder of SHOTSTACK_MCP_ALLOWED_DIRS, or add its folder to that setting ${IN_HOST}.`;

const FILE: Record<FileReason, Fault> = {
  not_allowed: { says: 'is in no allowed folder', cure: ALLOW_FOLDER },
  none_allowed: {
    says: 'cannot be used: no folder is allowed',
    cure: `Ask the user to name folders in SHOTSTACK_MCP_ALLOWED_DIRS ${IN_HOST}.`,
  },
  private_name: {
    says: 'is hidden or named like a key',
    cure: 'If the user wants it used, they give it another name.',
  },
  data_folder: {
    says: 'is in the folder of the job store',
    cure: 'Give a file elsewhere: opening the store’s files would drop its locks.',
  },
  symbolic_link: { says: 'is a symbolic link', cure: 'Call again with the path of the file itself.' },
  not_a_file: { says: 'is not an ordinary file', cure: 'Call again with the path of an ordinary file.' },
  first_folder_missing: {
    says: 'is the first allowed folder and does not exist',
    cure: `Ask the user to create it, or to correct SHOTSTACK_MCP_ALLOWED_DIRS ${IN_HOST}.`,
  },
  unwritable: {
    says: 'cannot be written',
    cure: 'Ask the user for the right to write there, or give another directory.',
  },
  no_space: { says: 'cannot be written: the disk is full', cure: 'Ask the user to make room on the disk.' },
  name_taken: {
    says: 'has something else under the name that the file would get',
    cure: 'Ask the user to move it away.',
  },
  cannot_open: { says: 'cannot be opened', cure: 'Ask the user to look at the file’s rights.' },
};

const DOWNLOAD: Record<DownloadReason, string> = {
  link_refused: 'The link does not lead to a public https address, so it was not followed.',
  link_expired: 'The link has expired or was withdrawn.',
  too_large: 'The file is larger than this server saves.',
  not_a_file: 'The link does not lead to a file.',
  encoded: 'The server sends the file in an encoding that was not asked for.',
  empty: 'The link leads to an empty file.',
  broken: 'The transfer broke.',
};

/** What is wrong with a store: what `doctor` says of it. */
export function storeWords({ reason = 'row_refused', place = 'The job store', cause }: SurroundingsFacts): Fault {
  const { says, cure } = STORE[reason as StoreReason];
  return { says: `${place} ${says}${cause ? ` (${cause})` : ''}.`, cure };
}

/** The problem table for the key, settings, store, files and links. Pure; no text from outside enters it. */
export const SURROUNDINGS_PROBLEMS: Record<SurroundingsCode, ProblemRow<SurroundingsFailure>> = {
  file_refused: {
    http: [],
    fixBy: 'operator',
    action: 'ask_user',
    meaning: 'The server may not use that file or folder.',
    words: ({ facts: { reason = 'not_allowed', place = 'It', cause, issues } }) => {
      const { says, cure } = FILE[reason as FileReason];
      // A path that an argument gave is data, and stays in issues.
      return {
        message: `${issues ? 'The file or folder' : place} ${says}${cause ? ` (${cause})` : ''}.`,
        steps: [
          'Tell the user which file or folder was refused and why; do not look for a way around it.',
          cure,
          AGAIN,
        ],
        reason: 'Which files may be used is set by whoever set this server up.',
      };
    },
  },
  missing_key: {
    http: [],
    fixBy: 'operator',
    action: 'ask_user',
    meaning: 'SKILLBOSS_WHOLESALE_KEY is not set.',
    words: ({ facts: { setting } }) => ({
      message: setting?.placeholder
        ? 'SKILLBOSS_WHOLESALE_KEY holds a placeholder that the host did not fill in.'
        : 'This server has no wholesale key: SKILLBOSS_WHOLESALE_KEY is not set.',
      steps: [
        `Ask the user to put a SkillBoss wholesale key into SKILLBOSS_WHOLESALE_KEY, in the env of this server ${IN_HOST}. Never ask for the key in the conversation.`,
        'To try without a key, the server is started with --sandbox.',
      ],
      reason: 'Only whoever set this server up can add the key.',
    }),
  },
  invalid_setting: {
    http: [],
    fixBy: 'operator',
    action: 'ask_user',
    meaning: 'A setting has a value that does not fit, so nothing is done with half a configuration.',
    words: ({ facts: { setting } }) => {
      const name = setting?.name ?? 'A setting';
      const value = setting?.value === undefined ? '' : ` (${JSON.stringify(setting.value)})`;
      return {
        message: setting?.placeholder
          ? `${name} holds a placeholder that the host did not fill in${value}.`
          : `${name} cannot be used${value}.`,
        steps: [
          `Ask the user to set ${name} to ${setting?.expected ?? 'a value that fits'}, or to remove it, ${IN_HOST}.`,
        ],
        reason: 'Only whoever set this server up can change its settings.',
      };
    },
  },
  spend_guard: {
    http: [],
    fixBy: 'user',
    action: 'ask_user',
    meaning: 'The hour’s updates are used up.',
    words: ({ facts: { spent } }) => ({
      message: spent
        ? `${spent.used} updates were submitted within the last hour, which is the limit; the next is free at ${clockTime(spent.nextFreeAt)}.`
        : 'The limit of updates an hour is reached.',
      steps: [
        'Tell the user how many updates were submitted, and ask whether to go on.',
        `They can wait until the next is free, or raise SHOTSTACK_MCP_MAX_SUBMITS_PER_HOUR (0 lifts the guard) ${IN_HOST}.`,
      ],
      reason: 'Only the user may spend more than the limit.',
    }),
  },
  store_unavailable: {
    http: [],
    fixBy: 'operator',
    action: 'ask_user',
    meaning: 'The job store cannot be used; without it nothing is submitted.',
    words: ({ facts }) => {
      const { says, cure } = storeWords(facts);
      return {
        message: says,
        steps: [`Show the user this: ${cure}`, AGAIN],
        reason: 'The store keeps jobs from being lost or paid twice, so no update is sent without it.',
      };
    },
  },
  download_failed: {
    http: [],
    fixBy: 'user',
    action: 'ask_user',
    meaning: 'The result was not saved.',
    words: ({ facts: { reason = 'broken', cause, httpStatus, transient } }) => {
      const seen = httpStatus === undefined ? cause : `HTTP ${httpStatus}`;
      const message = `${DOWNLOAD[reason as DownloadReason]}${seen ? ` (${seen})` : ''}`;
      if (transient) {
        return {
          fixBy: 'agent',
          action: 'repeat',
          after: 5,
          message,
          steps: ['Make the very same call again; the transfer starts anew. If it fails three times, tell the user.'],
          reason: 'A broken transfer may succeed when it is tried again.',
        };
      }
      return {
        message,
        steps: [
          'Tell the user. get_status asks the gateway for the links anew; they can be opened in a browser for as long as they last.',
        ],
        reason: 'Repeating this download cannot help.',
      };
    },
  },
  internal_error: {
    http: [],
    fixBy: 'operator',
    action: 'ask_user',
    meaning: 'This server failed in a way it should not have.',
    words: () => ({
      message: 'This server failed in a way it should not have. Its log (stderr) has the details.',
      steps: ['Tell the user. Before an update is submitted again, look with list_jobs what was sent.'],
      reason: 'A fault of this server: the same call may do harm.',
    }),
  },
};
