import { API, type Rule } from './rule.ts';

export const lonelyLuma: Rule = {
  name: 'lonely-luma',
  source: `${API}/lumaasset.yaml: a matte between other assets; shotstack.io/docs/guide/architecting-an-application/masks-and-luma-mattes`,
  find({ clips }) {
    const others = clips.filter(({ type }) => type !== 'luma');
    return clips
      .filter(({ type }) => type === 'luma')
      .flatMap(luma => {
        const beside = others.filter(({ track }) => track === luma.track);
        const together = beside.some(
          ({ start, end }) =>
            luma.start === undefined ||
            luma.end === undefined ||
            start === undefined ||
            end === undefined ||
            (start < luma.end && luma.start < end),
        );
        if (together) return [];
        const message = 'A luma masks the clip that plays on the same track at the same time, and there is none.';
        return [{ path: luma.path, message }];
      });
  },
};
