import { describe, expect, it } from '@jest/globals';
import { bytesFromText, textFromBytes } from '../bytes/text.js';
import { concatBytes } from '../bytes/compare.js';
import type { ObjectId } from '../hash/object-id.js';
import { hashObject } from '../hash/hash-object.js';
import { SHA1 } from '../hash/algorithm.js';
import { runJob, type Job } from '../job/job.js';
import { bufferSource } from '../pack/byte-source.js';
import { indexPack } from '../pack/index-pack.js';
import { exchange, linesOf, SmallRepository } from '../../test/protocol-peer.js';
import { encodeFetchCommand, encodeWantLines, FetchRequest } from './fetch-request.js';
import { encodeLsRefsCommand } from './ls-refs.js';
import { encodeObjectInfoCommand } from './object-info.js';
import { encodeTextPacket, FLUSH_PACKET, PacketDecoder } from './packet.js';
import { PacketWriter } from './packet-writer.js';
import { decodeSideband } from './sideband.js';
import { serveUploadPack } from './upload-pack.js';
import type { UploadPackRequest } from './upload-pack-request.js';

const NOTHING = new Uint8Array(0);
const UNKNOWN = '1234567890123456789012345678901234567890';

async function ask(request: UploadPackRequest, input: Uint8Array): Promise<{ readonly lines: string[]; readonly error: unknown }> {
  const { output, error } = await exchange(serveUploadPack(request), input);
  return { lines: linesOf(output), error };
}

function command(name: string, args: readonly string[], capabilities: readonly string[] = []): Uint8Array {
  const out = new PacketWriter().line(`command=${name}\n`);
  for (const capability of capabilities) out.line(capability);
  if (args.length > 0) out.raw(bytesFromText('0001'));
  for (const arg of args) out.line(arg);
  return out.raw(FLUSH_PACKET).take();
}

/** What a client sees of an answer in frames: messages as text, and whether a pack came. */
function framesOf(bytes: Uint8Array): { readonly lines: string[]; readonly messages: string; readonly pack: Uint8Array } {
  const decoder = new PacketDecoder();
  decoder.push(bytes);
  const lines: string[] = [];
  const packs: Uint8Array[] = [];
  let messages = '';
  let isFramed = false;
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) {
    if (packet.kind !== 'data') {
      lines.push(packet.kind);
      continue;
    }
    if (!isFramed || packet.payload[0]! > 3) {
      lines.push(textFromBytes(packet.payload).trim());
      isFramed = lines.at(-1) === 'packfile';
      continue;
    }
    const { band, bytes: data } = decodeSideband(packet.payload);
    if (band === 1) packs.push(data);
    else messages += textFromBytes(data);
  }
  return { lines, messages, pack: concatBytes(packs) };
}

/** The size of the pack that bytes are, which must be nothing else. */
function* sizeOfPack(bytes: Uint8Array): Job<number> {
  const { objectCount } = yield* indexPack(bufferSource(bytes), { algorithm: SHA1 });
  return objectCount > 0 ? bytes.length : 0;
}

