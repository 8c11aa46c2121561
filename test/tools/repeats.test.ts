import { describe, expect, it } from 'vitest';
import { Repeats } from '../../src/tools/repeats.ts';
import type { Reply } from '../../src/tools/reply.ts';
import type { IncomingCall } from '../../src/tools/tool.ts';
import { HandClock, settled } from '../support/hand-clock.ts';

const ARGS = { prompt: 'p' };

const done: Reply = { ok: true, summary: 'Done.', next: { action: 'done', reason: 'r' } };
const repeat = (seconds: number): Reply => ({
  ok: false,
  summary: 'Limited.',
  error: {
    code: 'rate_limited',
    message: 'm',
    retryable: true,
    retry_after_seconds: seconds,
    fix_by: 'wait',
    steps: ['s'],
  },
  next: { action: 'repeat', after_seconds: seconds, reason: 'r' },
});
const refusal = (path: string, code: 'invalid_arguments' | 'invalid_template' = 'invalid_arguments'): Reply => ({
  ok: false,
  summary: 'Refused.',
  error: { code, message: 'm', retryable: false, fix_by: 'agent', steps: ['s'], issues: [{ path, message: 'm' }] },
  next: { action: 'fix_arguments', reason: 'r' },
});

/** Calls on a clock that is moved by hand; `replies` are handed out one after another, the last for ever. */
class Stage {
  readonly clock = new HandClock();
  readonly repeats = new Repeats(this.clock);
  readonly progress: string[] = [];
  carriedOut = 0;
  replies: Reply[] = [done];

  call(tool: string, { args = ARGS, maxWaitSeconds = 45, signal = new AbortController().signal } = {}): Promise<Reply> {
    // The server's limit: what a call may wait, and 10 s for its requests.
    const deadline = this.clock.monotonic() + (maxWaitSeconds + 10) * 1000;
    const progress = (_done: number, _total: number | null, message: string) => void this.progress.push(message);
    const call = { deadline, maxWaitSeconds, signal, progress } as IncomingCall;
    return this.repeats.run(tool, args, call, async () => {
      const reply = this.replies[Math.min(this.carriedOut++, this.replies.length - 1)];
      return reply ?? done;
    });
  }

  /** What the call is answered with, while so many seconds pass. */
  async during(seconds: number, call: Promise<Reply>): Promise<Reply | 'held'> {
    let answer: Reply | 'held' = 'held';
    call.then(reply => {
      answer = reply;
    });
    await this.clock.pass(seconds * 1000);
    await settled();
    return answer;
  }
}

