import type { Reply } from './reply.ts';

/** Hosts cut longer replies, some in the middle of the JSON. */
const MOST_CHARACTERS = 20_000;
/** Room for what is added last: the sandbox's mark and the remark on what was left out. */
const ROOM = 300;

/** The lists of a reply that can be long, in the order in which they are shortened, and what their items are. */
const LISTS: [items: string, listOf: (reply: Reply) => unknown[] | undefined][] = [
  ['jobs', ({ jobs }) => jobs],
  ['outputs (download_result saves them all)', ({ job }) => job?.outputs],
  ['saved files', ({ download }) => download],
  ['changes', ({ validation }) => validation?.changes],
  ['warnings', ({ validation }) => validation?.warnings],
  ['issues', ({ validation }) => validation?.issues],
  ['issues', ({ error }) => error?.issues],
];

/** The reply, without a link or the ends of lists where it would be too long; its summary then says so. */
export function cutToSize(given: Reply): Reply {
  // get_definition has a limit of its own.
  if (given.definition || excessOf(given) <= 0) return given;
  const reply = structuredClone(given);
  if (reply.validation?.studio_url !== undefined) {
    delete reply.validation.studio_url;
    reply.summary += ' The Studio link does not fit here.';
  }
  for (const [items, listOf] of LISTS) {
    const dropped = shorten(listOf(reply) ?? [], excessOf(reply));
    if (dropped > 0) reply.summary += ` ${dropped} more ${items} do not fit here.`;
  }
  const outputs = given.job?.outputs?.length ?? 0;
  if (reply.job?.outputs && reply.job.outputs.length < outputs) reply.job.output_count = outputs;
  return reply;
}

/** Takes items off the end of a list until so many characters are saved, but for its first; returns how many it took. */
function shorten(list: unknown[], excess: number): number {
  const before = list.length;
  for (let left = excess; left > 0 && list.length > 1; ) left -= JSON.stringify(list.pop() ?? '').length + 1;
  return before - list.length;
}

const excessOf = (reply: Reply): number => JSON.stringify(reply).length - (MOST_CHARACTERS - ROOM);
