import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concatBytes } from '../bytes/compare.js';
import { bytesFromText } from '../bytes/text.js';
import { GovcError } from '../errors.js';
import { SHA1 } from '../hash/algorithm.js';
import { exchange, packCommit, SmallRepository, type Exchange } from '../../test/protocol-peer.js';
import { encodeFetchCommand, encodeWantLines, FetchRequest } from './fetch-request.js';
import { encodeLsRefsCommand } from './ls-refs.js';
import { encodeTextPacket } from './packet.js';
import { encodePush } from './push-request.js';
import { serveReceivePack } from './receive-pack.js';
import { serveUploadPack } from './upload-pack.js';

const repository = new SmallRepository({
  config: '[uploadpack]\nallowFilter\nallowRefInWant\nallowSidebandAll\n[transfer]\nfsckObjects\nadvertiseObjectInfo\n',
});
const { commits } = repository;

function fetchRequest(): FetchRequest {
  const request = new FetchRequest(SHA1);
  request.addWant(commits[4]!);
  request.addHave(commits[1]!);
  request.thinPack = true;
  request.filter = 'blob:limit=1k';
  request.depth = 3;
  request.done = true;
  return request;
}

const conversations = [
  { version: 2, bytes: encodeFetchCommand(fetchRequest(), ['object-format=sha1']) },
  { version: 2, bytes: encodeLsRefsCommand({ peel: true, symrefs: true, unborn: true, prefixes: ['refs/', 'HEAD'] }, ['agent=x']) },
  {
    version: 0,
    bytes: concatBytes([
      encodeWantLines(fetchRequest(), 'multi_ack_detailed side-band-64k ofs-delta filter no-done'),
      encodeTextPacket(`have ${commits[0]!}\n`), bytesFromText('0000'), encodeTextPacket('done\n'),
    ]),
  },
] as const;

function pushBytes(): Uint8Array {
  const { id, pack } = packCommit(repository.snapshot, 77, commits[4]);
  const commands = [
    { name: 'refs/heads/new', oldId: SHA1.zeroId, newId: id },
    { name: 'refs/heads/main', oldId: commits[4]!, newId: id },
  ];
  return concatBytes([
    encodePush({ commands, capabilities: 'report-status-v2 side-band-64k atomic', shallow: [], options: undefined }), pack,
  ]);
}

function serve(index: number, bytes: Uint8Array, chunkSize?: number): Promise<Exchange<void>> {
  const { version } = conversations[index]!;
  return exchange(serveUploadPack(repository.uploadPack({ version })), bytes, chunkSize === undefined ? {} : { chunkSize });
}

/** A client may only ever cause errors of ours, and the repository stays as it is unless a push says ok. */
function expectKnown(error: unknown): void {
  if (error === undefined) return;
  expect(error).toBeInstanceOf(GovcError);
  expect(['protocol-error', 'limit-exceeded']).toContain((error as GovcError).code);
}

const mutation = fc.record({
  place: fc.nat(), byte: fc.integer({ min: 0, max: 255 }), kind: fc.constantFrom('replace', 'insert', 'remove', 'cut'),
});

function mutate(bytes: Uint8Array, { place, byte, kind }: { place: number; byte: number; kind: string }): Uint8Array {
  const at = place % bytes.length;
  switch (kind) {
    case 'replace':
      return concatBytes([bytes.subarray(0, at), Uint8Array.of(byte), bytes.subarray(at + 1)]);
    case 'insert':
      return concatBytes([bytes.subarray(0, at), Uint8Array.of(byte), bytes.subarray(at)]);
    case 'remove':
      return concatBytes([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    default:
      return bytes.subarray(0, at);
  }
}

describe('a server of conversations', () => {
  it('answers the same however a request is cut into chunks', async () => {
    for (const [index, { bytes }] of conversations.entries()) {
      const whole = await serve(index, bytes);
      expect(whole.error).toBeUndefined();
      for (const chunkSize of [1, 2, 3, 7, 100]) expect((await serve(index, bytes, chunkSize)).output).toEqual(whole.output);
    }
    const bytes = pushBytes();
    for (const chunkSize of [1, 5, 64, bytes.length]) {
      const target = new SmallRepository();
      const { result, error } = await exchange(serveReceivePack(target.receivePack()), bytes, { push: target, chunkSize });
      expect(error).toBeUndefined();
      expect(result?.outcomes.map((outcome) => outcome.error)).toEqual([undefined, undefined]);
    }
  });

  it('survives any fetch request', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 2 }), fc.array(mutation, { minLength: 1, maxLength: 4 }), async (index, mutations) => {
      const bytes = mutations.reduce((current, change) => (current.length === 0 ? current : mutate(current, change)), conversations[index]!.bytes);
      expectKnown((await serve(index, bytes)).error);
    }), { numRuns: 300 });
  });

  it('survives any push, and changes nothing but by a report that says ok', async () => {
    const original = pushBytes();
    const before = new SmallRepository();
    await fc.assert(fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      const bytes = mutations.reduce((current, change) => (current.length === 0 ? current : mutate(current, change)), original);
      before.opened = 0;
      before.discarded = 0;
      const start = before.snapshot;
      const { result, error } = await exchange(serveReceivePack(before.receivePack()), bytes, { push: before });
      expectKnown(error);
      const succeeded = result?.outcomes.some((outcome) => outcome.error === undefined) ?? false;
      if (!succeeded) expect(before.snapshot).toBe(start);
      before.timeline.replace(start);
      if (!succeeded) expect(before.discarded).toBe(before.opened);
    }), { numRuns: 300 });
  });

  it('leaves the repository as it is when a push is cut off anywhere', async () => {
    const bytes = pushBytes();
    const target = new SmallRepository();
    const start = target.snapshot;
    for (let end = 0; end < bytes.length; end++) {
      const { result, error } = await exchange(serveReceivePack(target.receivePack()), bytes.subarray(0, end), { push: target });
      expectKnown(error);
      expect(result?.outcomes.every((outcome) => outcome.error !== undefined) ?? true).toBe(true);
      expect(target.snapshot).toBe(start);
    }
    expect(target.discarded).toBe(target.opened);
  });
});