describe('upload-pack in version 0', () => {
  it('shows refs with HEAD first, what tags name, and what it can', async () => {
    const repository = new SmallRepository();
    const { lines } = await ask(repository.uploadPack({ version: 0, mode: 'advertise' }), NOTHING);
    const tip = repository.commits.at(-1)!;
    const tag = repository.snapshot.refs.get('refs/tags/one')!;
    expect(lines).toEqual([
      `${tip} HEAD\0multi_ack thin-pack side-band side-band-64k ofs-delta shallow deepen-since deepen-not deepen-relative` +
      ' no-progress include-tag multi_ack_detailed no-done symref=HEAD:refs/heads/main object-format=sha1 agent=govc/test',
      `${tip} refs/heads/main`,
      `${(tag as { id: string }).id} refs/tags/one`,
      `${repository.commits[0]!} refs/tags/one^{}`,
      '0000',
    ]);
  });

  it('says its version when it is 1, and what it can without refs', async () => {
    const repository = new SmallRepository({
      commits: 0,
      config: '[uploadpack]\nallowFilter\nallowTipSHA1InWant\nallowReachableSHA1InWant\n[transfer]\nadvertiseSID\n',
    });
    const { lines } = await ask(repository.uploadPack({ version: 1, mode: 'stateful' }), FLUSH_PACKET);
    expect(lines[0]).toBe('version 1');
    expect(lines[1]).toMatch(/^0{40} capabilities\^\{\}\0multi_ack .* allow-tip-sha1-in-want allow-reachable-sha1-in-want filter session-id=sid object-format=sha1 agent=govc\/test$/);
    expect(lines.slice(2)).toEqual(['0000']);
  });

  it('sends a bare pack to a client that knows no capabilities', async () => {
    const repository = new SmallRepository();
    const request = new FetchRequest(SHA1);
    request.addWant(repository.commits.at(-1)!);
    const input = concatBytes([encodeWantLines(request, ''), encodeTextPacket('done\n')]);
    const { output, error } = await exchange(serveUploadPack(repository.uploadPack({ version: 0 })), input);
    expect(error).toBeUndefined();
    expect(textFromBytes(output.subarray(0, 12))).toBe('0008NAK\nPACK');
    expect(output).toHaveLength(8 + runJob(sizeOfPack(output.subarray(8))));
  });

  it('acknowledges haves in the three ways', async () => {
    const repository = new SmallRepository();
    const [first, second] = repository.commits as [ObjectId, ObjectId];
    const answer = async (capabilities: string, tail: string): Promise<string[]> => {
      const request = new FetchRequest(SHA1);
      request.addWant(repository.commits.at(-1)!);
      const haves = [UNKNOWN, first, second].map((id) => encodeTextPacket(`have ${id}\n`));
      const input = concatBytes([encodeWantLines(request, capabilities), ...haves, bytesFromText(tail)]);
      const { output } = await exchange(serveUploadPack(repository.uploadPack({ version: 0 })), input);
      const decoder = new PacketDecoder();
      decoder.push(output);
      const lines: string[] = [];
      for (let packet = decoder.next(); packet?.kind === 'data'; packet = decoder.next()) {
        const text = textFromBytes(packet.payload).trim();
        if (!/^(ACK|NAK|ERR)/.test(text)) break;
        lines.push(text);
      }
      return lines;
    };
    expect(await answer('side-band-64k', '0000')).toEqual([`ACK ${first}`]);
    expect(await answer('side-band-64k multi_ack', '0000')).toEqual([`ACK ${first} continue`, `ACK ${second} continue`, 'NAK']);
    expect(await answer('side-band-64k multi_ack_detailed', '0000'))
      .toEqual([`ACK ${first} common`, `ACK ${second} common`, 'NAK']);
    expect(await answer('side-band-64k multi_ack_detailed', '0009done\n'))
      .toEqual([`ACK ${first} common`, `ACK ${second} common`, `ACK ${second}`]);
  });

  it('is ready when the haves lie behind everything wanted, and needs no done then', async () => {
    const repository = new SmallRepository();
    const have = repository.commits[1]!;
    const request = new FetchRequest(SHA1);
    request.addWant(repository.commits.at(-1)!);
    const input = concatBytes([
      encodeWantLines(request, 'multi_ack_detailed no-done side-band-64k'), encodeTextPacket(`have ${have}\n`), FLUSH_PACKET,
    ]);
    const { output } = await exchange(serveUploadPack(repository.uploadPack({ version: 0 })), input);
    const text = textFromBytes(output);
    expect(text).toContain(`ACK ${have} common\n`);
    expect(text).toContain(`ACK ${have} ready\n`);
    expect(text).toContain(`NAK\n0031ACK ${have}\n`);
    expect(text).toContain('PACK');
  });

  it.each([
    ['want of an object that does not exist', `0032want ${UNKNOWN}\n0000`, `upload-pack: not our ref ${UNKNOWN}`],
    ['line that is no want', '000bfoobar\n0000', "git upload-pack: protocol error, expected to get object ID, not 'foobar'"],
    ['depth that is no number', '000edeepen abc0000', 'Invalid deepen: deepen abc'],
    ['depth of zero', '000cdeepen 00000', 'Invalid deepen: deepen 0'],
    ['malformed shallow line', '000cshallow 0000', 'invalid shallow line: shallow '],
    ['filter that was not agreed on', '0014filter blob:none0000', 'git upload-pack: filtering capability not negotiated'],
    ['request that is cut off', '0032want ', 'the remote end hung up unexpectedly'],
  ])('refuses a %s in the words of Git', async (_, input, message) => {
    const repository = new SmallRepository();
    const { lines, error } = await ask(repository.uploadPack({ version: 0 }), bytesFromText(input));
    expect(lines).toEqual([`ERR ${message}`]);
    expect(error).toMatchObject({ code: 'protocol-error', message });
  });

  it('gives no object that no ref reaches', async () => {
    const repository = new SmallRepository();
    const hidden = repository.commits[2]!;
    const wants = (id: string): Uint8Array => {
      const request = new FetchRequest(SHA1);
      request.addWant(id as never);
      return concatBytes([encodeWantLines(request, 'side-band-64k'), encodeTextPacket('done\n')]);
    };
    const stateful = repository.uploadPack({ version: 0, mode: 'stateful' });
    const refusal = await exchange(serveUploadPack(stateful), wants(hidden));
    expect(linesOf(refusal.output).at(-1)).toBe(`ERR upload-pack: not our ref ${hidden}`);
    const stateless = await exchange(serveUploadPack(repository.uploadPack({ version: 0 })), wants(hidden));
    expect(stateless.error).toBeUndefined();
  });
});

