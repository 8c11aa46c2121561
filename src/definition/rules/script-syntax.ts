import { parse } from 'acorn';
import { AGENT_CORE, eachClip, type Rule } from './rule.ts';

export const scriptSyntax: Rule = {
  name: 'script-syntax',
  finds: 'a script that does not parse',
  source: `${AGENT_CORE}, "Validate caveat"; the html5 clip renders blank`,
  find: eachClip(({ asset, path, type }) => {
    if (type !== 'html5' || typeof asset.js !== 'string') return null;
    // Placeholders are filled in before the script runs; a name of the same length keeps the positions.
    const script = asset.js.replace(/\{\{[^{}:;]{1,100}\}\}/g, field => '_'.padEnd(field.length, '_'));
    try {
      parse(script, { ecmaVersion: 'latest', sourceType: 'script', allowReturnOutsideFunction: true });
      return null;
    } catch (error) {
      // Acorn gives up on a script that is nested too deep for it, which says nothing of the script.
      if (error instanceof Error && /stack/i.test(error.message)) return null;
      const { line, column } = (error as { loc?: { line: number; column: number } }).loc ?? { line: 1, column: 0 };
      const message = `The script has a syntax error at line ${line}, column ${column + 1}; the clip would stay blank.`;
      return { path: `${path}.asset.js`, message };
    }
  }),
};
