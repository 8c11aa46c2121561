const N8N = 'CodeAlive-AI/codealive-mcp, src/middleware/n8n_middleware.py';

/** Names that hosts add to the arguments of a call, each with a public report of it. They are dropped. */
export const HOST_ADDED_ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['_meta', 'Model Context Protocol, specification, "_meta": reserved, and put among the arguments by some clients'],
  ['action', N8N],
  ['chatInput', N8N],
  ['security_risk', 'OpenHands/software-agent-sdk#300'],
  ['sessionId', N8N],
  ['task_progress', 'cline/cline#8256, #9919, #10426'],
  ['tool', 'n8n-io/n8n#35067'],
  ['toolCallId', 'n8n-io/n8n#21500, #21716; makenotion/notion-mcp-server#146'],
  ['wait_for_previous', 'google-gemini/gemini-cli#27403'],
]);

/**
 * Names under which hosts and models wrap all arguments. Sources: NousResearch/hermes-agent#87031 and
 * firecrawl/firecrawl-mcp-server#303 (`arguments`), MarimerLLC/rockbot#445 (`params`), rowboatlabs/rowboat#383
 * (`parameters`); `input` is Anthropic's name for a call's arguments.
 */
export const WRAPPERS: readonly string[] = ['args', 'kwargs', 'arguments', 'params', 'parameters', 'input'];
