import { isLive } from '../../src/jobs/job.ts';
import type { Reply } from '../../src/tools/reply.ts';
import type { Dice } from '../support/random.ts';
import type { Host } from './host.ts';
import type { CallMade, Ledger } from './ledger.ts';

/** What users want: A and B for one template, C for another. */
export interface Wish {
  name: string;
  templateId: string;
}

export const WISHES: readonly [Wish, ...Wish[]] = [
  { name: 'wish A', templateId: 'tpl-1' },
  { name: 'wish B', templateId: 'tpl-1' },
  { name: 'wish C', templateId: 'tpl-2' },
];

export interface AgentOptions {
  wish: Wish;
  host: Host;
  dice: Dice;
  ledger: Ledger;
  /** How many agents may make the same calls at this time. */
  sharers(): number;
  statusOf: Parameters<Ledger['replied']>[4];
  note(line: string): void;
}

interface Call {
  tool: string;
  args: Record<string, unknown>;
  made: CallMade;
}

/** An agent that does what `next` says, and its user, who answers. */
export class Agent {
  readonly name: string;
  readonly host: Host;
  ended = false;
  readonly #options: AgentOptions;
  readonly #esc = new AbortController();
  #reply: Reply | undefined;
  #last: Call | undefined;
  #requestId: string | undefined;
  /** The word that the newest refusal names. */
  #lift: string | undefined;
  #allow: string[] = [];
  #deadCalls = 0;
  #userSaysNo = false;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.host = options.host;
    this.name = `the agent for ${options.wish.name} at ${options.host.name}`;
  }

  get hasReply(): boolean {
    return this.#reply !== undefined;
  }

  start(): void {
    this.#update();
  }

  /** The user presses Esc: the call in flight is cancelled, and nobody goes on. */
  escape(): void {
    this.#options.note(`${this.name}: the user presses Esc.`);
    this.#esc.abort();
    this.ended = true;
  }

  /** Its process is gone. */
  lose(): void {
    this.ended = true;
  }

  /** Begins with the wish to stop a job instead. */
  startCancel(requestId: string): void {
    this.#call({ tool: 'cancel_job', args: { request_id: requestId } });
  }

  lastWord(): void {
    this.#userSaysNo = true;
  }

  obey(): void {
    const reply = this.#reply;
    if (!reply || this.ended) return;
    const { next } = reply;
    if (next.action === 'call_tool') this.#call({ tool: next.tool ?? '', args: next.arguments ?? {} });
    else if (next.action === 'repeat') this.#repeat();
    else if (next.action === 'fix_arguments') this.#update();
    else if (next.action === 'ask_user') this.#ask(reply);
    else this.ended = true;
  }

  #ask(reply: Reply): void {
    const { wish, dice, ledger, note } = this.#options;
    const doubt = this.#lift !== undefined && /Send again\?|all the same/.test(JSON.stringify(reply));
    if (this.#userSaysNo || dice.chance(0.5)) {
      this.ended = true;
      note(`${this.name}: the user says no.`);
      return;
    }
    this.#deadCalls = 0;
    if (!doubt || this.#lift === undefined) {
      this.ended = dice.chance(0.5);
      note(`${this.name}: the user says ${this.ended ? 'no' : 'try it again'}.`);
      if (!this.ended) this.#repeat();
      return;
    }
    note(`${this.name}: the user says yes to ${this.#lift}.`);
    ledger.saysYes(wish.name);
    this.#allow = [this.#lift];
    this.#update();
  }

  /** Asks for the wish in words of its own each time. */
  #update(): void {
    const { wish, dice, ledger, host } = this.#options;
    const lifted = this.#allow.length > 0;
    const call = ledger.starts({
      wish: wish.name,
      templateId: wish.templateId,
      tool: 'update_template',
      host: host.name,
      lifted,
    });
    const words = dice.pick(['Please change it', 'Update the template', 'ÄNDERN', 'Change it, thanks']);
    const output = { format: 'mp4', size: { width: 640, height: 360 } };
    const timeline = { tracks: [{ clips: [clip(wish.name)] }] };
    const template = dice.chance(0.5) ? { timeline, output } : { output, timeline };
    // All wishes differ in this text alone, so that on any of them these edits make this one.
    const edits = [{ op: 'replace', path: '/timeline/tracks/0/clips/0/asset/text', value: wish.name }];
    const args = {
      prompt: `${words} (call ${call.number})`,
      template_id: wish.templateId,
      name: wish.name,
      ...(dice.chance(0.1) ? { edits } : { template }),
      ...(dice.chance(0.2) ? { generate_audio: false } : {}),
      ...(this.#allow.length > 0 ? { allow: this.#allow } : {}),
    };
    this.#send({ tool: 'update_template', args }, call);
  }

  #call({ tool, args }: Omit<Call, 'made'>): void {
    const { wish, ledger, host } = this.#options;
    this.#send(
      { tool, args },
      ledger.starts({ wish: wish.name, templateId: wish.templateId, tool, host: host.name, lifted: false }),
    );
  }

  /** The very same call again. */
  #repeat(): void {
    if (!this.#last) return;
    const { tool, args, made } = this.#last;
    this.#send({ tool, args }, this.#options.ledger.again(made));
  }

  #send({ tool, args }: Omit<Call, 'made'>, made: CallMade): void {
    const { host, ledger, note, sharers, statusOf } = this.#options;
    this.#last = { tool, args, made };
    this.#reply = undefined;
    const { template: _, ...shown } = args;
    note(`${this.name}: call ${made.number}: ${tool} ${JSON.stringify(shown)}`);
    void host.call(tool, args, this.#esc.signal).then(reply => {
      if (this.ended) return;
      note(`${this.name}: reply ${made.number}: ${brief(reply)}`);
      this.#reply = reply;
      this.#requestId = reply.job?.request_id ?? this.#requestId;
      this.#lift =
        /"(duplicate\w*)"/.exec(JSON.stringify(reply.error?.steps ?? []).replaceAll('\\', ''))?.[1] ?? this.#lift;
      const live = reply.ok && reply.job !== undefined && isLive(reply.job.status);
      this.#deadCalls = live ? 0 : this.#deadCalls + 1;
      const ends = reply.next.action === 'done' || reply.next.action === 'ask_user';
      ledger.replied(made, reply, ends ? 0 : this.#deadCalls, sharers(), statusOf);
    });
  }
}

const clip = (text: string) => ({ asset: { type: 'title', text }, start: 0, length: 4 });

function brief({ ok, summary, job, jobs, duplicate, cancelled, error, next }: Reply): string {
  const of = job ? ` [${job.request_id ?? '-'} ${job.status}]` : '';
  const list = jobs ? ` [${jobs.map(one => `${one.request_id ?? '-'} ${one.status}`).join(', ')}]` : '';
  const flags = `${duplicate ? ' duplicate' : ''}${cancelled === undefined ? '' : ` cancelled: ${cancelled}`}`;
  const what = ok ? summary : `${error?.code} ${error?.http_status ?? ''} ${error?.message ?? ''} ${summary}`;
  const then = `${next.action} ${next.tool ?? ''} ${next.after_seconds ?? ''}`.trim();
  return `${what}${of}${list}${flags} => ${then}: ${next.reason}`;
}
