/** Looks a name up: every address it has, none when there is no answer in time. Never rejects. */
export type Resolve = (host: string) => Promise<string[]>;

const TIMEOUT_MS = 2_000;

/** Asks the system, as a connection would, for up to two seconds. */
export const systemResolve: Resolve = async host => {
  const { lookup } = await import('node:dns/promises');
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<[]>(end => {
    timer = setTimeout(end, TIMEOUT_MS, []);
  });
  const answers = await Promise.race([lookup(host, { all: true }).catch(() => []), timeout]);
  clearTimeout(timer);
  return answers.map(answer => answer.address);
};
