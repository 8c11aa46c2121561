import { type Cases, CLIP, clip, edit, file, merge, SRC, text, video } from './build.ts';

const luma = (more = {}) => clip({ type: 'luma', src: 'https://example.com/m.mp4' }, more);
const page = (parts: object) => edit([[clip({ type: 'html5', html: '<p></p>', ...parts })]]);
const caption = (more = {}, asset = {}) =>
  edit([
    [
      clip(
        { type: 'rich-caption', src: 'https://example.com/a.srt', background: { color: '#000000' }, ...asset },
        more,
      ),
    ],
  ]);
const svg = (src: string) => file('svg', src);
const ASSET = `${CLIP}.asset`;

/** The rules about what the renderers cannot do, and about single values. */
export const RENDERER_CASES: Record<string, Cases> = {
  'script-syntax': {
    fires: [['a syntax error', page({ js: 'const a = ;' }), `${ASSET}.js`, /line 1, column 11/]],
    silent: [
      ['a script', page({ js: 'const a = 1; return a;' })],
      ['placeholders', page({ js: 'const colour = "{{ ACCENT }}"; const n = {{ COUNT }} + {{ MAX-COUNT }};' })],
      ['a script that is too deep for the parser', page({ js: `const a = ${'1 + '.repeat(30_000)}1;` })],
      ['a script that would throw', page({ js: 'globalThis.ranByTheCheck = true; throw new Error("never run");' })],
    ],
  },
  'html5-sandbox': {
    fires: [
      [
        'a remote script',
        page({ html: '<script src="https://cdn.example.com/a.js"></script>' }),
        `${ASSET}.html`,
        /gsap, d3, anime and lottie are there/,
      ],
      [
        'a remote picture',
        page({ html: '<img class="a" src="https://example.com/a.png">' }),
        `${ASSET}.html`,
        /data: URI/,
      ],
      [
        'a remote stylesheet',
        page({ html: '<link href="https://fonts.googleapis.com/css?family=A" rel="stylesheet">' }),
        `${ASSET}.html`,
        /put it into css/,
      ],
      [
        'a remote font',
        page({ css: '@font-face{src:url(https://example.com/a.woff2)}' }),
        `${ASSET}.css`,
        /data: URIs/,
      ],
      ['a request', page({ js: 'fetch("/a")' }), `${ASSET}.js`, /no network/],
      ['a timer', page({ js: 'setTimeout(() => {}, 500)' }), `${ASSET}.js`, /timers do not run/],
    ],
    silent: [
      [
        'a data: URI',
        page({ html: '<img src="data:image/png;base64,AA">', css: 'p{background:url(data:image/png;base64,AA)}' }),
      ],
      ['a timeline', page({ js: 'gsap.timeline().to("p", { opacity: 1 })' })],
      ['a link to click', page({ html: '<a href="https://example.com">a</a>' })],
    ],
  },
  'svg-markup': {
    fires: [
      ['text', svg('<svg viewBox="0 0 1 1"><text>a</text></svg>'), SRC, /rich-text/],
      ['a URL', svg('https://example.com/a.svg'), SRC, /markup itself, not its URL/],
      ['no viewBox', svg('<svg width="1" height="1"><path/></svg>'), SRC, /needs a viewBox/],
      ['a picture', svg('<svg viewBox="0 0 1 1"><image href="a"/></svg>'), SRC, /<image> in an svg/],
    ],
    silent: [
      [
        'shapes',
        svg('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" width="1" height="1"><path d="M0 0"/></svg>'),
      ],
      ['a placeholder', svg('{{ LOGO }}')],
    ],
  },
  'lonely-luma': {
    fires: [
      ['nothing on its track', edit([[luma()], [video()]]), CLIP, /none/],
      ['nothing in its time', edit([[luma(), video({ start: 20 })]]), CLIP, /none/],
    ],
    silent: [
      ['a clip beside it', edit([[luma(), video()]])],
      ['a clip of unknown time', edit([[luma(), video({ start: 'auto', length: 'auto' })]])],
    ],
  },
  'full-frame-captions': {
    fires: [['a background without a box', caption(), CLIP, /hides all below/]],
    silent: [
      ['a box', caption({ width: 600, height: 100, fit: 'none' })],
      ['no background', caption({}, { background: undefined })],
    ],
  },
  'shape-parts': {
    fires: [
      [
        'no measures',
        edit([[clip({ type: 'shape', shape: 'circle', fill: { color: '#ff0000' } })]]),
        ASSET,
        /needs its measures, in circle/,
      ],
      [
        'no colour',
        edit([[clip({ type: 'shape', shape: 'circle', circle: { radius: 5 } })]]),
        `${ASSET}.fill`,
        /needs a colour/,
      ],
    ],
    silent: [
      [
        'a circle',
        edit([[clip({ type: 'shape', shape: 'circle', circle: { radius: 5 }, fill: { color: '#ff0000' } })]]),
      ],
    ],
  },
  'animation-direction': {
    fires: [
      [
        'ascend without a direction',
        edit([[text('a', { animation: { preset: 'ascend' } })]]),
        `${ASSET}.animation`,
        /needs a direction/,
      ],
    ],
    silent: [
      ['ascend with one', edit([[text('a', { animation: { preset: 'ascend', direction: 'up' } })]])],
      ['fadeIn', edit([[text('a', { animation: { preset: 'fadeIn' } })]])],
    ],
  },
  percentages: {
    fires: [
      ['opacity 80', edit([[video({ opacity: 80 })]]), `${CLIP}.opacity`, /1 is opaque/, '0.8'],
      ['scale 50', edit([[video({ scale: 50 })]]), `${CLIP}.scale`, /fits the frame/, '0.5'],
      [
        'a soundtrack’s volume 30',
        edit([[video()]], {}, { soundtrack: { src: 'https://a.com/b.mp3', volume: 30 } }),
        'timeline.soundtrack.volume',
        /full volume/,
        '0.3',
      ],
    ],
    silent: [['parts of 1', edit([[video({ opacity: 0.8, scale: 1.5 })]])]],
  },
  'hollow-tweens': {
    fires: [
      [
        'no from and no to',
        edit([[video({ opacity: [{ start: 0, length: 1 }] })]]),
        `${CLIP}.opacity[0]`,
        /changes nothing/,
      ],
      [
        'in an offset',
        edit([[video({ offset: { x: [{ start: 0, length: 1 }] } })]]),
        `${CLIP}.offset.x[0]`,
        /changes nothing/,
      ],
    ],
    silent: [['a tween', edit([[video({ opacity: [{ from: 0, to: 1, start: 0, length: 1 }] })]])]],
  },
  colours: {
    fires: [
      [
        'two hashes',
        edit([[video()]], {}, { background: '##ff6600' }),
        'timeline.background',
        /no hex colour/,
        '#ff6600',
      ],
      ['a name', edit([[video()]], {}, { background: 'black' }), 'timeline.background', /no hex colour/, '#000000'],
      [
        'a name as a default',
        edit([[video()]], merge({ BG: 'navy' }), { background: '{{ BG }}' }),
        'timeline.background',
        /no hex colour/,
        '#000080',
      ],
    ],
    silent: [
      ['transparent', edit([[video()]], {}, { background: 'transparent' })],
      ['a hex colour', edit([[video()]], {}, { background: '#FF6600' })],
      ['a title’s colour with its opacity', edit([[clip({ type: 'title', text: 'a', color: '#80ffffff' })]])],
    ],
  },
  'output-size': {
    fires: [
      [
        'size beside resolution',
        edit([[video()]], { output: { format: 'mp4', resolution: 'hd', size: { width: 640, height: 360 } } }),
        'output.size',
        /Leave out resolution/,
      ],
      [
        'an odd width',
        edit([[video()]], { output: { format: 'mp4', size: { width: 641, height: 360 } } }),
        'output.size.width',
        /divisible by 2/,
        '642',
      ],
    ],
    silent: [['a size', edit([[video()]], { output: { format: 'mp4', size: { width: 640, height: 360 } } })]],
  },
  'callback-url': {
    fires: [
      ['http', edit([[video()]], { callback: 'http://example.com/x' }), 'callback', /not https/],
      ['a private name', edit([[video()]], { callback: 'https://localhost/x' }), 'callback', /cannot call/],
    ],
    silent: [
      ['public https', edit([[video()]], { callback: 'https://example.com/x' })],
      ['a placeholder', edit([[video()]], { callback: '{{ HOOK }}' })],
    ],
  },
};
