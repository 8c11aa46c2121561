import type { Reply } from './reply.ts';

/** Hosts cut longer replies, some in the middle of the JSON. */
const MOST_CHARACTERS = 20_000;
/** Room for what is added last: the sandbox's mark and the remark on what was left out. */
const ROOM = 300;

/** The reply, without a link or the ends of lists where it would be too long; its summary then says so. */
export function cutToSize(reply: Reply): Reply {
  // get_definition has a limit of its own.
  if (reply.definition || sizeOf(reply) <= MOST_CHARACTERS - ROOM) return reply;
  let cut = withoutLink(reply);
  for (const list of LISTS) cut = shortened(cut, list);
  return cut;
}

interface List {
  /** What its items are, as in `12 more outputs`. */
  items: string;
  get(reply: Reply): readonly unknown[] | undefined;
  /** The reply with the first `count` items alone. */
  keep(reply: Reply, count: number): Reply;
}

/** The lists of a reply that can be long, in the order in which they are shortened. */
const LISTS: List[] = [
  {
    items: 'jobs',
    get: ({ jobs }) => jobs,
    keep: (reply, count) => ({ ...reply, jobs: (reply.jobs ?? []).slice(0, count) }),
  },
  {
    items: 'outputs (download_result saves them all)',
    get: ({ job }) => job?.outputs,
    keep: (reply, count) => {
      if (!reply.job?.outputs) return reply;
      const { outputs } = reply.job;
      return { ...reply, job: { ...reply.job, outputs: outputs.slice(0, count), output_count: outputs.length } };
    },
  },
  {
    items: 'saved files',
    get: ({ download }) => download,
    keep: (reply, count) => ({ ...reply, download: (reply.download ?? []).slice(0, count) }),
  },
  ofValidation('changes', 'changes'),
  ofValidation('warnings', 'warnings'),
  ofValidation('issues', 'issues'),
  {
    items: 'issues',
    get: ({ error }) => error?.issues,
    keep: (reply, count) =>
      reply.error ? { ...reply, error: { ...reply.error, issues: (reply.error.issues ?? []).slice(0, count) } } : reply,
  },
];

function ofValidation(part: 'changes' | 'warnings' | 'issues', items: string): List {
  return {
    items,
    get: ({ validation }) => validation?.[part],
    keep: (reply, count) => {
      if (!reply.validation) return reply;
      return { ...reply, validation: { ...reply.validation, [part]: reply.validation[part]?.slice(0, count) } };
    },
  };
}

function withoutLink(reply: Reply): Reply {
  if (reply.validation?.studio_url === undefined) return reply;
  const { studio_url: _, ...validation } = reply.validation;
  return remark({ ...reply, validation }, 'The Studio link does not fit here.');
}

/** The reply with as many items of the list as fit, at least one. */
function shortened(reply: Reply, { items, get, keep }: List): Reply {
  const list = get(reply) ?? [];
  let over = sizeOf(reply) - (MOST_CHARACTERS - ROOM);
  if (over <= 0 || list.length <= 1) return reply;
  let count = list.length;
  while (count > 1 && over > 0) over -= JSON.stringify(list[--count] ?? '').length + 1;
  return remark(keep(reply, count), `${list.length - count} more ${items} do not fit here.`);
}

const remark = (reply: Reply, sentence: string): Reply => ({ ...reply, summary: `${reply.summary} ${sentence}` });
const sizeOf = (reply: Reply): number => JSON.stringify(reply).length;
