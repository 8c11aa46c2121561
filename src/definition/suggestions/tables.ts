/**
 * What people write, and what Shotstack has for it. Data only; `key.ts`, `scalar.ts` and `shape-mistakes.ts` read it.
 *
 * Sources: shotstack/shotstack-cli, skills/shotstack/shared/agent-core.md, "Before composing JSON" and "Output resolution";
 * shotstack/oas-api-definition, its values and its notices of deprecation, such as `text-to-speech` → `audio`; names of
 * other video APIs.
 */

/** A table of what is meant by what people write, in lower case without `-` and `_`. */
type Meanings = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads rows of `meant: 'written written'` as a look-up from what is written. */
const byWritten = (table: Record<string, Record<string, string>>): Meanings =>
  new Map(
    Object.entries(table).map(([place, rows]) => [
      place,
      new Map(Object.entries(rows).flatMap(([meant, words]) => words.split(' ').map(word => [word, meant]))),
    ]),
  );

/**
 * Keys, by the place that holds them, as `placeOf` names it. Meant: a key of the same object (`length`, `font.size`), of
 * the object around it (`^length`), or a path from the top (`/timeline.fonts`); of several, between bars, the first that
 * the schema has. `seed:string` is the key with a text as its value.
 */
export const KEYS = byWritten({
  edit: {
    '/timeline.tracks': 'tracks',
    '/timeline.soundtrack': 'soundtrack',
    '/timeline.background': 'background',
    '/timeline.fonts': 'fonts',
    '/output.format': 'format outputformat',
    '/output.resolution': 'resolution',
    '/output.aspectRatio': 'aspectratio',
    '/output.fps': 'fps',
    '/output.size': 'size',
    '/output.quality': 'quality',
    merge: 'mergefields variables placeholders',
    callback: 'webhook webhookurl callbackurl',
  },
  timeline: {
    tracks: 'track layers',
    fonts: 'customfonts',
    soundtrack: 'music audio backgroundmusic',
    background: 'backgroundcolor backgroundcolour bgcolor',
    '/output.fps': 'fps',
    '/output.resolution': 'resolution',
    '/output.size': 'size',
    '/merge': 'merge',
    '/output': 'output',
  },
  soundtrack: { src: 'url source', effect: 'fade' },
  font: { src: 'url source' },
  track: { clips: 'clip items elements' },
  clip: {
    length: 'duration dur',
    start: 'starttime startat begin from',
    transition: 'transitions animation',
    filter: 'filters',
    effect: 'effects motion',
    'transform.rotate.angle': 'rotate rotation',
    'transform.flip': 'flip',
    'transform.skew': 'skew',
    scale: 'zoom',
    position: 'align',
    'offset.x': 'x',
    'offset.y': 'y',
    alias: 'name',
  },
  asset: {
    src: 'url uri href link source file path svg markup subtitles',
    text: 'content body title label',
    css: 'style styles',
    js: 'script javascript',
    '^length': 'duration',
    '^start': 'starttime',
    trim: 'trimstart trimfrom',
    volume: 'gain',
    speed: 'playbackrate',
    '/timeline.fonts': 'customfonts fonts',
    'font.family': 'fontfamily',
    'font.size': 'fontsize size',
    'font.weight': 'fontweight weight',
    'font.style': 'fontstyle',
    'font.color': 'fontcolor textcolor color colour',
    'style.lineHeight': 'lineheight',
    'style.letterSpacing': 'letterspacing',
    'style.textTransform': 'texttransform',
    align: 'alignment',
    alignment: 'align',
    'align.horizontal|alignment.horizontal': 'textalign halign',
    'align.vertical|alignment.vertical': 'valign verticalalign',
    'background.color': 'backgroundcolor backgroundcolour',
    animation: 'wordanimation',
    active: 'highlight activeword',
    stroke: 'outline',
    shadow: 'textshadow',
    'stroke.width': 'strokewidth',
    'stroke.color': 'strokecolor',
    'background.borderRadius': 'borderradius',
    'options.voice': 'voice',
    'options.language': 'language',
    'options.newscaster': 'newscaster',
    'options.negativePrompt': 'negativeprompt',
    'options.inputSrc': 'inputsrc image seed:string',
    'options.seed': 'seed:number',
    effect: 'volumeeffect fade',
    volumeEffect: 'effect',
  },
  'asset.font': {
    family: 'font name face fontfamily',
    size: 'fontsize',
    weight: 'fontweight',
    color: 'colour fontcolor textcolor',
    '^align.horizontal|^alignment.horizontal': 'align alignment textalign',
    '^style.lineHeight': 'lineheight',
    '^style.letterSpacing': 'letterspacing',
    '^style.textTransform': 'texttransform',
    '^style.textDecoration': 'textdecoration',
    '^background.color': 'background',
    '^stroke.color': 'stroke',
    '^stroke.width': 'strokewidth',
    '^shadow': 'shadow',
  },
  'asset.style': {
    '^font.family': 'fontfamily',
    '^font.size': 'fontsize',
    '^font.color': 'color',
    '^font.weight': 'fontweight',
  },
  'asset.background': { color: 'colour backgroundcolor', borderRadius: 'radius', opacity: 'alpha' },
  'asset.align': { horizontal: 'x', vertical: 'y' },
  'asset.stroke': { width: 'thickness size', color: 'colour' },
  'asset.shadow': { offsetX: 'x', offsetY: 'y', color: 'colour' },
  'asset.border': { radius: 'borderradius', color: 'colour', width: 'thickness' },
  'asset.animation': { preset: 'name type effect', duration: 'length', style: 'preset' },
  'clip.transition': { in: 'enter start type entry', out: 'exit end' },
  tween: { start: 'starttime delay', length: 'duration', to: 'end final', easing: 'ease timing', from: 'initial' },
  output: {
    fps: 'framerate fps',
    format: 'type filetype',
    aspectRatio: 'ratio aspect',
    size: 'dimensions',
    '/callback': 'callback webhook',
    '/merge': 'merge',
    destinations: 'destination',
    '/timeline.background': 'background',
    repeat: 'loop',
  },
  'output.size': { width: 'w x', height: 'h y' },
  merge: { find: 'key name field variable placeholder search', replace: 'value val text default with replacewith' },
});

