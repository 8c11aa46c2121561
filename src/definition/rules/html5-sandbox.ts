import { stringOrEmpty } from '../clips.ts';
import { eachClip, HTML5_GUIDE, type Rule } from './rule.ts';

/** What the frame of an html5 clip blocks or never runs, by the key that it is in. */
const BLOCKED: [key: 'html' | 'css' | 'js', found: RegExp, what: string][] = [
  [
    'html',
    /<script[^>]+src\s*=\s*["']?\s*(https?:)?\/\//i,
    'A script from elsewhere is not loaded; gsap, d3, anime and lottie are there.',
  ],
  [
    'html',
    /<(img|video|audio|source|iframe)[^>]+src\s*=\s*["']?\s*(https?:)?\/\//i,
    'A picture or film from elsewhere is not loaded: embed it as a data: URI, or give it a clip of its own.',
  ],
  [
    'html',
    /<link[^>]+href\s*=\s*["']?\s*(https?:)?\/\//i,
    'A stylesheet or font from elsewhere is not loaded: put it into css.',
  ],
  [
    'css',
    /@import\b|url\(\s*["']?\s*(https?:)?\/\//i,
    'Fonts and pictures from elsewhere are not loaded: embed them as data: URIs.',
  ],
  [
    'js',
    /\b(fetch|importScripts)\s*\(|\bnew\s+(XMLHttpRequest|WebSocket)\b/,
    'There is no network: write the data into the script.',
  ],
  [
    'js',
    /\b(setTimeout|setInterval|requestAnimationFrame)\s*\(|\bDate\.now\s*\(|\bperformance\.now\s*\(|\bgsap\.(delayedC|c)all\s*\(/,
    'Frames are captured by seeking, so timers do not run: use a gsap timeline or CSS animations.',
  ],
];

export const html5Sandbox: Rule = {
  name: 'html5-sandbox',
  finds: 'what an html5 clip may not load or never runs: remote files, the network, timers',
  source: `${HTML5_GUIDE}, "Sandbox restrictions" and "The browser harness"`,
  find: eachClip(({ asset, type, path }) =>
    BLOCKED.flatMap(([key, found, message]) => {
      const [received] = type === 'html5' ? (found.exec(stringOrEmpty(asset[key])) ?? []) : [];
      return received === undefined ? [] : [{ path: `${path}.asset.${key}`, message, received: received.slice(0, 60) }];
    }),
  ),
};
