import { assert } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { Pack } from '../pack/pack.js';
import { sanitizeAgent } from './capabilities.js';
import { protocolError, readPacket, send, type Conversation } from './conversation.js';
import type { FetchNegotiator } from './fetch-negotiator.js';
import { encodeFetchCommand, encodeWantLines, FetchRequest, shown } from './fetch-request.js';
import { parseAcknowledgment, parseShallowChange, parseWantedRef, type Acknowledgment, type ShallowChange, type WantedRef } from './fetch-response.js';
import type { CapabilityAdvertisement, Greeting } from './greeting.js';
import { commandCapabilities, type ClientIdentity } from './list-remote-refs.js';
import { PacketWriter } from './packet-writer.js';
import { FLUSH_PACKET, packetText } from './packet.js';
import type { RefAdvertisement } from './ref-advertisement.js';
import type { FsckPolicy } from './receive-config.js';

/** What a client asks a server for. */
export interface PackWish {
  readonly greeting: Greeting;
  readonly client: ClientIdentity;
  /** Wants, depth, filter and flags; its haves are filled in by the negotiation. */
  readonly request: FetchRequest;
  readonly negotiator: FetchNegotiator;
  /** Whether each request stands for itself, as over HTTP: what was said before is said again. */
  readonly isStateless: boolean;
  /** Where the bases of a thin pack are found. */
  readonly objects: ObjectSource;
  /** `undefined`: objects are only checked to be well-formed. */
  readonly fsck: FsckPolicy | undefined;
}

/** What came of it. */
export interface ReceivedPack {
  /** `undefined`: nothing was missing. */
  readonly pack: Pack | undefined;
  readonly shallow: ShallowChange;
  /** The ids of refs that were wanted by name. */
  readonly wantedRefs: readonly WantedRef[];
}

/** Git sends so many haves first, and more each time. */
const FIRST_HAVES = 16;
const STATEFUL_HAVES_MAX = 32;
const STATELESS_HAVES_LARGE = 16_384;
/** So many haves without an answer are enough (`MAX_IN_VAIN`). */
const IN_VAIN_MAX = 256;
const NO_CHANGE: ShallowChange = { shallow: [], unshallow: [] };

/**
 * Finds out with a server what both have, and receives a pack of the rest (gitprotocol-pack, "Packfile Negotiation";
 * gitprotocol-v2, "fetch").
 *
 * @throws {GovcError} protocol-error: the server says something else, or refuses; pack-corrupt and others: the pack is not sound.
 */
export function* requestPack(wish: PackWish): Conversation<ReceivedPack> {
  return wish.greeting.version === 2 ? yield* requestPackV2(wish, wish.greeting) : yield* requestPackV0(wish, wish.greeting);
}

/** How many haves come before the next flush. */
function nextHaveCount(count: number, isStateless: boolean): number {
  if (isStateless) return count < STATELESS_HAVES_LARGE ? count * 2 : Math.floor((count * 11) / 10);
  return count < STATEFUL_HAVES_MAX ? count * 2 : count + STATEFUL_HAVES_MAX;
}

function* requestPackV2(wish: PackWish, greeting: CapabilityAdvertisement): Conversation<ReceivedPack> {
  const { request, negotiator, client } = wish;
  const capabilities = commandCapabilities(greeting, client);
  const { algorithm } = greeting;
  let haveCount = FIRST_HAVES;
  let inVain = 0;
  let hasCommon = false;
  // All that was said and found to be common; the rest need not be said again.
  let common: ObjectId[] = [];
  for (;;) {
    const told = new FetchRequest(algorithm);
    copyWish(request, told);
    for (const id of common) told.addHave(id);
    let added = 0;
    for (; added < haveCount; added++) {
      const id = negotiator.next();
      if (id === undefined) break;
      told.addHave(id);
    }
    inVain += added;
    haveCount = nextHaveCount(haveCount, wish.isStateless);
    told.done = added === 0 || (hasCommon && inVain >= IN_VAIN_MAX);
    yield* send(encodeFetchCommand(told, capabilities));
    const sections = new SectionReader(algorithm);
    if (!told.done) {
      const { acknowledged, isReady } = yield* sections.readAcknowledgments();
      for (const id of acknowledged) {
        negotiator.acknowledge(id);
        inVain = 0;
        hasCommon = true;
      }
      common = [...new Set([...common, ...acknowledged])];
      if (!isReady) continue;
    }
    return yield* sections.readPack(wish);
  }
}

function copyWish(from: FetchRequest, to: FetchRequest): void {
  for (let i = 0; i < from.wants.count; i++) to.addWant(from.wants.idAt(i));
  for (let i = 0; i < from.shallows.count; i++) to.shallows.addId(from.shallows.idAt(i));
  to.wantRefs.push(...from.wantRefs);
  to.deepenNot.push(...from.deepenNot);
  const { depth, deepenSince, deepenRelative, filter, thinPack, ofsDelta, noProgress, includeTag } = from;
  Object.assign(to, { depth, deepenSince, deepenRelative, filter, thinPack, ofsDelta, noProgress, includeTag });
}

