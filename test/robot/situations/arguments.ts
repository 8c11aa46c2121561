import { join } from 'node:path';
import { ID } from '../answers.ts';
import type { Situation } from '../situation.ts';

/** Arguments that do not fit, each with the calls up to its end. */
export const ARGUMENTS: Situation[] = [
  corrected('a misspelt argument', 'update_template', { prompt: 'p', templateId: 't' }),
  corrected('an argument that does not exist', 'update_template', { prompt: 'p', speed: 2 }),
  corrected('a value that is almost right', 'update_template', { prompt: 'p', resolution: '1080' }),
  corrected('a value far from any', 'update_template', { prompt: 'p', aspect_ratio: 'portrait' }),
  corrected('several mistakes at once', 'update_template', { promt: 'p', aspectratio: '1:1', resolution: 'full' }),
  corrected('a number as text', 'update_template', { prompt: 'p', duration_seconds: '8' }),
  corrected('a word for true', 'update_template', { prompt: 'p', generate_audio: 'true' }),
  {
    title: 'a wait that is too long',
    tool: 'get_status',
    args: { request_id: ID, wait_seconds: 120 },
    path: ['get_status', 'get_status'],
    end: 'done',
    submits: 0,
  },
  {
    title: 'a limit below one',
    tool: 'list_jobs',
    args: { limit: 0 },
    path: ['list_jobs', 'list_jobs'],
    end: 'done',
    submits: 0,
  },
  handedBack('no prompt', { template_id: 't' }),
  handedBack('an extra input that has an argument of its own', { prompt: 'p', extra_inputs: { aspect_ratio: '1:1' } }),
  handedBack('a webhook on the own network', { prompt: 'p', webhook_url: 'https://10.0.0.1/hook' }),
  handedBack('a name without a definition', { prompt: 'p', template_id: 't', name: 'New name' }),
  {
    title: 'not an id',
    tool: 'get_status',
    args: { request_id: 'job 12' },
    path: ['get_status'],
    end: 'fix_arguments',
    submits: 0,
  },
  {
    title: 'a file outside the allowed folders',
    tool: 'update_template',
    args: { prompt: 'p', template_path: '/etc/passwd' },
    path: ['update_template'],
    end: 'ask_user',
    submits: 0,
  },
  {
    title: 'a file that is not there',
    tool: 'update_template',
    args: stage => ({ prompt: 'p', template_path: join(stage.allowed, 'none.json') }),
    path: ['update_template'],
    end: 'fix_arguments',
    submits: 0,
  },
];

/** What the issues say is enough to mend it. */
function corrected(title: string, tool: string, args: Record<string, unknown>): Situation {
  return { title, tool, args, path: [tool, tool, 'get_status'], end: 'done', submits: 1 };
}

/** Only who wrote the arguments can mend it. */
function handedBack(title: string, args: Record<string, unknown>): Situation {
  return { title, tool: 'update_template', args, path: ['update_template'], end: 'fix_arguments', submits: 0 };
}
