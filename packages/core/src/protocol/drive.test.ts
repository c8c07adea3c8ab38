import { describe, expect, it } from '@jest/globals';
import { concatBytes } from '../bytes/compare.js';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import { exchange, linesOf, packCommit, SmallRepository } from '../../test/protocol-peer.js';
import { readPacket, runStep, send, turn, type Conversation } from './conversation.js';
import { ACCEPTED, type Push } from './decision.js';
import { driveConversation } from './drive.js';
import { encodeTextPacket } from './packet.js';
import { talkToProcReceiveHook } from './proc-receive.js';
import { encodePush } from './push-request.js';
import { serveReceivePack } from './receive-pack.js';
import { KEEP_ALIVE_FRAME } from './sideband.js';

async function* feed(...chunks: readonly string[]): AsyncGenerator<Uint8Array, void, void> {
  for (const chunk of chunks) yield await Promise.resolve(bytesFromText(chunk));
}

const ignore = (): Promise<void> => Promise.resolve();

describe('driving a conversation', () => {
  it('gives packets until the input ends, and then says so', async () => {
    function* collect(): Conversation<string[]> {
      const kinds: string[] = [];
      for (let packet = yield* readPacket(); packet !== undefined; packet = yield* readPacket()) kinds.push(packet.kind);
      return kinds;
    }
    expect(await driveConversation(collect(), { input: feed('00', '06a\n00', '0000', '01'), send: ignore })).toEqual(['data', 'flush', 'delim']);
  });

  it('throws what is wrong with the input into the conversation', async () => {
    function* survive(): Conversation<string> {
      try {
        yield* readPacket();
      } catch (error) {
        return (error as Error).message;
      }
      return 'nothing';
    }
    expect(await driveConversation(survive(), { input: feed('0006a'), send: ignore })).toBe('the remote end hung up unexpectedly');
    expect(await driveConversation(survive(), { input: feed('zzzz'), send: ignore })).toContain('bad line length');
  });

  it('waits for each send before it goes on', async () => {
    const events: string[] = [];
    function* speak(): Conversation<void> {
      for (const word of ['a', 'b']) {
        events.push(`say ${word}`);
        yield* send(bytesFromText(word));
      }
    }
    await driveConversation(speak(), {
      input: feed(),
      send: async (bytes) => {
        await new Promise((resolve) => setImmediate(resolve));
        events.push(`sent ${textFromBytes(bytes)}`);
      },
    });
    expect(events).toEqual(['say a', 'sent a', 'say b', 'sent b']);
  });

  it('lets others run during long work', async () => {
    function* work(): Conversation<number> {
      const start = yield* turn({ phase: 'Working', done: 0, total: undefined });
      for (;;) {
        const now = yield* turn({ phase: 'Working', done: 0, total: undefined });
        if (now - start > 40) return now;
      }
    }
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await driveConversation(work(), { input: feed(), send: ignore, sliceMs: 2 });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it('stops when it is told to, and lets the conversation clean up', async () => {
    const controller = new AbortController();
    let cleaned = 0;
    function* job(): Generator<{ phase: string; done: number; total: undefined }, void, void> {
      try {
        for (;;) {
          if (++cleaned > 1000) controller.abort();
          yield { phase: 'Working', done: 0, total: undefined };
        }
      } finally {
        cleaned = -1;
      }
    }
    const driven = driveConversation(runStep(job()), { input: feed(), send: ignore, sliceMs: 0, signal: controller.signal });
    await expect(driven).rejects.toMatchObject({ code: 'aborted' });
    expect(cleaned).toBe(-1);
  });

  it('throws the pack away when the client goes in the middle of it', async () => {
    const repository = new SmallRepository();
    const { id, pack } = packCommit(repository.snapshot, 5, repository.commits.at(-1));
    const commands = [{ name: 'refs/heads/x', oldId: SHA1.zeroId, newId: id }];
    const head = encodePush({ commands, capabilities: 'report-status side-band-64k', shallow: [], options: undefined });
    async function* input(): AsyncGenerator<Uint8Array, void, void> {
      yield concatBytes([head, pack.subarray(0, 30)]);
      await Promise.resolve();
      throw new Error('connection reset');
    }
    const driven = driveConversation(serveReceivePack(repository.receivePack()), { input: input(), send: ignore, push: repository });
    await expect(driven).rejects.toThrow('connection reset');
    expect([repository.opened, repository.discarded]).toEqual([1, 1]);
  });

  it('breaks the silence while a decision takes long', async () => {
    const repository = new SmallRepository();
    const push = { algorithm: SHA1, commands: [], options: undefined, atomic: false, view: repository.snapshot, quarantinePath: undefined };
    function* decide(): Conversation<string> {
      const messages = { packetSize: 1000, keepAliveMs: 1 };
      return (yield { kind: 'decide', decision: { kind: 'pre-receive', push, commands: [] }, messages }).kind;
    }
    const sent: Uint8Array[] = [];
    let release = (): void => undefined;
    const spoke = new Promise<void>((resolve) => {
      release = resolve;
    });
    repository.decide = async () => {
      await spoke;
      return ACCEPTED;
    };
    const send = async (bytes: Uint8Array): Promise<void> => {
      sent.push(bytes);
      release();
      return Promise.resolve();
    };
    expect(await driveConversation(decide(), { input: feed(), send, push: repository })).toBe('verdict');
    expect(sent[0]).toEqual(KEEP_ALIVE_FRAME);
  });
});

describe('talking to a proc-receive hook', () => {
  const repository = new SmallRepository();
  const id = repository.commits[0]!;
  const commands = [{ name: 'refs/for/main', oldId: SHA1.zeroId, newId: id }];
  const push = (parts: Partial<Push> = {}): Push => ({
    algorithm: SHA1, commands, options: undefined, atomic: false, view: repository.snapshot, quarantinePath: undefined, ...parts,
  });
  const lines = (...texts: readonly string[]): Uint8Array =>
    concatBytes(texts.map((text) => (text === '0000' ? bytesFromText(text) : encodeTextPacket(text))));

  it('agrees on a version and reads what the hook did', async () => {
    const input = lines('version=1\0push-options\n', '0000', 'ok refs/for/main', 'option refname refs/changes/1', `option new-oid ${id}`, 'option forced-update', 'ng refs/for/x bad thing', 'ok refs/for/y', 'option fall-through', '0000');
    const { output, result } = await exchange(talkToProcReceiveHook(push({ atomic: true, options: ['a'] }), commands), input);
    expect(linesOf(output)).toEqual(['version=1\0atomic push-options', '0000', `${SHA1.zeroId} ${id} refs/for/main`, '0000', 'a', '0000']);
    expect(result).toEqual({
      kind: 'proc-receive',
      error: undefined,
      problems: [],
      reports: [
        { name: 'refs/for/main', status: 'ok', reason: undefined, rewritten: { name: 'refs/changes/1', oldId: undefined, newId: id, forced: true } },
        { name: 'refs/for/x', status: 'ng', reason: 'bad thing', rewritten: undefined },
        { name: 'refs/for/y', status: 'fall-through', reason: undefined, rewritten: undefined },
      ],
    });
  });

  it.each([
    ['says nothing', lines(), 'fail to negotiate version with proc-receive hook'],
    ['speaks another version', lines('version=2\n', '0000'), "proc-receive version '2' is not supported"],
    ['ends before it reports', lines('version=1\n', '0000'), 'proc-receive exited abnormally'],
  ])('says what is wrong with a hook that %s', async (_, input, message) => {
    const { result } = await exchange(talkToProcReceiveHook(push(), commands), input);
    expect(result).toEqual({ kind: 'proc-receive', reports: [], error: message, problems: [] });
  });

  it('reads on after a line that makes no sense, and says each complaint once', async () => {
    const input = lines('version=1\n', '0000', 'done', 'ok refs/a', 'yes refs/x', 'option refname refs/b', 'option forced-update', 'ok refs/c', '0000');
    const { result } = await exchange(talkToProcReceiveHook(push(), commands), input);
    expect(result).toEqual({
      kind: 'proc-receive',
      error: undefined,
      reports: ['refs/a', 'refs/c'].map((name) => ({ name, status: 'ok', reason: undefined, rewritten: undefined })),
      problems: [
        "proc-receive reported incomplete status line: 'done'",
        "proc-receive reported bad status 'yes' on ref 'refs/x'",
        "proc-receive reported 'option' without a matching 'ok/ng' directive",
      ],
    });
  });
});
