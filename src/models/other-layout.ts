const PARTS = ['template', 'timeline', 'output'];

/** Words that say that a field is not there, or should not be. */
const COMPLAINT =
  /\b(missing|required?|requires|needed|needs|unknown|unexpected|unrecogni[sz]ed|unsupported|extra|additional|undefined|(not|n't|cannot) (be )?(allowed|permitted|accepted|recogni[sz]ed|supported|provided|present|given))\b/;
/** "Unknown template" may speak of an id: then the message must call it a field. */
const UNKNOWN = /\b(unknown|unrecogni[sz]ed|undefined)\b/;
const FIELD = /\b(field|key|property|parameter|param|argument|input)s?\b/;

/**
 * The words of a message about a top-level field alone. Any other word may name something inside the definition, which
 * the other layout does not correct.
 */
const VOCABULARY = new Set(
  `a additional additionalproperties accepted allowed an and are argument arguments at be body but by bad cannot but can
  detail does doesn don error errors expected extra field fields for from given got has have http in input inputs
  is it its key keys loc missing model msg must name named needed needs no none not null of on one or param
  parameter parameters params permitted please present properties property provide provided recognised recognized
  request required requires require s schema send set shotstack should support supported t template-update the there
  this to top-level type unexpected undefined unknown unrecognised unrecognized unsupported update validation value was
  with you`.match(/[a-z-]+/g),
);

/**
 * Whether a refusal (the message of a 400) says that `template`, `timeline` or `output` itself is missing, required or
 * unknown, so that the other layout may be what is wanted. False for every message that may name something below them:
 * the flat form of a definition that is wrong could blank the template.
 */
export function asksForOtherLayout(message: string): boolean {
  const text = message.toLowerCase();
  const clauses = text.split(/[;,\n]|[.!](?=\s|$)/);
  return COMPLAINT.test(text) && clauses.every(isAboutTopLevel) && clauses.some(clause => partsIn(clause).length > 0);
}

function isAboutTopLevel(clause: string): boolean {
  const text = withoutPrefix(clause);
  // A path below one of the parts.
  if (/\b(template|timeline|output)["'`\]]*\s*(\.|\/|\[|->|>|::)\s*["'`]?\w/.test(text)) return false;
  const words = text.match(/[a-z_][\w-]*/g) ?? [];
  if (!words.every(word => VOCABULARY.has(word) || PARTS.includes(word))) return false;
  const parts = partsIn(text);
  if (parts.length > 0 && UNKNOWN.test(text) && !FIELD.test(text) && text === clause) return false;
  // "template must have timeline" names what is inside the template.
  return !(parts.includes('template') && parts.length > 1);
}

/** The text with `inputs.template`, `body.inputs.template` and `/inputs/template` written as `template`. */
const withoutPrefix = (text: string): string =>
  text.replaceAll(/(\b(request|body|input|inputs|params)["'`\]]*\s*(\.|\/|\[|->|>|::)\s*["'`]?)+/g, '');

const partsIn = (clause: string): string[] => [
  ...new Set(clause.match(/(?<![\w-])(template|timeline|output)(?![\w-])/g) ?? []),
];