describe('a repeat that comes too early', () => {
  it('is held until its time, with progress, and then carried out', async () => {
    const stage = new Stage();
    stage.replies = [repeat(30), done];
    await stage.call('get_status');
    const call = stage.call('get_status');
    expect(await stage.during(29, call)).toBe('held');
    expect(stage.carriedOut).toBe(1);
    expect(stage.progress[0]).toBe('waits 30 s before it repeats the call');
    expect(stage.progress).toHaveLength(6);
    expect(await stage.during(1, call)).toEqual(done);
    expect(stage.carriedOut).toBe(2);
  });

  it('is held only for what is left, and one that comes in time is not held', async () => {
    const stage = new Stage();
    stage.replies = [repeat(30), repeat(30), done];
    await stage.call('get_status');
    await stage.clock.pass(20_000);
    expect(await stage.during(10, stage.call('get_status'))).toMatchObject({ ok: false });
    await stage.clock.pass(30_000);
    expect(await stage.call('get_status')).toEqual(done);
  });

  it('leaves a call alone whose arguments are too deep to be compared', async () => {
    const stage = new Stage();
    stage.replies = [repeat(30), done];
    await stage.call('get_status');
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));
    expect(await stage.call('update_template', { args: deep })).toEqual(done);
  });

  it('is counted each time where there is no time to hold it, and asks the user in the end', async () => {
    const stage = new Stage();
    stage.replies = [repeat(100)];
    const actions: string[] = [];
    for (let calls = 0; calls < 5; calls++)
      actions.push((await stage.call('update_template', { maxWaitSeconds: 5 })).next.action);
    expect(actions).toEqual(['repeat', 'repeat', 'repeat', 'repeat', 'ask_user']);
  });

  it.each<[string, number, number]>([
    ['update_template', 45, 35],
    ['get_status', 45, 45],
    ['cancel_job', 45, 45],
    ['get_status', 5, 5],
    ['update_template', 5, 0],
    ['update_template', 20, 10],
  ])(
    'of %s with a longest wait of %i s is held for %i s at most, then told what is left',
    async (tool, maxWaitSeconds, held) => {
      const stage = new Stage();
      stage.replies = [repeat(100), done];
      await stage.call(tool, { maxWaitSeconds });
      const call = stage.call(tool, { maxWaitSeconds });
      if (held > 0) expect(await stage.during(held - 1, call)).toBe('held');
      const left = await stage.during(held > 0 ? 1 : 0, call);
      expect(left).toMatchObject({
        ok: false,
        summary: `${tool} was called too early: the gateway was not asked, ${100 - held} s are left to wait.`,
        error: { retry_after_seconds: 100 - held },
        next: { action: 'repeat', after_seconds: 100 - held },
      });
      expect(stage.carriedOut).toBe(1);
      await stage.clock.pass((100 - held) * 1000);
      expect(await stage.call(tool, { maxWaitSeconds })).toEqual(done);
    },
  );

  it('is carried out once where two equal ones are held', async () => {
    const stage = new Stage();
    stage.replies = [repeat(20), done];
    await stage.call('update_template');
    const calls = [stage.call('update_template'), stage.call('update_template')];
    const other = stage.call('update_template', { args: { prompt: 'other' } });
    expect(await other).toEqual(done);
    await stage.clock.pass(20_000);
    expect(await Promise.all(calls)).toEqual([done, done]);
    expect(stage.carriedOut).toBe(3);
  });

  it('is no longer held once it is cancelled, and an equal one is then held in its place', async () => {
    const stage = new Stage();
    stage.replies = [repeat(20), done];
    await stage.call('update_template');
    const cancel = new AbortController();
    const first = stage.call('update_template', { signal: cancel.signal });
    const second = stage.call('update_template');
    await stage.clock.pass(5_000);
    cancel.abort();
    expect(await first).toMatchObject({ next: { action: 'repeat', after_seconds: 15 } });
    expect(await stage.during(14, second)).toBe('held');
    expect(await stage.during(1, second)).toEqual(done);
    expect(stage.carriedOut).toBe(2);
  });

  it('that waits for an equal one is answered at once when it is itself cancelled', async () => {
    const stage = new Stage();
    stage.replies = [repeat(20), done];
    await stage.call('update_template');
    const cancel = new AbortController();
    const first = stage.call('update_template');
    const second = stage.call('update_template', { signal: cancel.signal });
    cancel.abort();
    expect(await second).toMatchObject({ next: { action: 'repeat' } });
    expect(await stage.during(20, first)).toEqual(done);
    expect(stage.carriedOut).toBe(2);
  });

  it('asks the user after five replies with the time that is left', async () => {
    const stage = new Stage();
    stage.replies = [repeat(900)];
    const actions: (string | undefined)[] = [(await stage.call('cancel_job')).next.action];
    for (let i = 0; i < 4; i++) {
      const answer = await stage.during(45, stage.call('cancel_job'));
      actions.push(answer === 'held' ? answer : answer.next.action);
    }
    expect(actions).toEqual(['repeat', 'repeat', 'repeat', 'repeat', 'ask_user']);
    expect(stage.carriedOut).toBe(1);
  });

  it('is held after a reply that was no failure, too', async () => {
    const stage = new Stage();
    stage.replies = [{ ...done, next: { action: 'repeat', after_seconds: 10, reason: 'r' } }, done];
    await stage.call('download_result');
    const call = stage.call('download_result');
    expect(await stage.during(9, call)).toBe('held');
    expect(await stage.during(1, call)).toEqual(done);
  });
});

