import { audio, BELOW, type Cases, CLIP, clip, edit, merge, text, video } from './build.ts';

const still = (more = {}) => clip({ type: 'image', src: 'https://example.com/a.png' }, more);
const luma = (more = {}) => clip({ type: 'luma', src: 'https://example.com/m.mp4' }, more);

/** The rules about times and layers. */
export const TIME_CASES: Record<string, Cases> = {
  'overlapping-clips': {
    fires: [
      ['two films at once', edit([[video(), video({ start: 4 })]]), 'timeline.tracks[0].clips[1]', /flickers/],
      ['in another order', edit([[video({ start: 2 }), video()]]), CLIP, /flickers/],
      [
        'with the one before the last',
        edit([[video({ length: 9 }), video({ start: 9 }), video({ start: 7, length: 1 })]]),
        'timeline.tracks[0].clips[2]',
        /flickers/,
      ],
      [
        'times from defaults',
        edit([[video({ length: '{{ L }}' }), video({ start: 4 })]], merge({ L: 5 })),
        'timeline.tracks[0].clips[1]',
        /flickers/,
      ],
    ],
    silent: [
      ['one after the other', edit([[video(), video({ start: 5 })]])],
      ['sums of fractions', edit([[video({ length: 0.1 + 0.2 }), video({ start: 0.3 })]])],
      ['on tracks of their own', edit([[video()], [video()]])],
      ['auto', edit([[video(), video({ start: 'auto' })]])],
      ['a length that is not known', edit([[video(), video({ length: '{{ LENGTH }}' })]])],
      ['a luma', edit([[luma(), video()]])],
      ['blended', edit([[video({ transition: { out: 'fade' } }), video({ start: 4, transition: { in: 'fade' } })]])],
      ['apart', edit([[video({ position: 'left' }), video({ position: 'right' })]])],
      [
        'titles that asset.position keeps apart',
        edit([
          [clip({ type: 'title', text: 'a', position: 'top' }), clip({ type: 'title', text: 'b', position: 'bottom' })],
        ]),
      ],
      ['parts of a film', edit([[video({}, { crop: { left: 0.5 } }), video({}, { crop: { right: 0.5 } })]])],
      [
        'mirror images of a part',
        edit([
          [
            video({}, { crop: { left: 0.5 } }),
            video({ transform: { flip: { horizontal: true } } }, { crop: { left: 0.5 } }),
          ],
        ]),
      ],
      [
        'briefly, with a transition into the later',
        edit([[video(), video({ start: 4, transition: { in: 'reveal' } })]]),
      ],
      ['sound over sound', edit([[audio(), audio()]])],
    ],
  },
  'hidden-layers': {
    fires: [['a film over a text', edit([[video()], [text('a')]]), CLIP, /nothing below it can be seen/]],
    silent: [
      ['a text over a film', edit([[text('a')], [video()]])],
      ['a film that is half transparent', edit([[video({ opacity: 0.5 })], [text('a')]])],
      ['a small film', edit([[video({ width: 400, height: 200 })], [text('a')]])],
      ['a shorter film', edit([[video({ length: 2 })], [text('a')]])],
      ['a format that may be transparent', edit([[video({}, { src: 'https://example.com/a.webm' })], [text('a')]])],
      ['sound below', edit([[video()], [audio()]])],
      ['speech below', edit([[video()], [clip({ type: 'text-to-speech', text: 'a', voice: 'Amy' })]])],
      ['something of unknown length below', edit([[video()], [video({ length: 'auto' })]])],
    ],
  },
  'outlying-clips': {
    fires: [
      [
        '999 s beside 45 s',
        edit([[video({ length: 45 })], [video({ length: 999 })]]),
        `${BELOW}.length`,
        /999 s long/,
        'end',
      ],
      [
        'music of 600 s',
        edit([[video({ length: 45 })], [audio({ length: 600 })]]),
        `${BELOW}.length`,
        /all that is seen has ended after 45 s/,
        'end',
      ],
      [
        'milliseconds',
        edit([[video({ length: 5000 }), video({ start: 5000, length: 3000 })]]),
        'timeline.tracks[0].clips[1].length',
        /divide every start and length by 1000/,
      ],
      [
        'a late start',
        edit([[video({ length: 10 })], [text('a', {}, { start: 100 })]]),
        `${BELOW}.start`,
        /90 s after everything else/,
      ],
      [
        'a picture that outlasts the film',
        edit([[still({ length: 600 })], [video({ length: 40 })]]),
        `${CLIP}.length`,
        /other media has ended after 40 s/,
        'end',
      ],
    ],
    silent: [
      ['a film of two hours', edit([[video({ length: 7200 })]])],
      ['a title over a long film', edit([[text('a')], [video({ length: 120 })]])],
      ['a picture that outlasts a short film by minutes', edit([[still({ length: 200 })], [video({ length: 20 })]])],
      ['a logo over a long film', edit([[still()], [video({ length: 600 })]])],
      ['a voice somewhat longer than the pictures', edit([[still({ length: 20 })], [audio({ length: 45 })]])],
      ['a film after a pause', edit([[video()], [text('a', {}, { start: 12 })]])],
      ['what is long only for a film of unknown length', edit([[video({ length: 'auto' })], [audio({ length: 600 })]])],
      [
        'a range',
        edit([[video({ length: 45 })], [video({ length: 999 })]], {
          output: { format: 'mp4', resolution: 'hd', range: { length: 45 } },
        }),
      ],
      ['one clip alone', edit([[video({ length: 999 })]])],
    ],
  },
  'empty-clips': {
    fires: [['a length of 0', edit([[video({ length: 0 })]]), `${CLIP}.length`, /never shown/]],
    silent: [['a length', edit([[video()]])]],
  },
  'short-titles': {
    fires: [
      [
        'a title of 3 s in 33 s',
        edit([[text('a', {}, { length: 'auto' })], [video({ length: 33 })]]),
        `${CLIP}.length`,
        /3 s for a text, and the video lasts 33 s/,
        'end',
      ],
    ],
    silent: [
      [
        'a chain of titles',
        edit([
          [text('a', {}, { length: 'auto' }), text('b', {}, { start: 'auto', length: 'auto' })],
          [video({ length: 33 })],
        ]),
      ],
      ['a short video', edit([[text('a', {}, { length: 'auto' })], [video()]])],
    ],
  },
  'stretched-fit': {
    fires: [
      [
        'cover in a box',
        edit([[video({ fit: 'cover', width: 400, height: 300 })]]),
        `${CLIP}.fit`,
        /stretches/,
        'crop',
      ],
    ],
    silent: [
      ['cover over the frame', edit([[video({ fit: 'cover' })]])],
      ['crop', edit([[video({ fit: 'crop', width: 400, height: 300 })]])],
    ],
  },
};