describe('upload-pack in version 2', () => {
  it('says what it can, and more where it is configured', async () => {
    const plain = new SmallRepository();
    expect((await ask(plain.uploadPack({ mode: 'advertise' }), NOTHING)).lines).toEqual([
      'version 2', 'agent=govc/test', 'ls-refs=unborn', 'fetch=shallow wait-for-done', 'server-option', 'object-format=sha1', '0000',
    ]);
    const rich = new SmallRepository({
      config: '[uploadpack]\nallowFilter\nallowRefInWant\nallowSidebandAll\n' +
        '[transfer]\nadvertiseSID\nadvertiseObjectInfo\n[lsrefs]\nunborn = ignore\n',
    });
    expect((await ask(rich.uploadPack({ mode: 'advertise' }), NOTHING)).lines).toEqual([
      'version 2', 'agent=govc/test', 'ls-refs', 'fetch=shallow wait-for-done filter ref-in-want sideband-all', 'server-option',
      'object-format=sha1', 'session-id=sid', 'object-info=size', '0000',
    ]);
  });

  it('lists refs by prefix, with targets and what tags name', async () => {
    const repository = new SmallRepository();
    const tip = repository.commits.at(-1)!;
    const list = async (prefixes: readonly string[]): Promise<string[]> =>
      (await ask(repository.uploadPack(), encodeLsRefsCommand({ peel: true, symrefs: true, unborn: true, prefixes }, ['agent=x']))).lines;
    const head = `${tip} HEAD symref-target:refs/heads/main`;
    const tag = `${(repository.snapshot.refs.get('refs/tags/one') as { id: string }).id} refs/tags/one peeled:${repository.commits[0]!}`;
    expect(await list([])).toEqual([head, `${tip} refs/heads/main`, tag, '0000']);
    expect(await list(['refs/tags/', 'refs/tags/o', 'H'])).toEqual([head, tag, '0000']);
    expect(await list(['refs/heads/mai', 'refs/heads/main', 'refs/x'])).toEqual([`${tip} refs/heads/main`, '0000']);
    expect(await list([''])).toEqual([head, `${tip} refs/heads/main`, tag, '0000']);
    expect(await list(['main'])).toEqual(['0000']);
  });

  it('tells an unborn HEAD to those who ask, unless it is told not to', async () => {
    const question = encodeLsRefsCommand({ peel: true, symrefs: true, unborn: true, prefixes: [] }, []);
    const empty = new SmallRepository({ commits: 0 });
    expect((await ask(empty.uploadPack(), question)).lines).toEqual(['unborn HEAD symref-target:refs/heads/main', '0000']);
    const silent = new SmallRepository({ commits: 0, config: '[lsrefs]\nunborn = ignore\n' });
    expect((await ask(silent.uploadPack(), question)).lines).toEqual(['0000']);
  });

  it('sends a pack with progress to a client that is done', async () => {
    const repository = new SmallRepository();
    const request = new FetchRequest(SHA1);
    request.addWant(repository.commits.at(-1)!);
    request.done = true;
    const { output } = await exchange(serveUploadPack(repository.uploadPack()), encodeFetchCommand(request, ['object-format=sha1']));
    const { lines, messages, pack } = framesOf(output);
    expect(lines).toEqual(['packfile', 'flush']);
    expect(messages).toContain('Enumerating objects: 15, done.\n');
    expect(messages).toContain('Counting objects: 100% (15/15), done.\n');
    expect(messages).toMatch(/Total 15 \(delta \d+\), reused 0 \(delta 0\), pack-reused 0\n$/);
    expect(textFromBytes(pack.subarray(0, 4))).toBe('PACK');
    request.noProgress = true;
    const quiet = await exchange(serveUploadPack(repository.uploadPack()), encodeFetchCommand(request, []));
    expect(framesOf(quiet.output)).toMatchObject({ messages: '', pack });
  });

  it('acknowledges what is common, waits when asked to, and sends the rest when it is enough', async () => {
    const repository = new SmallRepository();
    const [first, second] = repository.commits as [ObjectId, ObjectId];
    const request = new FetchRequest(SHA1);
    request.addWant(repository.commits.at(-1)!);
    request.addHave(UNKNOWN as never);
    const fetch = async (): Promise<ReturnType<typeof framesOf>> =>
      framesOf((await exchange(serveUploadPack(repository.uploadPack()), encodeFetchCommand(request, []))).output);
    expect(await fetch()).toMatchObject({ lines: ['acknowledgments', 'NAK', 'flush'] });
    request.addHave(first);
    request.addHave(second);
    const answer = await fetch();
    expect(answer.lines).toEqual(['acknowledgments', `ACK ${first}`, `ACK ${second}`, 'ready', 'delim', 'packfile', 'flush']);
    expect(answer.messages).toContain('Total 9 ');
    request.waitForDone = true;
    expect((await fetch()).lines).toEqual(['acknowledgments', `ACK ${first}`, `ACK ${second}`, 'flush']);
  });

  it('serves several commands on one connection until it is closed', async () => {
    const repository = new SmallRepository();
    const list = encodeLsRefsCommand({ peel: false, symrefs: false, unborn: false, prefixes: ['HEAD'] }, []);
    const { lines, error } = await ask(repository.uploadPack({ mode: 'stateful' }), concatBytes([list, list]));
    expect(error).toBeUndefined();
    expect(lines.filter((line) => line.endsWith(' HEAD'))).toHaveLength(2);
    const ended = await ask(repository.uploadPack({ mode: 'stateful' }), concatBytes([FLUSH_PACKET, list]));
    expect(ended.lines.filter((line) => line.endsWith(' HEAD'))).toHaveLength(0);
  });

  it('gives refs by name', async () => {
    const repository = new SmallRepository({ config: '[uploadpack]\nallowRefInWant\nhideRefs = refs/tags\n' });
    const fetch = (name: string): Promise<{ readonly lines: string[]; readonly error: unknown }> =>
      ask(repository.uploadPack(), command('fetch', [`want-ref ${name}\n`, 'no-progress', 'done\n']));
    expect((await fetch('refs/heads/main')).lines.slice(0, 4))
      .toEqual(['wanted-refs', `${repository.commits.at(-1)!} refs/heads/main`, '0001', 'packfile']);
    expect((await fetch('refs/tags/one')).lines).toEqual(['ERR unknown ref refs/tags/one']);
    expect((await fetch('refs/heads/none')).lines).toEqual(['ERR unknown ref refs/heads/none']);
    const twice = command('fetch', ['want-ref refs/heads/main\n', 'want-ref refs/heads/main\n', 'done\n']);
    expect((await ask(repository.uploadPack(), twice)).lines).toEqual(['ERR duplicate want-ref refs/heads/main']);
  });

  it('frames everything when sideband-all was agreed on', async () => {
    const repository = new SmallRepository({ config: '[uploadpack]\nallowSidebandAll\n' });
    const tip = repository.commits.at(-1)!;
    const good = await ask(repository.uploadPack(), command('fetch', ['sideband-all', `want ${tip}\n`, `have ${UNKNOWN}\n`]));
    expect(good.lines).toEqual(['\x01acknowledgments', '\x01NAK', '0000']);
    const bad = await ask(repository.uploadPack(), command('fetch', ['sideband-all', `want ${UNKNOWN}\n`, 'done\n']));
    expect(bad.lines).toEqual([`\x03upload-pack: not our ref ${UNKNOWN}`]);
  });

  it('tells the sizes of objects', async () => {
    const repository = new SmallRepository({ config: '[transfer]\nadvertiseObjectInfo\n' });
    const blob = hashObject('blob', bytesFromText('file 0\n'), SHA1);
    const question = encodeObjectInfoCommand({ size: true, ids: [blob, UNKNOWN as never] }, []);
    expect((await ask(repository.uploadPack(), question)).lines).toEqual(['size', `${blob} 7`, `${UNKNOWN} `, '0000']);
    const closed = new SmallRepository();
    expect((await ask(closed.uploadPack(), question)).lines).toEqual(["ERR invalid command 'object-info'"]);
  });

  it('finds the patterns of a sparse filter in the repository', async () => {
    const repository = new SmallRepository({ config: '[uploadpack]\nallowFilter\n' });
    const tip = repository.commits.at(-1)!;
    const fetch = async (revision: string): Promise<string> => {
      const input = command('fetch', [`want ${tip}\n`, `filter sparse:oid=${revision}\n`, 'done\n']);
      return framesOf((await exchange(serveUploadPack(repository.uploadPack()), input)).output).messages;
    };
    const blob = hashObject('blob', bytesFromText('file 4\n'), SHA1);
    for (const revision of [blob, 'main:file', 'HEAD:file', `${tip}:file`]) expect(await fetch(revision)).toMatch(/Total 10 /);
    for (const revision of ['main:none', 'none:file', 'main', UNKNOWN]) {
      expect(await fetch(revision)).toBe(`unable to access sparse blob in '${revision}'`);
    }
  });

  it('bounds the text that a request may hold', async () => {
    const repository = new SmallRepository();
    const prefix = encodeTextPacket(`ref-prefix ${'x'.repeat(60_000)}`);
    const input = concatBytes([command('ls-refs', ['peel']).slice(0, -4), ...Array.from({ length: 1200 }, () => prefix)]);
    const { error } = await ask(repository.uploadPack(), input);
    expect(error).toMatchObject({ code: 'limit-exceeded', data: { limit: 'requestTextSize' } });
  });

  it('limits filters as it is configured', async () => {
    const repository = new SmallRepository({
      config: '[uploadpack]\nallowFilter\n[uploadpackfilter "blob:limit"]\nallow = false\n[uploadpackfilter "tree"]\nmaxDepth = 1\n',
    });
    const tip = repository.commits.at(-1)!;
    const fetch = async (filter: string): Promise<string> =>
      (await ask(repository.uploadPack(), command('fetch', [`want ${tip}\n`, `filter ${filter}\n`, 'done\n']))).lines[0]!;
    expect(await fetch('blob:none')).toBe('packfile');
    expect(await fetch('tree:1')).toBe('packfile');
    expect(await fetch('tree:2')).toBe('ERR tree filter allows max depth 1, but got 2');
    expect(await fetch('blob:limit=3')).toBe("ERR filter 'blob:limit' not supported");
    expect(await fetch('combine:blob:none+blob:limit=3')).toBe("ERR filter 'blob:limit' not supported");
    expect(await fetch('no:such')).toMatch(/^ERR invalid filter-spec 'no:such'/);
  });

  it.each([
    ['unknown capability', bytesFromText('0007foo0000'), "unknown capability 'foo'"],
    ['unknown command', command('push', []), "invalid command 'push'"],
    ['second command', command('fetch', [], ['command=ls-refs']), "command 'ls-refs' requested after already requesting command 'fetch'"],
    ['missing command', bytesFromText('000bagent=x0000'), 'no command requested'],
    ['other object format', command('ls-refs', [], ['object-format=sha256']), 'mismatched object format: server sha1; client sha256'],
    ['unknown object format', command('ls-refs', [], ['object-format=md5']), "unknown object format 'md5'"],
    ['object format without a value', command('ls-refs', [], ['object-format']), 'object-format capability requires an argument'],
    ['unknown argument of ls-refs', command('ls-refs', ['foo']), "unexpected line: 'foo'"],
    ['unknown argument of fetch', command('fetch', ['foo']), "unexpected line: 'foo'"],
    ['argument that was not offered', command('fetch', ['sideband-all']), "unexpected line: 'sideband-all'"],
    ['malformed want', command('fetch', ['want xyz']), "git upload-pack: protocol error, expected to get oid, not 'want xyz'"],
    ['malformed have', command('fetch', ['have xyz']), "git upload-pack: expected SHA1 object, got 'xyz'"],
    ['delim where a flush belongs', concatBytes([command('ls-refs', ['peel']).slice(0, -4), bytesFromText('0001')]), 'expected flush after ls-refs arguments'],
    ['two cuts at once', command('fetch', ['deepen 1', 'deepen-since 5']), undefined],
  ])('refuses a request with an %s in the words of Git', async (_, input, message) => {
    const repository = new SmallRepository();
    if (message === undefined) {
      const both = command('fetch', [`want ${repository.commits.at(-1)!}`, 'deepen 1', 'deepen-since 5', 'done']);
      expect((await ask(repository.uploadPack(), both)).lines.at(-1))
        .toBe('ERR git upload-pack: deepen and deepen-since (or deepen-not) cannot be used together');
      return;
    }
    const { lines, error } = await ask(repository.uploadPack(), input);
    expect(lines).toEqual([`ERR ${message}`]);
    expect(error).toMatchObject({ code: 'protocol-error' });
  });

  it('cuts history as it is asked to', async () => {
    const repository = new SmallRepository();
    const { commits } = repository;
    const fetch = async (args: readonly string[]): Promise<string[]> => {
      const input = command('fetch', [`want ${commits[4]!}`, 'no-progress', ...args, 'done']);
      const { output } = await exchange(serveUploadPack(repository.uploadPack()), input);
      return framesOf(output).lines;
    };
    expect(await fetch(['deepen 2'])).toEqual(['shallow-info', `shallow ${commits[3]!}`, 'delim', 'packfile', 'flush']);
    expect(await fetch(['deepen-since 1000002'])).toEqual(['shallow-info', `shallow ${commits[2]!}`, 'delim', 'packfile', 'flush']);
    expect(await fetch(['deepen-not one'])).toEqual(['shallow-info', `shallow ${commits[1]!}`, 'delim', 'packfile', 'flush']);
    expect(await fetch(['deepen-not none'])).toEqual(['ERR git upload-pack: deepen-not is not a ref: deepen-not none']);
    expect(await fetch([`shallow ${commits[3]!}`, 'deepen 4', `have ${commits[4]!}`]))
      .toEqual(['shallow-info', `shallow ${commits[1]!}`, `unshallow ${commits[3]!}`, 'delim', 'packfile', 'flush']);
    expect(await fetch([`shallow ${commits[3]!}`, 'deepen 1', 'deepen-relative']))
      .toEqual(['shallow-info', `shallow ${commits[2]!}`, `unshallow ${commits[3]!}`, 'delim', 'packfile', 'flush']);
    expect(await fetch([`shallow ${commits[3]!}`, 'deepen 2147483647']))
      .toEqual(['shallow-info', `unshallow ${commits[3]!}`, 'delim', 'packfile', 'flush']);
    expect(await fetch([`shallow ${commits[3]!}`])).toEqual(['shallow-info', 'delim', 'packfile', 'flush']);
  });
});