/** Keys for which Shotstack has none: what to do instead, and the keys. */

export const NO_KEYS = byWritten({
  edit: {
    'The name belongs beside the definition, as the argument name: leave it out here.': 'name',
    'The id belongs beside the definition, as the argument template_id: leave it out here.': 'id',
    'This comes from a response of Shotstack: leave it out.': 'success message',
  },
  timeline: { 'A timeline lasts as long as its clips: leave it out.': 'duration length' },
  font: {
    'A font is known by the name of its file: leave it out.': 'family name',
    'Each weight is a file of its own: leave it out.': 'weight',
  },
  track: {
    'A track holds clips alone: leave it out.': 'name',
    'A track holds clips of any type: leave it out.': 'type',
  },
  clip: {
    'Layers follow from the order of the tracks, the first in front: leave it out.': 'zindex layer',
    'A clip is on the track that holds it: leave it out.': 'track',
  },
  asset: {
    'A sound fades by effect "fadeIn" (volumeEffect for a video): leave it out.': 'fadein',
    'A sound fades by effect "fadeOut" (volumeEffect for a video): leave it out.': 'fadeout',
    'Where it ends follows from the clip’s length: leave it out.': 'trimend trimto',
    'Mute it with volume 0: leave it out.': 'mute muted',
    'Nothing is looped; repeat the clip instead: leave it out.': 'loop',
    'A clip plays when its start says so: leave it out.': 'autoplay',
  },
  'clip.transition': {
    'How fast it goes is in the name, as in fadeSlow or fadeFast: leave it out.': 'duration speed length',
  },
  tween: {
    'A tween is {from, to, start, length}, not a keyframe: write one from each keyframe to the next.':
      'time value keyframes',
  },
  output: {
    'A video lasts as long as its clips: leave it out.': 'duration length',
    'The codec follows from the format: leave it out.': 'codec',
    'There is quality instead, from verylow to veryhigh: leave it out.': 'bitrate',
    'A file is named by its destination: leave it out.': 'filename',
  },
});

