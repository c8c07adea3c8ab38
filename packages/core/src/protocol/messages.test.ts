import { describe, expect, it } from '@jest/globals';
import { bytesFromText } from '../bytes/text.js';
import { SHA1 } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { encodeFetchCommand, encodeWantLines, FetchRequest, takeFetchArgument } from './fetch-request.js';
import {
  formatAcknowledgment, formatShallowChange, formatWantedRef, parseAcknowledgment, parseShallowChange, parseWantedRef,
  type Acknowledgment,
} from './fetch-response.js';
import { encodeLsRefsCommand, formatListedRef, parseListedRef, parseLsRefsArguments } from './ls-refs.js';
import { formatObjectInfo, parseObjectInfo, parseObjectInfoArguments } from './object-info.js';
import { PacketDecoder, packetText, type Packet } from './packet.js';
import { PacketWriter } from './packet-writer.js';
import { encodePushReport, parsePushReport, type PushReport } from './push-report.js';
import { encodePush, PushRequest } from './push-request.js';
import { matchesProcReceive, parseProcReceivePattern } from './receive-config.js';
import { parseRefAdvertisement } from './ref-advertisement.js';
import { encodeServiceHeader, parseProtocolVersion } from './smart-http.js';
import { linesOf } from '../../test/protocol-peer.js';

const A = 'a'.repeat(40) as ObjectId;
const B = 'b'.repeat(40) as ObjectId;
const protocolError = expect.objectContaining({ code: 'protocol-error' });

function packetsOf(bytes: Uint8Array): Packet[] {
  const decoder = new PacketDecoder();
  decoder.push(bytes);
  const packets: Packet[] = [];
  for (let packet = decoder.next(); packet !== undefined; packet = decoder.next()) packets.push(packet);
  return packets;
}

describe('a fetch request', () => {
  const everything = (): FetchRequest => {
    const request = new FetchRequest(SHA1);
    request.addWant(A);
    request.addHave(B);
    request.shallows.addId(B);
    request.depth = 7;
    request.deepenSince = 12;
    request.deepenNot.push('refs/heads/x');
    request.deepenRelative = true;
    request.filter = 'blob:none';
    request.wantRefs.push('refs/heads/\u00e4');
    Object.assign(request, { thinPack: true, ofsDelta: true, noProgress: true, includeTag: true, done: true, waitForDone: true, sidebandAll: true });
    return request;
  };

  it('is read as it was written, in version 2', () => {
    const request = everything();
    const lines = linesOf(encodeFetchCommand(request, ['agent=x']));
    expect(lines.slice(0, 3)).toEqual(['command=fetch', 'agent=x', '0001']);
    const read = new FetchRequest(SHA1);
    for (const line of lines.slice(3, -1)) takeFetchArgument(read, line, { filter: true, refInWant: true, sidebandAll: true });
    expect(linesOf(encodeFetchCommand(read, ['agent=x']))).toEqual(lines);
    expect(read.isDeepening).toBe(true);
  });

  it('is written with capabilities on its first want, in version 0', () => {
    const request = new FetchRequest(SHA1);
    request.addWant(A);
    request.addWant(B);
    request.depth = 1;
    expect(linesOf(encodeWantLines(request, 'side-band-64k agent=x'))).toEqual([`want ${A} side-band-64k agent=x`, `want ${B}`, 'deepen 1', '0000']);
  });

  it('takes hexadecimal digits in either case, and each id once', () => {
    const request = new FetchRequest(SHA1);
    const features = { filter: false, refInWant: false, sidebandAll: false };
    takeFetchArgument(request, `want ${A.toUpperCase()}`, features);
    takeFetchArgument(request, `want ${A}`, features);
    expect(request.wants.count).toBe(1);
    expect(() => takeFetchArgument(request, 'filter blob:none', features)).toThrow(protocolError);
    expect(() => takeFetchArgument(request, 'want-ref refs/heads/x', features)).toThrow(protocolError);
  });

  it('has one filter at most', () => {
    const request = new FetchRequest(SHA1);
    request.takeFilter('blob:none');
    expect(() => request.takeFilter('tree:0')).toThrow(protocolError);
  });
});

