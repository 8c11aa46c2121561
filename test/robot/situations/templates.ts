import { createHash } from 'node:crypto';
import type { Scene, Situation } from '../situation.ts';
import { after } from './calls.ts';

const OUTPUT = { format: 'mp4', resolution: 'hd' };
const CLIP = { asset: { type: 'video', src: 'https://example.com/a.mp4' }, start: 0, length: 5 };
const { length: _, ...untimed } = CLIP;
const MISSPELT = { timeline: { tracks: [{ clips: [{ ...untimed, duration: 5 }] }] }, output: OUTPUT };
const RED = { op: 'add', path: '/timeline/background', value: '#ff0000' };

/** A definition with one clip, and what is to be different about it. */
function definition(clip: object = {}, asset: object = {}, output: object = OUTPUT): Record<string, unknown> {
  return { timeline: { tracks: [{ clips: [{ ...CLIP, asset: { ...CLIP.asset, ...asset }, ...clip }] }] }, output };
}

const RESPONSE = {
  response: {
    id: 'x',
    name: 'n',
    template: definition({ fit: 'coverr' }, { type: 'vidoe' }, { ...OUTPUT, format: 'mp5' }),
  },
};

/** Definitions, right and wrong, to be checked and to be sent. */
export const TEMPLATES: Situation[] = [
  checked('a right definition', definition(), 1),
  checked('a misspelt key', MISSPELT, 2),
  sent('a right definition is sent', definition(), 1),
  checked('a value that is almost right', definition({ fit: 'coverr' }), 2),
  checked('a start as text', definition({ start: '2s' }), 2),
  sent('a wrong definition is sent', definition({ effect: 'zoomin' }), 2),
  checked('a key that belongs nowhere', definition({ zzzzzzzz: 1 }), 2),
  checked('several mistakes inside a get-template response', RESPONSE, 2),
  sent('a wrong definition is sent with its name', { name: 'n', template: MISSPELT }, 2),
  {
    ...checked('an option that contradicts the definition is checked', definition(), 1),
    args: { template: definition(), aspect_ratio: '1:1' },
  },
  sent('an option contradicts the definition', definition(), 1, { aspect_ratio: '9:16', duration_seconds: 60 }),
  handedBack('a number out of range', 'validate_template', () => ({ template: definition({ width: 99_999 }) })),
  handedBack('half a definition is sent', 'update_template', ({ prompt }) => ({
    prompt,
    template: { timeline: definition().timeline },
  })),
  handedBack('a file that is no JSON', 'validate_template', ({ stage }) => ({
    template_path: stage.write('edit.json', '{"timeline": {'),
  })),
];

/** What this server has sent before, seen, edited and renamed. */
export const KNOWN: Situation[] = [
  known('the last definition is shown', 'get_definition', () => ({}), ['get_definition'], 'done'),
  known('a part of it is shown', 'get_definition', () => ({ pointer: '/output' }), ['get_definition'], 'done'),
  known(
    'a pointer leads nowhere',
    'get_definition',
    () => ({ pointer: '/outptu' }),
    ['get_definition'],
    'fix_arguments',
  ),
  {
    ...known(
      'a definition that is not known is asked for',
      'get_definition',
      () => ({}),
      ['get_definition'],
      'ask_user',
    ),
    before: async () => {},
  },
  {
    ...known('edits of a definition that is not known', 'update_template', edited, ['update_template'], 'ask_user'),
    before: async () => {},
  },
  known('edits are sent', 'update_template', edited, ['update_template', 'get_status'], 'done', 1),
  known(
    'edits are checked',
    'validate_template',
    () => ({ edits: [RED] }),
    ['validate_template', 'update_template'],
    'fix_arguments',
  ),
  known(
    'an edit does not apply',
    'update_template',
    ({ prompt }) => ({ prompt, edits: [{ op: 'replace', path: '/timelin/background', value: '#ff0000' }] }),
    ['update_template'],
    'fix_arguments',
  ),
  known(
    'a template whose definition is known is renamed',
    'update_template',
    ({ prompt }) => ({ prompt, name: 'New name' }),
    ['update_template', 'update_template', 'get_status'],
    'done',
    1,
  ),
  {
    ...known(
      'a template whose definition is not known is renamed',
      'update_template',
      ({ prompt }) => ({ prompt, name: 'New name' }),
      ['update_template'],
      'ask_user',
    ),
    before: async () => {},
  },
  known(
    'an id with words alone',
    'update_template',
    ({ prompt }) => ({ prompt }),
    ['update_template'],
    'fix_arguments',
  ),
];

function edited({ prompt }: Scene): Record<string, unknown> {
  return { prompt, edits: [RED] };
}

/** Nothing is sent: the robot cannot say in words what the update is to achieve. */
function checked(title: string, template: object, calls: number): Situation {
  const path = [...Array<string>(calls).fill('validate_template'), 'update_template'];
  return { title, tool: 'validate_template', args: { template }, path, end: 'fix_arguments', submits: 0 };
}

function sent(title: string, template: object, calls: number, options: object = {}): Situation {
  return {
    title,
    tool: 'update_template',
    args: ({ id, prompt }) => ({ prompt, template_id: id, template, ...options }),
    path: [...Array<string>(calls).fill('update_template'), 'get_status'],
    end: 'done',
    submits: 1,
  };
}

function handedBack(title: string, tool: string, args: (scene: Scene) => Record<string, unknown>): Situation {
  return { title, tool, args, path: [tool], end: 'fix_arguments', submits: 0 };
}

/** The prompt of an update that was sent before, with the id of its job. */
const earlier = (id: string): string =>
  `Make the title blue ${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;

/** A template of which a definition was sent before. */
function known(
  title: string,
  tool: string,
  args: (scene: Scene) => object,
  path: string[],
  end: Situation['end'],
  submits = 0,
): Situation {
  return {
    title,
    before: after({
      tool: 'update_template',
      args: ({ id }) => ({ prompt: earlier(id), template_id: id, name: 'Old name', template: definition() }),
    }),
    tool,
    args: scene => ({ template_id: scene.id, ...args(scene) }),
    path,
    end,
    submits,
  };
}