/** Values, by the key that holds them. A row counts only where the schema takes the value meant. */
export const VALUES = byWritten({
  resolution: {
    hd: '720 720p',
    '1080': '1080 1080p fhd fullhd',
    mobile: '360p',
    sd: '576p',
    '4k': 'uhd ultrahd 4k 2160p',
  },
  aspectRatio: {
    '16:9': '16x9 1920x1080 landscape horizontal widescreen',
    '9:16': '9x16 1080x1920 portrait vertical story',
    '1:1': '1x1 1080x1080 square',
    '4:5': '4x5',
    '4:3': '4x3',
  },
  format: { jpg: 'jpeg', mp4: 'video mpeg4', mp3: 'audio' },
  quality: { veryhigh: 'best max', medium: 'normal default' },
  type: {
    image: 'img picture photo pic gif logo',
    video: 'movie film footage mp4',
    audio: 'sound music mp3 voiceover',
    'rich-caption': 'subtitle subtitles captions srt',
    'text-to-speech': 'tts',
    luma: 'matte mask',
  },
  in: { fade: 'fadein crossfade dissolve', zoom: 'zoomin', none: 'cut' },
  out: { fade: 'fadeout crossfade dissolve', zoom: 'zoomout', none: 'cut' },
  effect: { zoomIn: 'kenburns zoom', fadeInFadeOut: 'fadeinout' },
  volumeEffect: { fadeInFadeOut: 'fadeinout' },
  filter: { greyscale: 'grayscale gray grey bw', negative: 'invert' },
  vertical: { middle: 'center centre', center: 'middle' },
  horizontal: { center: 'middle centre' },
  interpolation: { bezier: 'ease easein easeout easeinout', constant: 'step' },
  preset: { fadeIn: 'fade', slideIn: 'slide', typewriter: 'typing' },
  textTransform: { uppercase: 'upper caps', lowercase: 'lower', capitalize: 'title' },
  fit: { cover: 'stretch', contain: 'letterbox' },
});

/** The type that took a deprecated type's place. Source: agent-core.md, "Deprecated — do not use". */
export const SUCCESSORS: Record<string, string> = {
  text: 'rich-text',
  title: 'rich-text',
  caption: 'rich-caption',
  html: 'html5',
  shape: 'svg',
};

/** The output’s presets in pixels, for landscape. Source: shotstack/oas-api-definition, schemas/output.yaml, `resolution`. */
export const PRESETS: Record<string, { width: number; height: number }> = {
  preview: { width: 512, height: 288 },
  mobile: { width: 640, height: 360 },
  sd: { width: 1024, height: 576 },
  hd: { width: 1280, height: 720 },
  1080: { width: 1920, height: 1080 },
  '4k': { width: 3840, height: 2160 },
};

/** Words of a position or direction that mean the same. */
export const SAME_WORDS: Record<string, string> = {
  upper: 'top',
  lower: 'bottom',
  middle: 'center',
  centre: 'center',
  centered: 'center',
};

/** For a value given in place of an object: the key that it belongs under. */
export const ALONE: Record<string, string> = {
  font: 'family',
  fonts: 'src',
  soundtrack: 'src',
  destinations: 'provider',
};

/** Colours by their CSS names. Source: W3C, CSS Color Module Level 4, "Named Colors". */
export const COLOURS: ReadonlyMap<string, string> = new Map(
  `black:000000 silver:c0c0c0 gray:808080 grey:808080 white:ffffff maroon:800000 red:ff0000 purple:800080
  fuchsia:ff00ff magenta:ff00ff green:008000 lime:00ff00 olive:808000 yellow:ffff00 navy:000080
  blue:0000ff teal:008080 aqua:00ffff cyan:00ffff orange:ffa500 pink:ffc0cb gold:ffd700 brown:a52a2a
  indigo:4b0082 violet:ee82ee turquoise:40e0d0 coral:ff7f50 tomato:ff6347 salmon:fa8072 crimson:dc143c
  khaki:f0e68c beige:f5f5dc ivory:fffff0 lightgray:d3d3d3 lightgrey:d3d3d3 darkgray:a9a9a9
  darkgrey:a9a9a9 darkblue:00008b darkgreen:006400 darkred:8b0000 lightblue:add8e6 skyblue:87ceeb
  steelblue:4682b4 royalblue:4169e1`
    .split(/\s+/)
    .map(row => row.split(':'))
    .map(([name = '', hex]) => [name, `#${hex}`]),
);