describe('lines of answers', () => {
  it.each<[Acknowledgment, string]>([
    [{ kind: 'nak' }, 'NAK\n'],
    [{ kind: 'ready' }, 'ready\n'],
    [{ kind: 'ack', id: A, status: undefined }, `ACK ${A}\n`],
    [{ kind: 'ack', id: A, status: 'common' }, `ACK ${A} common\n`],
    [{ kind: 'ack', id: A, status: 'continue' }, `ACK ${A} continue\n`],
    [{ kind: 'ack', id: A, status: 'ready' }, `ACK ${A} ready\n`],
  ])('acknowledge %#', (acknowledgment, line) => {
    expect(formatAcknowledgment(acknowledgment)).toBe(line);
    expect(parseAcknowledgment(line.trimEnd(), SHA1)).toEqual(acknowledgment);
  });

  it.each(['', 'ACK', 'ACK x', `ACK ${A} maybe`, `ACK ${A} common x`, `NAK ${A}`, `ack ${A}`])('refuse %j as acknowledgment', (line) => {
    expect(() => parseAcknowledgment(line, SHA1)).toThrow(protocolError);
  });

  it('change the boundary of a history', () => {
    const change = { shallow: [A], unshallow: [B] };
    const lines = [...formatShallowChange(change)];
    expect(lines).toEqual([`shallow ${A}`, `unshallow ${B}`]);
    expect(parseShallowChange(lines, SHA1)).toEqual(change);
    expect(() => parseShallowChange(['shallow x'], SHA1)).toThrow(protocolError);
    expect(() => parseShallowChange([`deep ${A}`], SHA1)).toThrow(protocolError);
  });

  it('give wanted refs', () => {
    const ref = { name: 'refs/heads/a b', id: A };
    expect(parseWantedRef(formatWantedRef(ref).trimEnd(), SHA1)).toEqual(ref);
    expect(() => parseWantedRef(A, SHA1)).toThrow(protocolError);
  });

  it('list refs', () => {
    const ref = { name: 'HEAD', id: A, symrefTarget: 'refs/heads/main', peeled: B };
    expect(formatListedRef(ref)).toBe(`${A} HEAD symref-target:refs/heads/main peeled:${B}\n`);
    expect(parseListedRef(formatListedRef(ref).trimEnd(), SHA1)).toEqual(ref);
    const unborn = { name: 'HEAD', id: undefined, symrefTarget: 'refs/heads/main', peeled: undefined };
    expect(parseListedRef(formatListedRef(unborn).trimEnd(), SHA1)).toEqual(unborn);
    expect(parseListedRef(`${A} x future:1`, SHA1)).toMatchObject({ name: 'x', id: A });
    for (const line of ['', A, `${A} x peeled:zz`, 'zz x']) expect(() => parseListedRef(line, SHA1)).toThrow(protocolError);
  });

  it('tell sizes', () => {
    for (const info of [{ id: A, size: 12 }, { id: A, size: undefined }]) {
      expect(parseObjectInfo(formatObjectInfo(info, true), SHA1)).toEqual(info);
    }
    expect(() => parseObjectInfo(`${A} x`, SHA1)).toThrow(protocolError);
    expect(parseObjectInfoArguments(['size', `oid ${A}`], SHA1)).toEqual({ size: true, ids: [A] });
    expect(() => parseObjectInfoArguments(['oid x'], SHA1)).toThrow(protocolError);
    expect(() => parseObjectInfoArguments(['type'], SHA1)).toThrow(protocolError);
  });
});

describe('ls-refs', () => {
  it('is read as it was written', () => {
    const request = { peel: true, symrefs: false, unborn: true, prefixes: ['refs/heads/', 'HEAD'] };
    const lines = linesOf(encodeLsRefsCommand(request, ['object-format=sha1']));
    expect(lines.slice(0, 3)).toEqual(['command=ls-refs', 'object-format=sha1', '0001']);
    expect(parseLsRefsArguments(lines.slice(3, -1))).toEqual(request);
  });

  it('gives up on prefixes when there are too many', () => {
    const prefixes = (count: number): string[] => Array.from({ length: count }, (_, i) => `ref-prefix refs/${i}`);
    expect(parseLsRefsArguments(prefixes(65_535)).prefixes).toHaveLength(65_535);
    expect(parseLsRefsArguments(prefixes(65_536)).prefixes).toEqual([]);
  });
});

describe('an advertisement', () => {
  const read = (bytes: Uint8Array): ReturnType<typeof parseRefAdvertisement> => {
    const packets = packetsOf(bytes);
    return parseRefAdvertisement(() => packets.shift());
  };

  it('is read with everything in it', () => {
    const bytes = new PacketWriter()
      .line('version 1\n').line(`${A} HEAD\0multi_ack symref=HEAD:refs/heads/main object-format=sha1\n`)
      .line(`${A} refs/heads/main\n`).line(`${A} refs/tags/v1\n`).line(`${B} refs/tags/v1^{}\n`).line(`shallow ${B}\n`)
      .raw(bytesFromText('0000')).take();
    const advertisement = read(bytes);
    expect(advertisement).toMatchObject({ version: 1, algorithm: SHA1, shallow: [B] });
    expect(advertisement.refs.map(({ name }) => name)).toEqual(['HEAD', 'refs/heads/main', 'refs/tags/v1', 'refs/tags/v1^{}']);
    expect(advertisement.capabilities.value('symref')).toBe('HEAD:refs/heads/main');
  });

  it('may have no refs', () => {
    const empty = new PacketWriter().line(`${'0'.repeat(64)} capabilities^{}\0object-format=sha256\n`).raw(bytesFromText('0000')).take();
    expect(read(empty)).toMatchObject({ version: 0, refs: [], algorithm: { name: 'sha256' } });
    expect(read(bytesFromText('0000'))).toMatchObject({ refs: [] });
  });

  it('is refused when it is an error, cut off or something else', () => {
    expect(() => read(new PacketWriter().line('ERR no such repository').take())).toThrow('remote error: no such repository');
    expect(() => read(new PacketWriter().line(`${A} HEAD\0x\n`).take())).toThrow(protocolError);
    expect(() => read(new PacketWriter().line('hello\n').raw(bytesFromText('0000')).take())).toThrow(protocolError);
  });
});

