// What the server says of itself before there is any work. The build evaluates this file and keeps its values alone
// (scripts/build.mjs): the schemas that they are made from need not be there when a host first asks.
import { LATEST_PROTOCOL_VERSION, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';
import { VERSION } from './base/version.ts';
import { INSTRUCTIONS, listTools } from './tools/tools.ts';

/** The protocol's versions that are spoken, the preferred one first. */
export const PROTOCOL_VERSIONS = [...new Set([LATEST_PROTOCOL_VERSION, ...SUPPORTED_PROTOCOL_VERSIONS])];

/** The answer to `initialize`, but for the version that is agreed on. */
export const SERVER = {
  capabilities: { tools: {}, resources: {}, prompts: {}, completions: {} },
  serverInfo: { name: 'shotstack-template-mcp', title: 'Shotstack templates', version: VERSION },
  instructions: INSTRUCTIONS,
};

/** The answer to `tools/list`. */
export const TOOLS = { tools: listTools() };
