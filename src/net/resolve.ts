/** Looks a name up: every address it has, none when there is no answer in time. Never rejects. */
export type Resolve = (host: string) => Promise<string[]>;

const PATIENCE_MS = 2_000;

/** Asks the system, as a connection would, for up to two seconds. */
export const systemResolve: Resolve = async host => {
  const { lookup } = await import('node:dns/promises');
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<[]>(end => {
    timer = setTimeout(end, PATIENCE_MS, []);
  });
  const answers = await Promise.race([lookup(host, { all: true }).catch(() => []), patience]);
  clearTimeout(timer);
  return answers.map(answer => answer.address);
};