describe('a push', () => {
  it('is read as it was written', () => {
    const commands = [
      { name: 'refs/heads/\u00e4', oldId: A, newId: B }, { name: 'refs/heads/x\udcff', oldId: SHA1.zeroId, newId: B },
    ];
    const request = new PushRequest(SHA1);
    const bytes = encodePush({ commands, capabilities: 'report-status agent=x', shallow: [A], options: ['o'] });
    const packets = packetsOf(bytes);
    const end = packets.findIndex(({ kind }) => kind === 'flush');
    for (const packet of packets.slice(0, end)) if (packet.kind === 'data') request.take(packet.payload);
    expect(request.commands).toEqual(commands);
    expect(request.shallow).toEqual([A]);
    expect(request.capabilities?.has('report-status')).toBe(true);
    const option = packets[end + 1]!;
    expect(option.kind === 'data' && packetText(option.payload)).toBe('o');
  });

  it('is reported in both versions', () => {
    const rewritten = [
      { name: 'refs/changes/1', oldId: A, newId: B, forced: true }, { name: 'refs/changes/2', oldId: undefined, newId: undefined, forced: false },
    ];
    const report: PushReport = {
      unpackError: undefined,
      outcomes: [
        { name: 'refs/for/x', error: undefined, rewritten }, { name: 'refs/heads/a', error: 'no way', rewritten: [] },
        { name: 'refs/heads/b', error: undefined, rewritten: [] },
      ],
    };
    const lines = linesOf(encodePushReport(report, 2));
    expect(lines).toEqual([
      'unpack ok', 'ok refs/for/x', 'option refname refs/changes/1', `option old-oid ${A}`, `option new-oid ${B}`, 'option forced-update',
      'ok refs/for/x', 'option refname refs/changes/2', 'ng refs/heads/a no way', 'ok refs/heads/b', '0000',
    ]);
    expect(parsePushReport(lines.slice(0, -1), SHA1)).toEqual(report);
    expect(linesOf(encodePushReport(report, 1))).toEqual(['unpack ok', 'ok refs/for/x', 'ng refs/heads/a no way', 'ok refs/heads/b', '0000']);
    expect(linesOf(encodePushReport({ unpackError: 'a\nb', outcomes: [] }, 1))).toEqual(['unpack a b', '0000']);
    for (const bad of [[], ['ok x'], ['unpack ok', 'maybe x'], ['unpack ok', 'ok'], ['unpack ok', 'option x']]) {
      expect(() => parsePushReport(bad, SHA1)).toThrow(protocolError);
    }
  });

  it('goes to the proc-receive handler by its name and what it does', () => {
    const change = (name: string, kind: 'create' | 'delete' | 'modify'): Parameters<typeof matchesProcReceive>[1] =>
      ({ name, creates: kind === 'create', deletes: kind === 'delete' });
    const matches = (values: readonly string[], name: string, kind: 'create' | 'delete' | 'modify'): boolean =>
      matchesProcReceive(values.map(parseProcReceivePattern), change(name, kind));
    expect(matches(['refs/for/'], 'refs/for/main', 'create')).toBe(true);
    expect(matches(['refs/for'], 'refs/form', 'create')).toBe(false);
    expect(matches(['refs/for'], 'refs/for', 'delete')).toBe(true);
    expect(matches(['ad:refs/heads'], 'refs/heads/x', 'modify')).toBe(false);
    expect(matches(['ad:refs/heads'], 'refs/heads/x', 'delete')).toBe(true);
    expect(matches(['adm!:refs/heads'], 'refs/heads/x', 'create')).toBe(false);
    expect(matches(['adm!:refs/heads'], 'refs/tags/x', 'create')).toBe(true);
    expect(matches([], 'refs/tags/x', 'create')).toBe(false);
  });
});

describe('smart HTTP', () => {
  it('names the service', () => {
    expect(encodeServiceHeader('git-upload-pack')).toEqual(bytesFromText('001e# service=git-upload-pack\n0000'));
  });

  it.each([[undefined, 0], ['', 0], ['version=1', 1], ['version=2', 2], ['x=1:version=2:y', 2], ['version=2:version=1', 2], ['version=3', 0]])(
    'reads the version of %j', (header, version) => {
      expect(parseProtocolVersion(header)).toBe(version);
    });
});
