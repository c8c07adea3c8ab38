import { describe, expect, it } from '@jest/globals';
import { concatBytes } from '../bytes/compare.js';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { parseNamespace } from '../ref/namespace.js';
import { addCommit, exchange, linesOf, packCommit, SmallRepository, treeBody, type Exchange } from '../../test/protocol-peer.js';
import { buildPack } from '../pack/build-pack.js';
import { CommitGraph } from '../walk/commit-graph.js';
import { Draft } from '../store/draft.js';
import type { Decision, PushCommand } from './decision.js';
import { PacketDecoder } from './packet.js';
import { parsePushReport, type PushReport } from './push-report.js';
import { encodePush } from './push-request.js';
import type { ReceivePackRequest } from './push-session.js';
import { serveReceivePack } from './receive-pack.js';
import { decodeSideband } from './sideband.js';

const ZERO = SHA1.zeroId;
const EMPTY_PACK = buildPack([], { algorithm: SHA1 }).pack;
const CAPABILITIES = 'report-status-v2 side-band-64k object-format=sha1 agent=x';

interface Pushed extends Exchange<PushReport | undefined> {
  readonly report: PushReport | undefined;
  readonly messages: string;
}

interface PushParts {
  readonly commands: readonly PushCommand[];
  readonly pack?: Uint8Array;
  readonly capabilities?: string;
  readonly shallow?: readonly ObjectId[];
  readonly options?: readonly string[];
  readonly request?: Partial<ReceivePackRequest>;
}

function encode(parts: PushParts): Uint8Array {
  const { commands, pack = new Uint8Array(0), capabilities = CAPABILITIES, shallow = [], options } = parts;
  return concatBytes([encodePush({ commands, capabilities, shallow, options }), pack]);
}

async function push(repository: SmallRepository, parts: PushParts): Promise<Pushed> {
  const conversation = serveReceivePack(repository.receivePack(parts.request));
  const outcome = await exchange(conversation, encode(parts), { push: repository });
  const isFramed = (parts.capabilities ?? CAPABILITIES).includes('side-band-64k');
  return { ...outcome, ...(isFramed ? readSideband(outcome.output) : { report: undefined, messages: '' }) };
}

/** Reads the answer of a push over a sideband: messages, and the report inside the data. */
function readSideband(output: Uint8Array): { readonly report: PushReport | undefined; readonly messages: string } {
  const decoder = new PacketDecoder();
  decoder.push(output);
  const data: Uint8Array[] = [];
  let messages = '';
  for (let packet = decoder.next(); packet?.kind === 'data'; packet = decoder.next()) {
    const text = textFromBytes(packet.payload);
    if (text.startsWith('ERR ')) return { report: undefined, messages: text };
    const { band, bytes } = decodeSideband(packet.payload);
    if (band === 1) data.push(bytes);
    else messages += textFromBytes(bytes);
  }
  const lines = linesOf(concatBytes(data)).slice(0, -1);
  return { report: lines.length === 0 ? undefined : parsePushReport(lines, SHA1), messages };
}

function create(name: string, newId: ObjectId): PushCommand {
  return { name, oldId: ZERO, newId };
}