/** Reads the sections of an answer to the `fetch` command. */
class SectionReader {
  readonly #algorithm: HashAlgorithm;

  constructor(algorithm: HashAlgorithm) {
    this.#algorithm = algorithm;
  }

  *readAcknowledgments(): Conversation<{ readonly acknowledged: ObjectId[]; readonly isReady: boolean }> {
    const title = yield* this.#readTitle();
    if (title !== 'acknowledgments') throw protocolError(`expected 'acknowledgments', received '${shown(title)}'`);
    const acknowledged: ObjectId[] = [];
    let isReady = false;
    const { lines, end } = yield* this.#readLines();
    for (const line of lines) {
      const answer = parseAcknowledgment(line, this.#algorithm);
      if (answer.kind === 'ready') isReady = true;
      if (answer.kind === 'ack') acknowledged.push(answer.id);
    }
    if (isReady && end !== 'delim') throw protocolError("expected packfile to be sent after 'ready'");
    if (!isReady && end !== 'flush') throw protocolError("expected no other sections to be sent after no 'ready'");
    return { acknowledged, isReady };
  }

  *readPack(wish: PackWish): Conversation<ReceivedPack> {
    let shallow = NO_CHANGE;
    const wantedRefs: WantedRef[] = [];
    for (;;) {
      const title = yield* this.#readTitle();
      switch (title) {
        case 'shallow-info':
          shallow = parseShallowChange((yield* this.#readLines()).lines, this.#algorithm);
          break;
        case 'wanted-refs':
          for (const line of (yield* this.#readLines()).lines) wantedRefs.push(parseWantedRef(line, this.#algorithm));
          break;
        case 'packfile':
          return { pack: yield* receivePack(wish, true), shallow, wantedRefs };
        default:
          throw protocolError(`expected 'packfile', received '${shown(title)}'`);
      }
    }
  }

  *#readTitle(): Conversation<string> {
    const packet = yield* readPacket();
    if (packet?.kind !== 'data') throw protocolError('the remote end hung up unexpectedly');
    return mustNotBeError(packetText(packet.payload));
  }

  *#readLines(): Conversation<{ readonly lines: string[]; readonly end: 'delim' | 'flush' }> {
    const lines: string[] = [];
    for (;;) {
      const packet = yield* readPacket();
      if (packet?.kind === 'delim' || packet?.kind === 'flush') return { lines, end: packet.kind };
      if (packet?.kind !== 'data') throw protocolError('the remote end hung up unexpectedly');
      lines.push(mustNotBeError(packetText(packet.payload)));
    }
  }
}

function mustNotBeError(line: string): string {
  if (line.startsWith('ERR ')) throw protocolError(`remote error: ${line.slice('ERR '.length)}`);
  return line;
}

function* receivePack({ greeting, objects, fsck }: PackWish, isFramed: boolean): Conversation<Pack | undefined> {
  const answer = yield {
    kind: 'receive-pack',
    request: {
      algorithm: greeting.algorithm, objects, fsck, sizeMax: undefined, showProgress: false,
      messages: { packetSize: undefined, keepAliveMs: undefined }, isFramed,
    },
  };
  if (answer.kind === 'pack-refused') throw protocolError(answer.message);
  assert(answer.kind === 'pack', 'a receive-pack step is answered with a pack');
  return answer.pack;
}

function* requestPackV0(wish: PackWish, greeting: RefAdvertisement): Conversation<ReceivedPack> {
  const line = new WantLine(wish, greeting);
  const talk = new HaveTalk(wish, greeting.algorithm, { start: encodeWantLines(wish.request, line.text), isMulti: line.isMulti });
  yield* talk.negotiate(line.hasNoDone);
  return { pack: yield* receivePack(wish, line.isFramed), shallow: talk.shallow, wantedRefs: [] };
}

/** What the first want line of versions 0 and 1 says, and what follows from it. */
class WantLine {
  readonly text: string;
  readonly isMulti: boolean;
  readonly isFramed: boolean;
  readonly hasNoDone: boolean;

  constructor({ request, client, isStateless }: PackWish, { capabilities, algorithm }: RefAdvertisement) {
    const words: string[] = [];
    const add = (name: string, isWanted = true): boolean => {
      if (!isWanted || !capabilities.has(name)) return false;
      words.push(name);
      return true;
    };
    const isDetailed = add('multi_ack_detailed');
    this.hasNoDone = isDetailed && add('no-done', isStateless);
    this.isMulti = isDetailed;
    this.isFramed = add('side-band-64k') || add('side-band');
    add('deepen-relative', request.deepenRelative);
    add('thin-pack', request.thinPack);
    add('no-progress', request.noProgress);
    add('include-tag', request.includeTag);
    add('ofs-delta', request.ofsDelta);
    add('deepen-since', request.deepenSince !== undefined);
    add('deepen-not', request.deepenNot.length > 0);
    add('filter', request.filter !== undefined);
    if (capabilities.has('agent')) words.push(`agent=${sanitizeAgent(client.agent)}`);
    if (capabilities.has('object-format')) words.push(`object-format=${algorithm.name}`);
    this.text = words.join(' ');
  }
}

/**
 * Haves and acknowledgments of versions 0 and 1. Without `multi_ack_detailed` one acknowledgment says everything.
 *
 * Where each request stands for itself, `#state` holds what all of them begin with: the wants and the haves that the server
 * acknowledged.
 */
class HaveTalk {
  shallow = NO_CHANGE;
  readonly #wish: PackWish;
  readonly #algorithm: HashAlgorithm;
  readonly #isMulti: boolean;
  readonly #state: Uint8Array[];
  #isShallowDue: boolean;
  #isFirst = true;

  constructor(wish: PackWish, algorithm: HashAlgorithm, start: { readonly start: Uint8Array; readonly isMulti: boolean }) {
    this.#wish = wish;
    this.#algorithm = algorithm;
    this.#isMulti = start.isMulti;
    this.#state = [start.start];
    this.#isShallowDue = wish.request.isDeepening;
  }

  *negotiate(hasNoDone: boolean): Conversation<void> {
    const { negotiator, isStateless } = this.#wish;
    let hasCommon = false;
    let isReady = false;
    let inVain = 0;
    if (this.#wish.request.isDeepening && !isStateless) yield* this.#say(new PacketWriter());
    for (let count = FIRST_HAVES; !isReady; count = nextHaveCount(count, isStateless)) {
      const out = new PacketWriter();
      let added = 0;
      for (; added < count; added++) {
        const id = negotiator.next();
        if (id === undefined) break;
        out.line(`have ${id}\n`);
      }
      if (added === 0) break;
      inVain += added;
      yield* this.#say(out.raw(FLUSH_PACKET));
      const round = yield* this.#readRound();
      if (round.isFinal) {
        // Said once and for all: nothing more comes before the pack.
        yield* this.#say(new PacketWriter().line('done\n'));
        return;
      }
      if (round.hasCommon) {
        hasCommon = true;
        inVain = 0;
      }
      isReady = round.isReady;
      if (hasCommon && inVain >= IN_VAIN_MAX) break;
    }
    if (!(isReady && hasNoDone)) yield* this.#say(new PacketWriter().line('done\n'));
    yield* this.#readLast();
  }

  /** Sends what is new, after what has to be said again, and reads the lines about shallow commits that come first. */
  *#say(out: PacketWriter): Conversation<void> {
    const { isStateless } = this.#wish;
    if (isStateless || this.#isFirst) for (const part of this.#state) yield* send(part);
    yield* send(out.take());
    if (this.#isShallowDue && (isStateless || this.#isFirst)) yield* this.#readShallow();
    this.#isFirst = false;
  }

  *#readShallow(): Conversation<void> {
    const lines: string[] = [];
    for (;;) {
      const packet = yield* readPacket();
      if (packet?.kind === 'flush') break;
      if (packet?.kind !== 'data') throw protocolError('the remote end hung up unexpectedly');
      lines.push(mustNotBeError(packetText(packet.payload)));
    }
    this.shallow = parseShallowChange(lines, this.#algorithm);
  }

  /** The answers to one batch of haves, up to the NAK that ends it. */
  *#readRound(): Conversation<{ readonly hasCommon: boolean; readonly isReady: boolean; readonly isFinal: boolean }> {
    let hasCommon = false;
    let isReady = false;
    for (;;) {
      const answer = yield* this.#readAnswer();
      if (answer.kind !== 'ack') return { hasCommon, isReady, isFinal: false };
      if (answer.status === undefined) return { hasCommon: true, isReady: true, isFinal: true };
      const wasKnown = this.#wish.negotiator.acknowledge(answer.id);
      if (this.#wish.isStateless && answer.status === 'common' && !wasKnown) {
        this.#state.push(new PacketWriter().line(`have ${answer.id}\n`).take());
        hasCommon = true;
      } else if (!this.#wish.isStateless || answer.status !== 'common') {
        hasCommon = true;
      }
      if (answer.status === 'ready') isReady = true;
    }
  }

  /** After `done`: acknowledgments that repeat what is common, and a last one, or a NAK. */
  *#readLast(): Conversation<void> {
    for (;;) {
      const answer = yield* this.#readAnswer();
      if (answer.kind === 'nak' || answer.kind === 'ready') return;
      if (answer.status === undefined || !this.#isMulti) return;
    }
  }

  *#readAnswer(): Conversation<Acknowledgment> {
    const packet = yield* readPacket();
    if (packet?.kind !== 'data') throw protocolError('git fetch-pack: expected ACK/NAK, got a flush packet');
    return parseAcknowledgment(mustNotBeError(packetText(packet.payload)), this.#algorithm);
  }
}
