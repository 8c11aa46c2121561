import type { SERVER, TOOLS } from './handshake-answers.ts';

/** What the server says of itself in the handshake. */
export interface Answers {
  server: typeof SERVER;
  tools: typeof TOOLS;
}

const MARK = 'SANDBOX: nothing is billed, and no real template changes.';

/** The same answers as the sandbox gives them: a host that runs both servers, and its user, must not mix them up. */
export function forSandbox({ server, tools }: Answers): Answers {
  const { serverInfo, instructions } = server;
  return {
    server: {
      ...server,
      serverInfo: { ...serverInfo, name: `${serverInfo.name}-sandbox`, title: `${serverInfo.title} (sandbox)` },
      instructions: `${MARK}\n${instructions}`,
    },
    tools: { tools: tools.tools.map(tool => ({ ...tool, description: `${MARK}\n${tool.description}` })) },
  };
}