describe('a call that keeps failing', () => {
  it('asks the user the fifth time in a row, and counts anew from there', async () => {
    const stage = new Stage();
    stage.replies = [repeat(1)];
    const actions: string[] = [];
    for (let i = 0; i < 10; i++) {
      actions.push((await stage.call('update_template')).next.action);
      await stage.clock.pass(1_000);
    }
    const five = ['repeat', 'repeat', 'repeat', 'repeat', 'ask_user'];
    expect(actions).toEqual([...five, ...five]);
  });

  it('asks the user about a list that keeps waiting, and never about a job or a download that goes on', async () => {
    const cases: [Partial<Reply>, string][] = [
      [{ jobs: [] }, 'ask_user'],
      [{ download: [] }, 'repeat'],
    ];
    for (const [brought, fifth] of cases) {
      const stage = new Stage();
      stage.replies = [{ ...done, ...brought, next: { action: 'repeat', after_seconds: 0, reason: 'r' } }];
      for (let i = 0; i < 4; i++) await stage.call('list_jobs');
      expect((await stage.call('list_jobs')).next.action).toBe(fifth);
    }
  });

  it('says who must act then, and that the call may yet succeed', async () => {
    const stage = new Stage();
    stage.replies = [repeat(0)];
    let last = await stage.call('update_template');
    for (let i = 0; i < 4; i++) last = await stage.call('update_template');
    expect(last.error).toMatchObject({ fix_by: 'user', retryable: true });
    expect(last.next).not.toHaveProperty('after_seconds');
  });

  it('is counted apart from others, and anew after a success', async () => {
    const stage = new Stage();
    stage.replies = [...Array(4).fill(repeat(0)), done, repeat(0)];
    for (let i = 0; i < 4; i++) await stage.call('update_template');
    expect((await stage.call('update_template')).ok).toBe(true);
    for (let i = 0; i < 4; i++) expect((await stage.call('update_template')).next.action).toBe('repeat');
    expect((await stage.call('update_template', { args: { prompt: 'b' } })).next.action).toBe('repeat');
  });
});

describe('a tool that keeps refusing', () => {
  it('asks the user at the third equal refusal in a row', async () => {
    const stage = new Stage();
    stage.replies = [refusal('a', 'invalid_template')];
    await stage.call('update_template');
    await stage.call('update_template', { args: { prompt: 'b' } });
    const third = await stage.call('update_template', { args: { prompt: 'c' } });
    expect(third).toMatchObject({ error: { fix_by: 'user' }, next: { action: 'ask_user' } });
    expect((await stage.call('update_template')).next.action).toBe('fix_arguments');
  });

  it('asks the user at the fifth refusal of arguments, whatever was wrong', async () => {
    const stage = new Stage();
    stage.replies = ['a', 'b', 'a', 'c', 'd', 'e'].map(path => refusal(path));
    const actions: string[] = [];
    for (let i = 0; i < 6; i++) actions.push((await stage.call('get_status')).next.action);
    expect(actions).toEqual([...Array(4).fill('fix_arguments'), 'ask_user', 'fix_arguments']);
  });

  it('asks the user when two definitions are refused in turn', async () => {
    const stage = new Stage();
    stage.replies = ['a', 'b', 'a', 'b', 'a'].map(path => refusal(path, 'invalid_template'));
    const actions: string[] = [];
    for (let i = 0; i < 5; i++) actions.push((await stage.call('update_template')).next.action);
    expect(actions).toEqual([...Array(4).fill('fix_arguments'), 'ask_user']);
  });

  it('lets a definition be corrected step by step', async () => {
    const stage = new Stage();
    stage.replies = Array.from({ length: 12 }, (_, i) => refusal(`p${i}`, 'invalid_template'));
    for (let i = 0; i < 12; i++) expect((await stage.call('update_template')).next.action).toBe('fix_arguments');
  });

  it('asks the user after three equal checks, which are no errors', async () => {
    const stage = new Stage();
    const validation = { valid: false, issues: [{ path: 'a', message: 'm' }], warnings: [], stats: {} };
    stage.replies = [
      { ...done, validation, next: { action: 'fix_arguments', tool: 'validate_template', reason: 'r' } },
    ];
    await stage.call('validate_template');
    await stage.call('validate_template');
    expect((await stage.call('validate_template')).next.action).toBe('ask_user');
  });

  it('counts each tool apart, and anew after a call that was not refused', async () => {
    const stage = new Stage();
    stage.replies = [refusal('a'), refusal('a'), refusal('a'), done, refusal('a'), refusal('a')];
    await stage.call('get_status');
    await stage.call('cancel_job');
    expect((await stage.call('get_status')).next.action).toBe('fix_arguments');
    await stage.call('get_status');
    await stage.call('get_status');
    expect((await stage.call('get_status')).next.action).toBe('fix_arguments');
  });
});
