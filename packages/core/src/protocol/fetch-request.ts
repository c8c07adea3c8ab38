/**
 * What a client asks of upload-pack: the arguments of the `fetch` command of version 2, and the want lines,
 * shallow lines and haves of versions 0 and 1 (gitprotocol-v2, "fetch"; gitprotocol-pack, "Packfile Negotiation").
 */
import { GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import { IdTable } from '../hash/id-table.js';
import { findObjectId, type ObjectId } from '../hash/object-id.js';
import { LIMITS } from '../limits.js';
import { protocolError } from './conversation.js';
import { PacketWriter } from './packet-writer.js';
import { DELIM_PACKET, FLUSH_PACKET } from './packet.js';

/** A fetch as it is being read or written. Ids are in tables, because there may be millions. */
export class FetchRequest {
  readonly algorithm: HashAlgorithm;
  readonly wants: IdTable;
  readonly haves: IdTable;
  /** `want-ref`: wants by name, as the client spelled them; no name twice. */
  readonly wantRefs: string[] = [];
  /** Commits that the client holds without their parents. */
  readonly shallows: IdTable;
  /** 0: not asked for. */
  depth = 0;
  /** Seconds since 1970. */
  deepenSince: number | undefined;
  readonly deepenNot: string[] = [];
  deepenRelative = false;
  filter: string | undefined;
  thinPack = false;
  ofsDelta = false;
  noProgress = false;
  includeTag = false;
  done = false;
  waitForDone = false;
  sidebandAll = false;
  #textSize = 0;

  constructor(algorithm: HashAlgorithm) {
    this.algorithm = algorithm;
    this.wants = new IdTable(algorithm, 16);
    this.haves = new IdTable(algorithm, 16);
    this.shallows = new IdTable(algorithm, 16);
  }

  /** Whether any line asks for a cut of history. */
  get isDeepening(): boolean {
    return this.depth > 0 || this.deepenSince !== undefined || this.deepenNot.length > 0;
  }

  /** @throws {GovcError} limit-exceeded: too many wants. */
  addWant(id: ObjectId): void {
    this.wants.addId(id);
    checkCount(this.wants.count + this.wantRefs.length, 'wantCount');
  }

  /** @throws {GovcError} limit-exceeded: too many haves. */
  addHave(id: ObjectId): void {
    this.haves.addId(id);
    checkCount(this.haves.count, 'haveCount');
  }

  /** Counts text that is kept. @throws {GovcError} limit-exceeded: too much of it. */
  countText(line: string): void {
    this.#textSize += line.length + 64;
    checkTextSize(this.#textSize);
  }

  /**
   * Takes a line that all versions have in common: `shallow` and the four that deepen.
   *
   * @returns whether it was one of them
   * @throws {GovcError} protocol-error: a malformed one; limit-exceeded
   */
  takeShallowLine(line: string): boolean {
    if (line.startsWith('shallow ')) {
      const id = findObjectId(line.slice('shallow '.length), this.algorithm);
      if (id === undefined) throw protocolError(`invalid shallow line: ${shown(line)}`);
      this.shallows.addId(id);
      checkCount(this.shallows.count, 'haveCount');
    } else if (line.startsWith('deepen ')) {
      const depth = parseInteger(line.slice('deepen '.length));
      if (depth === undefined || depth <= 0) throw protocolError(`Invalid deepen: ${shown(line)}`);
      this.depth = Math.min(depth, INFINITE_DEPTH);
    } else if (line.startsWith('deepen-since ')) {
      const since = parseInteger(line.slice('deepen-since '.length));
      if (since === undefined || since < 0) throw protocolError(`Invalid deepen-since: ${shown(line)}`);
      this.deepenSince = since;
    } else if (line.startsWith('deepen-not ')) {
      this.countText(line);
      this.deepenNot.push(line.slice('deepen-not '.length));
    } else {
      return false;
    }
    return true;
  }

  /**
   * Sets the filter.
   *
   * @throws {GovcError} protocol-error: there is one already.
   */
  takeFilter(spec: string): void {
    if (this.filter !== undefined) throw protocolError('multiple filter-specs cannot be combined');
    this.filter = spec;
  }
}

/** The depth that stands for "everything" (`INFINITE_DEPTH` of Git). */
export const INFINITE_DEPTH = 0x7fffffff;

/** Which optional arguments the server offered. */
export interface FetchFeatures {
  readonly filter: boolean;
  readonly refInWant: boolean;
  readonly sidebandAll: boolean;
}

/**
 * Takes one argument of the `fetch` command of version 2.
 *
 * @throws {GovcError} protocol-error: an argument that is malformed, unknown or not offered; limit-exceeded
 */
export function takeFetchArgument(request: FetchRequest, line: string, features: FetchFeatures): void {
  if (line.startsWith('have ')) {
    request.addHave(readId(request, line, 'have '));
  } else if (line.startsWith('want ')) {
    request.addWant(readId(request, line, 'want '));
  } else if (features.refInWant && line.startsWith('want-ref ')) {
    request.countText(line);
    request.wantRefs.push(line.slice('want-ref '.length));
    checkCount(request.wants.count + request.wantRefs.length, 'wantCount');
  } else if (features.filter && line.startsWith('filter ')) {
    request.takeFilter(line.slice('filter '.length));
  } else if (!takeFetchFlag(request, line, features) && !request.takeShallowLine(line)) {
    throw protocolError(`unexpected line: '${shown(line)}'`);
  }
}

function takeFetchFlag(request: FetchRequest, line: string, features: FetchFeatures): boolean {
  switch (line) {
    case 'thin-pack':
      request.thinPack = true;
      return true;
    case 'ofs-delta':
      request.ofsDelta = true;
      return true;
    case 'no-progress':
      request.noProgress = true;
      return true;
    case 'include-tag':
      request.includeTag = true;
      return true;
    case 'done':
      request.done = true;
      return true;
    case 'wait-for-done':
      request.waitForDone = true;
      return true;
    case 'deepen-relative':
      request.deepenRelative = true;
      return true;
    case 'sideband-all':
      request.sidebandAll = features.sidebandAll;
      return features.sidebandAll;
    default:
      return false;
  }
}

function readId(request: FetchRequest, line: string, keyword: string): ObjectId {
  const text = line.slice(keyword.length, keyword.length + request.algorithm.hexSize);
  const id = findObjectId(text, request.algorithm);
  if (id !== undefined) return id;
  if (keyword === 'have ') throw protocolError(`git upload-pack: expected SHA1 object, got '${shown(line.slice(5))}'`);
  throw protocolError(`git upload-pack: protocol error, expected to get oid, not '${shown(line)}'`);
}

/**
 * The pkt-lines of a `fetch` command of version 2, flush included.
 *
 * @param capabilities lines such as `agent=…` and `object-format=…`
 */
export function encodeFetchCommand(request: FetchRequest, capabilities: readonly string[]): Uint8Array {
  const out = new PacketWriter();
  out.line('command=fetch');
  for (const capability of capabilities) out.line(capability);
  out.raw(DELIM_PACKET);
  if (request.thinPack) out.line('thin-pack');
  if (request.noProgress) out.line('no-progress');
  if (request.includeTag) out.line('include-tag');
  if (request.ofsDelta) out.line('ofs-delta');
  if (request.sidebandAll) out.line('sideband-all');
  if (request.waitForDone) out.line('wait-for-done');
  writeShallowLines(out, request, '');
  if (request.deepenRelative) out.line('deepen-relative\n');
  if (request.filter !== undefined) out.line(`filter ${request.filter}`);
  for (const name of request.wantRefs) out.line(`want-ref ${name}\n`);
  for (let i = 0; i < request.wants.count; i++) out.line(`want ${request.wants.idAt(i)}\n`);
  for (let i = 0; i < request.haves.count; i++) out.line(`have ${request.haves.idAt(i)}\n`);
  if (request.done) out.line('done\n');
  return out.raw(FLUSH_PACKET).take();
}

/**
 * The pkt-lines of versions 0 and 1 from the first want to the flush after the last line that deepens. Haves and
 * `done` follow when the server has answered with its shallow lines.
 *
 * @param capabilities the list for the first want line
 */
export function encodeWantLines(request: FetchRequest, capabilities: string): Uint8Array {
  const out = new PacketWriter();
  for (let i = 0; i < request.wants.count; i++) {
    const id = request.wants.idAt(i);
    out.line(i === 0 && capabilities !== '' ? `want ${id} ${capabilities}\n` : `want ${id}\n`);
  }
  writeShallowLines(out, request, '\n');
  if (request.filter !== undefined) out.line(`filter ${request.filter}\n`);
  return out.raw(FLUSH_PACKET).take();
}

function writeShallowLines(out: PacketWriter, request: FetchRequest, end: string): void {
  for (let i = 0; i < request.shallows.count; i++) out.line(`shallow ${request.shallows.idAt(i)}${end}`);
  if (request.depth > 0) out.line(`deepen ${request.depth}${end}`);
  if (request.deepenSince !== undefined) out.line(`deepen-since ${request.deepenSince}${end}`);
  for (const name of request.deepenNot) out.line(`deepen-not ${name}${end}`);
}

function parseInteger(text: string): number | undefined {
  if (!/^[+-]?\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

/** A line of the peer in an error message: not longer than a message should be. */
export function shown(line: string): string {
  return line.length > 200 ? `${line.slice(0, 200)}...` : line;
}

/** @throws {GovcError} limit-exceeded: the names and prefixes of one request are larger than accepted. */
export function checkTextSize(size: number): void {
  const { value } = LIMITS.requestTextSize;
  if (size > value) {
    throw new GovcError('limit-exceeded', `The arguments of a request may have at most ${value} bytes.`, {
      limit: 'requestTextSize', value,
    });
  }
}

function checkCount(count: number, limit: 'wantCount' | 'haveCount'): void {
  const { value } = LIMITS[limit];
  if (count > value) {
    throw new GovcError('limit-exceeded', `A fetch may have at most ${value} such lines.`, { limit, value });
  }
}
