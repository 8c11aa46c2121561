import { join } from 'node:path';
import type { Scene, Situation } from '../situation.ts';
import { after, LIST, UPDATE } from './calls.ts';

type Args = (scene: Scene) => Record<string, unknown>;

/** Arguments that do not fit, each with the calls up to its end. */
export const ARGUMENTS: Situation[] = [
  corrected('a misspelt argument', ({ prompt }) => ({ prompt, generateAudio: true })),
  corrected('an argument that does not exist', ({ prompt }) => ({ prompt, speed: 2 })),
  corrected('an option that is almost right', ({ prompt }) => ({ prompt, resolution: '1080' })),
  corrected('a value far from any', ({ prompt }) => ({ prompt, aspect_ratio: 'portrait' })),
  corrected('several mistakes at once', ({ prompt }) => ({ promt: prompt, aspectratio: '1:1', resolution: 'full' })),
  taken('a number as text', ({ prompt }) => ({ prompt, duration_seconds: '8' })),
  taken('a word for true', ({ prompt }) => ({ prompt, generate_audio: 'true' })),
  taken('arguments that the host has wrapped', ({ prompt }) => ({ args: { prompt } })),
  taken('words for nothing', ({ prompt }) => ({ prompt, image: 'null', name: null, template_id: '' })),
  taken('names that the host adds', ({ prompt }) => ({ prompt, toolCallId: '7', _meta: {} })),
  handedBack('no prompt', () => ({ template_id: 't' })),
  handedBack('an extra input that has an argument of its own', ({ prompt }) => ({
    prompt,
    extra_inputs: { aspect_ratio: '1:1' },
  })),
  taken('one item in place of a list', ({ prompt }) => ({ prompt, allow: 'duplicate' })),
  handedBack('a webhook on the own network', ({ prompt }) => ({ prompt, webhook_url: 'https://10.0.0.1/hook' })),
  {
    ...handedBack('a picture that is no picture', ({ prompt }) => ({ prompt, image: 'image001' })),
  },
  taken('a right call after wrong ones', ({ prompt }) => ({ prompt })),
  {
    ...handedBack('the same mistake for the third time', () => ({ template_id: 't' })),
    before: after(
      { tool: 'update_template', args: { template_id: 't' } },
      { tool: 'update_template', args: { template_id: 't' } },
    ),
    end: 'ask_user',
  },
  { ...LIST, title: 'an unknown argument where nothing is changed', args: { colour: 'red' }, ...read('list_jobs') },
  { ...LIST, title: 'a limit below one', args: { limit: 0 }, ...read('list_jobs', 2) },
  {
    title: 'a wait that is too long',
    tool: 'get_status',
    args: ({ id }) => ({ request_id: id, wait_seconds: 120 }),
    ...read('get_status', 2),
  },
  {
    title: 'not an id',
    tool: 'get_status',
    args: { request_id: 'job 12' },
    path: ['get_status'],
    end: 'fix_arguments',
    submits: 0,
  },
  {
    ...handedBack('a file outside the allowed folders', ({ prompt }) => ({ prompt, template_path: '/etc/passwd' })),
    end: 'ask_user',
  },
  handedBack('a file that is not there', ({ prompt, stage }) => ({
    prompt,
    template_path: join(stage.allowed, 'none.json'),
  })),
];

function read(tool: string, calls = 1): Pick<Situation, 'path' | 'end' | 'submits'> {
  return { path: Array<string>(calls).fill(tool), end: 'done', submits: 0 };
}

/** Read as it is meant. */
function taken(title: string, args: Args): Situation {
  return { title, tool: UPDATE.tool, args, path: ['update_template', 'get_status'], end: 'done', submits: 1 };
}

/** What the issues say is enough to mend it. */
function corrected(title: string, args: Args): Situation {
  return { ...taken(title, args), path: ['update_template', 'update_template', 'get_status'] };
}

/** Only who wrote the arguments can mend it. */
function handedBack(title: string, args: Args): Situation {
  return { title, tool: UPDATE.tool, args, path: ['update_template'], end: 'fix_arguments', submits: 0 };
}