describe('receive-pack', () => {
  it('shows refs without HEAD, and what it can', async () => {
    const repository = new SmallRepository();
    const { output } = await exchange(serveReceivePack(repository.receivePack({ mode: 'advertise', version: 1 })), new Uint8Array(0));
    const tip = repository.commits.at(-1)!;
    expect(linesOf(output)).toEqual([
      'version 1',
      `${tip} refs/heads/main\0report-status report-status-v2 delete-refs side-band-64k quiet atomic ofs-delta object-format=sha1 agent=govc/test`,
      `${(repository.snapshot.refs.get('refs/tags/one') as { id: string }).id} refs/tags/one`,
      '0000',
    ]);
    const other = new SmallRepository({
      commits: 0, config: '[receive]\nadvertiseAtomic = no\nadvertisePushOptions\n[repack]\nuseDeltaBaseOffset = no\n[transfer]\nadvertiseSID\n',
    });
    const empty = await exchange(serveReceivePack(other.receivePack({ mode: 'advertise', version: 2 })), new Uint8Array(0));
    expect(linesOf(empty.output)).toEqual([
      `${ZERO} capabilities^{}\0report-status report-status-v2 delete-refs side-band-64k quiet push-options session-id=sid object-format=sha1 agent=govc/test`,
      '0000',
    ]);
  });

  it('takes a commit and reports it, with and without a sideband', async () => {
    const repository = new SmallRepository();
    const { id, pack } = packCommit(repository.snapshot, 9, repository.commits.at(-1));
    const pushed = await push(repository, { commands: [create('refs/heads/new', id)], pack });
    expect(pushed.report).toEqual({ unpackError: undefined, outcomes: [{ name: 'refs/heads/new', error: undefined, rewritten: [] }] });
    expect(pushed.result).toEqual(pushed.report);
    expect(repository.snapshot.refs.get('refs/heads/new')).toEqual({ kind: 'direct', id });
    expect(repository.snapshot.packs).toHaveLength(1);
    expect(repository.discarded).toBe(0);
    const bare = await push(repository, {
      commands: [create('refs/heads/again', id)], pack: EMPTY_PACK, capabilities: 'report-status',
    });
    expect(linesOf(bare.output)).toEqual(['unpack ok', 'ok refs/heads/again', '0000']);
    expect(repository.discarded).toBe(1);
    const silent = await push(repository, { commands: [create('refs/heads/silent', id)], pack: EMPTY_PACK, capabilities: 'agent=x' });
    expect(silent.output).toHaveLength(0);
    expect(repository.snapshot.refs.has('refs/heads/silent')).toBe(true);
  });

  it('deletes without a pack, and warns where there is nothing to delete', async () => {
    const repository = new SmallRepository();
    const tag = (repository.snapshot.refs.get('refs/tags/one') as { id: ObjectId }).id;
    const commands = [
      { name: 'refs/tags/one', oldId: tag, newId: ZERO },
      { name: 'refs/heads/none', oldId: ZERO, newId: ZERO },
    ];
    const { report, messages } = await push(repository, { commands });
    expect(report?.outcomes.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(messages).toBe('warning: deleting a non-existent ref\n');
    expect(repository.snapshot.refs.has('refs/tags/one')).toBe(false);
    expect(repository.opened).toBe(0);
    expect(repository.decisions.at(-1)).toMatchObject({ kind: 'post-update', names: ['refs/tags/one'] });
    const again = await push(repository, { commands: commands.slice(0, 1) });
    expect(again.report?.outcomes[0]?.error).toBe('failed to update ref');
  });

  it.each([
    'refs/heads/..', 'refs/heads/a..b', 'heads/main', 'refs/heads/a b', 'refs/heads/.a', 'refs/heads/a.lock', 'refs/heads/',
    'refs/x', 'HEAD', 'refs/heads/a\udcff', `refs/heads/${'a'.repeat(5000)}`, `refs/heads/${'a'.repeat(65_000)}`,
  ])('refuses the funny name %#', async (name) => {
    const repository = new SmallRepository();
    const commands = [create(name, repository.commits[0]!), create('refs/heads/good', repository.commits[0]!)];
    const { report, messages, error } = await push(repository, { commands, pack: EMPTY_PACK });
    expect(error).toBeUndefined();
    expect(report?.outcomes[0]?.error).toMatch(/funny refname$/);
    expect(report?.outcomes[1]?.error).toBeUndefined();
    expect(messages).toContain('refusing to update funny ref');
  });

  it('refuses what is not connected, and only that', async () => {
    const repository = new SmallRepository();
    const lost = packCommit(repository.snapshot, 8, '1234567890123456789012345678901234567890' as ObjectId);
    const commands = [
      create('refs/heads/lost', lost.id),
      create('refs/heads/absent', '2234567890123456789012345678901234567890' as ObjectId),
      create('refs/heads/good', repository.commits[1]!),
    ];
    const { report } = await push(repository, { commands, pack: lost.pack });
    expect(report?.unpackError).toBeUndefined();
    expect(report?.outcomes.map(({ error }) => error)).toEqual(['missing necessary objects', 'missing necessary objects', undefined]);
    const atomic = await push(repository, {
      commands: [commands[0]!, create('refs/heads/other', repository.commits[1]!)], pack: lost.pack, capabilities: `${CAPABILITIES} atomic`,
    });
    expect(atomic.report?.outcomes.map(({ error }) => error)).toEqual(['missing necessary objects', 'atomic push failure']);
    expect(repository.snapshot.refs.has('refs/heads/other')).toBe(false);
  });

  it('refuses a tree whose blob is missing', async () => {
    const repository = new SmallRepository();
    const draft = new Draft(repository.snapshot);
    const tree = draft.write('tree', treeBody('x', '3234567890123456789012345678901234567890' as ObjectId));
    const who = 'A <a@b> 1 +0000';
    const id = draft.write('commit', bytesFromText(`tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nx\n`));
    const { pack } = buildPack(draft.finish({ origin: 'x' }).objects, { algorithm: SHA1 });
    const { report } = await push(repository, { commands: [create('refs/heads/x', id)], pack });
    expect(report?.outcomes[0]?.error).toBe('missing necessary objects');
    expect(repository.discarded).toBe(1);
  });

  it('reports why a pack cannot be read, with every command refused', async () => {
    const repository = new SmallRepository();
    const before = repository.snapshot;
    const { id, pack } = packCommit(before, 9, repository.commits.at(-1));
    const commands = [create('refs/heads/a', id), create('refs/heads/b', id)];
    const broken = pack.slice();
    broken[broken.length - 1]! ^= 1;
    for (const bytes of [new Uint8Array(0), pack.subarray(0, 5), pack.subarray(0, 40), broken, concatBytes([pack, pack])]) {
      const { report, messages, error } = await push(repository, { commands, pack: bytes });
      expect(error).toBeUndefined();
      expect(report?.unpackError).toBeTruthy();
      expect(report?.outcomes.map((outcome) => outcome.error)).toEqual(['unpacker error', 'unpacker error']);
      expect(messages).toMatch(/^fatal: /);
      expect(repository.snapshot).toBe(before);
    }
    expect(repository.discarded).toBe(repository.opened);
  });

  it('asks for no decision about a push that it cannot read', async () => {
    const repository = new SmallRepository();
    await push(repository, { commands: [create('refs/heads/a', repository.commits[0]!)], pack: bytesFromText('junk') });
    expect(repository.decisions).toEqual([]);
  });

  it('hides the refs of the server', async () => {
    const repository = new SmallRepository({ config: '[receive]\nhideRefs = refs/hidden\nhideRefs = !refs/hidden/open\n' });
    const id = repository.commits[0]!;
    const commands = [
      create('refs/hidden/a', id), create('refs/hidden/open/a', id), { name: 'refs/hidden/b', oldId: id, newId: ZERO },
    ];
    const { report } = await push(repository, { commands, pack: EMPTY_PACK });
    expect(report?.outcomes.map(({ error }) => error))
      .toEqual(['deny updating a hidden ref', undefined, 'deny deleting a hidden ref']);
  });

  it('keeps to its namespace', async () => {
    const repository = new SmallRepository();
    const namespace = parseNamespace('team');
    const id = repository.commits[0]!;
    await push(repository, { commands: [create('refs/heads/x', id)], pack: EMPTY_PACK, request: { namespace } });
    expect(repository.snapshot.refs.get('refs/namespaces/team/refs/heads/x')).toEqual({ kind: 'direct', id });
    const advertised = await exchange(serveReceivePack(repository.receivePack({ mode: 'advertise', namespace })), new Uint8Array(0));
    expect(linesOf(advertised.output)[0]).toContain(`${id} refs/heads/x\0`);
    expect(linesOf(advertised.output)).toHaveLength(2);
  });

  it('writes one batch, and the reflog where it is told who pushes', async () => {
    const repository = new SmallRepository();
    const batches: unknown[] = [];
    repository.timeline.subscribe(({ batch }) => batches.push(batch));
    const identity = { name: 'P', email: 'p@x', timeSeconds: 5, timezone: '+0000' };
    const id = repository.commits[0]!;
    const commands = [create('refs/heads/a', id), create('refs/heads/b', id), create('refs/heads/b/c', id)];
    await push(repository, { commands, pack: EMPTY_PACK, request: { reflogIdentity: identity } });
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject({ origin: 'push', reflog: { identity, message: 'push' }, refs: [{ name: 'refs/heads/a' }, { name: 'refs/heads/b' }] });
  });

  it('refuses the second of two commands for one ref', async () => {
    const repository = new SmallRepository();
    const [a, b] = repository.commits as [ObjectId, ObjectId];
    const { report } = await push(repository, { commands: [create('refs/heads/x', a), create('refs/heads/x', b)], pack: EMPTY_PACK });
    expect(report?.outcomes.map(({ error }) => error)).toEqual([undefined, 'failed to update ref']);
    expect(repository.snapshot.refs.get('refs/heads/x')).toEqual({ kind: 'direct', id: a });
  });

  it('tells the pusher when the repository cannot be written', async () => {
    const repository = new SmallRepository();
    repository.apply = () => Promise.resolve({ kind: 'apply-failed', message: 'the disk is full' });
    const commands = [create('refs/heads/x', repository.commits[0]!)];
    const plain = await push(repository, { commands, pack: EMPTY_PACK });
    expect(plain.report?.outcomes[0]?.error).toBe('failed to update ref');
    expect(plain.messages).toBe('error: the disk is full\n');
    const atomic = await push(repository, { commands, pack: EMPTY_PACK, capabilities: `${CAPABILITIES} atomic` });
    expect(atomic.report?.outcomes[0]?.error).toBe('atomic transaction failed');
  });

  it('ends with an error on the sideband when something of ours breaks', async () => {
    const repository = new SmallRepository();
    repository.decide = () => Promise.reject(new Error('secret detail'));
    const { messages, error } = await push(repository, { commands: [create('refs/heads/x', repository.commits[0]!)], pack: EMPTY_PACK });
    expect(messages).toBe('fatal: internal error of the server\n');
    expect(error).toMatchObject({ message: 'secret detail' });
  });

  it('keeps a proc-receive handler to what it was asked', async () => {
    const repository = new SmallRepository({ config: '[receive]\nprocReceiveRefs = refs/for\n' });
    const id = repository.commits[0]!;
    const commands = ['refs/for/a', 'refs/for/b', 'refs/for/c', 'refs/heads/x'].map((name) => create(name, id));
    repository.decide = (decision: Decision) => {
      repository.decisions.push(decision);
      if (decision.kind !== 'proc-receive') return Promise.resolve({ kind: 'verdict', accepted: true, reason: undefined });
      const report = (name: string, status: 'ok' | 'ng' | 'fall-through') => ({ name, status, reason: undefined, rewritten: undefined });
      return Promise.resolve({
        kind: 'proc-receive', error: undefined, problems: ['something odd'],
        reports: [report('refs/for/b', 'fall-through'), report('refs/heads/x', 'ok'), report('refs/none', 'ok'), report('refs/for/c', 'ng')],
      });
    };
    const { report, messages } = await push(repository, { commands, pack: EMPTY_PACK });
    expect(report?.outcomes.map(({ error }) => error)).toEqual(['proc-receive failed to report status', undefined, 'failed', undefined]);
    expect(messages).toContain('proc-receive reported status on unexpected ref: refs/heads/x');
    expect(messages).toContain('proc-receive reported status on unknown ref: refs/none');
    expect(messages).toContain('error: something odd');
    expect(repository.snapshot.refs.has('refs/for/b')).toBe(true);
  });

  it('gives a proc-receive handler a repository with the objects', async () => {
    const repository = new SmallRepository({ config: '[receive]\nprocReceiveRefs = refs/for\n' });
    const { id, pack } = packCommit(repository.snapshot, 9, repository.commits.at(-1));
    let isThere = false;
    repository.decide = (decision: Decision) => {
      if (decision.kind !== 'proc-receive') return Promise.resolve({ kind: 'verdict', accepted: true, reason: undefined });
      isThere = repository.snapshot.objects.has(id);
      const reports = [{ name: 'refs/for/a', status: 'ok' as const, reason: undefined, rewritten: undefined }];
      return Promise.resolve({ kind: 'proc-receive', error: undefined, problems: [], reports });
    };
    const commands = [create('refs/for/a', id), create('refs/heads/a', id)];
    const { report } = await push(repository, { commands, pack });
    expect(report?.outcomes.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(isThere).toBe(true);
    expect(repository.snapshot.packs).toHaveLength(1);
    expect(repository.discarded).toBe(0);
    expect(repository.snapshot.refs.has('refs/for/a')).toBe(false);
  });

  it('does not take commits of a refused push for present in the next', async () => {
    const repository = new SmallRepository();
    const graph = new CommitGraph(SHA1);
    const first = packCommit(repository.snapshot, 8, repository.commits.at(-1));
    repository.decide = () => Promise.resolve({ kind: 'verdict', accepted: false, reason: undefined });
    await push(repository, { commands: [create('refs/heads/a', first.id)], pack: first.pack, request: { graph } });
    repository.decide = () => Promise.resolve({ kind: 'verdict', accepted: true, reason: undefined });
    const second = packCommit(repository.snapshot, 9, first.id);
    const { report } = await push(repository, { commands: [create('refs/heads/b', second.id)], pack: second.pack, request: { graph } });
    expect(report?.outcomes[0]?.error).toBe('missing necessary objects');
  });

  it('reports success though a post hook fails', async () => {
    const repository = new SmallRepository();
    repository.decide = (decision: Decision) => decision.kind === 'post-receive'
      ? Promise.reject(new Error('hook crashed'))
      : Promise.resolve({ kind: 'verdict', accepted: true, reason: undefined });
    const { report, messages, error, output } = await push(repository, { commands: [create('refs/heads/x', repository.commits[0]!)], pack: EMPTY_PACK });
    expect(report?.outcomes[0]?.error).toBeUndefined();
    expect(messages).toBe('');
    expect(linesOf(output).at(-1)).toBe('0000');
    expect(error).toMatchObject({ message: 'hook crashed' });
  });

  it('takes five thousand commands at once', async () => {
    const repository = new SmallRepository();
    const commands = Array.from({ length: 5000 }, (_, i) => create(`refs/many/r${i}`, repository.commits[i % 5]!));
    const { report } = await push(repository, { commands, pack: EMPTY_PACK });
    expect(report?.outcomes.every(({ error }) => error === undefined)).toBe(true);
    expect(repository.snapshot.refs.size).toBe(5003);
  });

  it('makes the repository shallow only where it may', async () => {
    const full = new SmallRepository();
    const cut = full.commits[3]!;
    const draft = new Draft(full.snapshot);
    const top = addCommit(draft, 4, cut);
    const needed = [top, cut].flatMap((id) => reachedBy(draft, id));
    const { pack } = buildPack(needed, { algorithm: SHA1 });
    const parts = { commands: [create('refs/heads/top', top)], pack, shallow: [cut] };
    const closed = new SmallRepository({ commits: 0 });
    expect((await push(closed, parts)).report?.outcomes[0]?.error).toBe('shallow update not allowed');
    const open = new SmallRepository({ commits: 0, config: '[receive]\nshallowUpdate\n' });
    expect((await push(open, parts)).report?.outcomes[0]?.error).toBeUndefined();
    expect([...open.snapshot.shallow]).toEqual([cut]);
    const complete = new SmallRepository();
    expect((await push(complete, parts)).report?.outcomes[0]?.error).toBeUndefined();
    expect(complete.snapshot.shallow.size).toBe(0);
  });

  it.each([
    ['line that is no command', bytesFromText('000bfoobar\n0000'), "protocol error: expected old/new/ref, got 'foobar'"],
    ['malformed shallow line', bytesFromText('000dshallow x0000'), "protocol error: expected shallow sha, got 'x'"],
    ['push certificate', bytesFromText('0021push-cert\0 report-status atomic0000'), 'signed pushes are not supported by this server; push without --signed'],
    ['other object format', encode({ commands: [create('refs/heads/a', ZERO)], capabilities: 'object-format=sha256' }), "error: unsupported object format 'sha256'"],
    ['command that is cut off', encode({ commands: [create('refs/heads/a', ZERO)] }).subarray(0, 50), 'the remote end hung up unexpectedly'],
    ['list of commands without an end', encode({ commands: [create('refs/heads/a', ZERO)] }).slice(0, -4), 'the remote end hung up unexpectedly'],
  ])('refuses a %s', async (_, input, message) => {
    const repository = new SmallRepository();
    const { output, error } = await exchange(serveReceivePack(repository.receivePack()), input, { push: repository });
    expect(linesOf(output)).toEqual([`ERR ${message}`]);
    expect(error).toMatchObject({ code: 'protocol-error', message });
  });

  it('does nothing for a client that pushes nothing', async () => {
    const repository = new SmallRepository();
    for (const input of [bytesFromText('0000'), new Uint8Array(0)]) {
      const { output, result, error } = await exchange(serveReceivePack(repository.receivePack()), input, { push: repository });
      expect([output.length, result, error]).toEqual([0, undefined, undefined]);
    }
  });
});

/** A commit with its tree and blob, as objects to pack. */
function reachedBy(draft: Draft, id: ObjectId): { id: ObjectId; type: 'commit' | 'tree' | 'blob'; body: Uint8Array }[] {
  const { objects } = draft.view;
  const commit = objects.find(id)!;
  const treeId = textFromBytes(commit.body).slice(5, 45) as ObjectId;
  const tree = objects.find(treeId)!;
  const blobId = Buffer.from(tree.body.subarray(-20)).toString('hex') as ObjectId;
  return [
    { id, type: 'commit', body: commit.body },
    { id: treeId, type: 'tree', body: tree.body },
    { id: blobId, type: 'blob', body: objects.find(blobId)!.body },
  ];
}
