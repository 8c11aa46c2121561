import { join } from 'node:path';
import type { Situation } from '../situation.ts';

const OUTPUT = { format: 'mp4', resolution: 'hd' };

/** A definition with one clip, and what is to be different about it. */
function definition(clip: object = {}, asset: object = {}, output: object = OUTPUT): Record<string, unknown> {
  const video = { type: 'video', src: 'https://example.com/a.mp4', ...asset };
  return { timeline: { tracks: [{ clips: [{ asset: video, start: 0, length: 5, ...clip }] }] }, output };
}

const { length: _, ...untimed } = { asset: { type: 'video', src: 'https://example.com/a.mp4' }, start: 0, length: 5 };
const withDuration = { timeline: { tracks: [{ clips: [{ ...untimed, duration: 5 }] }] }, output: OUTPUT };

/** Definitions, right and wrong, to be checked and to be sent. */
export const TEMPLATES: Situation[] = [
  checked('a right definition', definition(), 1),
  checked('a misspelt key', withDuration, 2),
  checked('a value that is almost right', definition({ fit: 'coverr' }), 2),
  checked('a number as text', definition({ start: '2s' }), 2),
  checked('a key that belongs nowhere', definition({ zzzzzzzz: 1 }), 2),
  checked('several mistakes inside a get-template response', {
    response: {
      id: 'x',
      name: 'n',
      template: definition({ fit: 'coverr' }, { type: 'vidoe' }, { ...OUTPUT, format: 'mp5' }),
    },
  }),
  sent('a right definition is sent', definition(), 1),
  sent('a wrong definition is sent', definition({ effect: 'zoomin' }), 2),
  sent('a wrong definition is sent with its name', { name: 'n', template: withDuration }, 2),
  {
    title: 'a number out of range',
    tool: 'validate_template',
    args: { template: definition({ width: 99_999 }) },
    path: ['validate_template'],
    end: 'fix_arguments',
    submits: 0,
  },
  {
    title: 'half a definition is sent',
    tool: 'update_template',
    args: { prompt: 'p', template: { timeline: definition().timeline } },
    path: ['update_template'],
    end: 'fix_arguments',
    submits: 0,
  },
  {
    title: 'a file that is no JSON',
    files: { 'edit.json': '{"timeline": {' },
    tool: 'validate_template',
    args: stage => ({ template_path: join(stage.allowed, 'edit.json') }),
    path: ['validate_template'],
    end: 'fix_arguments',
    submits: 0,
  },
];

function checked(title: string, template: object, calls = 2): Situation {
  const path = Array<string>(calls).fill('validate_template');
  return { title, tool: 'validate_template', args: { template }, path, end: 'done', submits: 0 };
}

function sent(title: string, template: object, calls: number): Situation {
  const path = [...Array<string>(calls).fill('update_template'), 'get_status'];
  return { title, tool: 'update_template', args: { prompt: 'p', template }, path, end: 'done', submits: 1 };
}
