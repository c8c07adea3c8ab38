import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import { PackList } from '../pack/pack-list.js';
import { ENTRY_COPIED, ENTRY_COPIED_DELTA, ENTRY_NEW_DELTA } from '../pack/plan-draft.js';
import { planPack, type PackPlan } from '../pack/plan-pack.js';
import { writePack } from '../pack/write-pack.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import { enumerateObjects } from '../walk/enumerate.js';
import { sanitizeAgent } from './capabilities.js';
import { protocolError, readPacket, runStep, send, turn, type Conversation } from './conversation.js';
import type { PushCommand } from './decision.js';
import type { ClientIdentity } from './list-remote-refs.js';
import { PacketDecoder, packetText, type Packet } from './packet.js';
import { encodePush } from './push-request.js';
import { parsePushReport, type PushReport } from './push-report.js';
import type { RefAdvertisement } from './ref-advertisement.js';
import { decodeSideband } from './sideband.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';

/** What a client asks a server to do. */
export interface PushWish {
  readonly greeting: RefAdvertisement;
  readonly client: ClientIdentity;
  /** At least one. */
  readonly commands: readonly PushCommand[];
  readonly objects: ObjectSource;
  readonly graph: CommitGraph;
  /** Commits that are held without their parents. */
  readonly shallow: ReadonlySet<ObjectId>;
  /** Objects that the server is known to have besides its refs. */
  readonly haves: readonly ObjectId[];
  readonly isAtomic: boolean;
  readonly isQuiet: boolean;
  /** `undefined`: none. */
  readonly options: readonly string[] | undefined;
  /** Bases that the server has need not be sent. */
  readonly isThin: boolean;
  /** Takes progress: phase and counts. */
  readonly onProgress?: ((phase: string, done: number, total: number | undefined) => void) | undefined;
  /** Takes what the server says to the user. */
  readonly onMessage?: ((bytes: Uint8Array) => void) | undefined;
}

/** What was sent, and what the server said of it. */
export interface PushAnswer {
  /** `undefined`: the server reports nothing. */
  readonly report: PushReport | undefined;
  readonly sent: { readonly objects: number; readonly deltas: number; readonly reused: number; readonly reusedDeltas: number };
}

/**
 * Sends commands and the objects they need, and reads the report (gitprotocol-pack, "Pushing Data To a Server").
 *
 * @throws {GovcError} protocol-error: the server cannot do what is asked, or says something else; object-missing
 */
export function* sendPush(wish: PushWish): Conversation<PushAnswer> {
  const { greeting } = wish;
  const { capabilities, algorithm } = greeting;
  if (wish.isAtomic && !capabilities.has('atomic')) throw protocolError('the receiving end does not support --atomic push');
  if (wish.options !== undefined && !capabilities.has('push-options')) throw protocolError('the receiving end does not support push options');
  const deletes = wish.commands.some(({ newId }) => newId === algorithm.zeroId);
  if (deletes && !capabilities.has('delete-refs')) throw protocolError('the receiving end does not support deleting refs');
  const words = capabilityWords(wish);
  const isFramed = words.includes('side-band-64k');
  yield* send(encodePush({
    commands: wish.commands, capabilities: words.join(' '), shallow: [...wish.shallow], options: wish.options,
  }));
  const needsPack = wish.commands.some(({ newId }) => newId !== algorithm.zeroId);
  const sent = needsPack ? yield* sendObjects(wish) : { objects: 0, deltas: 0, reused: 0, reusedDeltas: 0 };
  if (!words.includes('report-status') && !words.includes('report-status-v2')) return { report: undefined, sent };
  return { report: parsePushReport(yield* readReport(wish, isFramed), algorithm), sent };
}

function capabilityWords({ greeting, client, isAtomic, isQuiet, options }: PushWish): string[] {
  const { capabilities, algorithm } = greeting;
  const words: string[] = [];
  const add = (name: string, isWanted = true): boolean => {
    if (!isWanted || !capabilities.has(name)) return false;
    words.push(name);
    return true;
  };
  if (!add('report-status-v2')) add('report-status');
  add('side-band-64k');
  add('quiet', isQuiet);
  add('atomic', isAtomic);
  add('push-options', options !== undefined);
  if (capabilities.has('object-format')) words.push(`object-format=${algorithm.name}`);
  if (capabilities.has('agent')) words.push(`agent=${sanitizeAgent(client.agent)}`);
  return words;
}

function* sendObjects(wish: PushWish): Conversation<PushAnswer['sent']> {
  const { greeting, objects, graph, shallow, onProgress } = wish;
  const { algorithm } = greeting;
  const had = new Set<ObjectId>(wish.haves);
  for (const { id } of greeting.refs) had.add(id);
  for (const { oldId } of wish.commands) had.add(oldId);
  const wants = [...new Set(wish.commands.map(({ newId }) => newId))].filter((id) => id !== algorithm.zeroId);
  const enumeration = yield* runStep(enumerateObjects({
    objects, algorithm, graph, wants, haves: [...had].filter((id) => objects.has(id)), shallow,
  }), ({ done }) => {
    onProgress?.('Enumerating objects', done, undefined);
    return undefined;
  });
  onProgress?.('Enumerating objects', enumeration.objects.count, undefined);
  const list = new PackList(algorithm);
  const names = new Set<number>();
  for (let i = 0; i < enumeration.objects.count; i++) {
    const nameHash = enumeration.objects.nameHashAt(i);
    list.addBytes(enumeration.objects.rawIds, i * algorithm.size, nameHash);
    names.add(nameHash);
  }
  const { edges } = enumeration;
  if (wish.isThin) {
    for (let i = 0; i < edges.count; i++) {
      const nameHash = edges.nameHashAt(i);
      if (nameHash !== 0 && names.has(nameHash)) list.addKnown(edges.idAt(i), nameHash);
    }
  }
  const plan = yield* runStep(planPack(list, {
    source: objects,
    isBaseKnown: wish.isThin ? (id) => edges.has(id) : undefined,
    ofsDelta: greeting.capabilities.has('ofs-delta'),
  }), ({ phase, done, total }) => {
    onProgress?.(phase, done, total);
    return undefined;
  });
  const writer = writePack(plan);
  let written = 0;
  for (;;) {
    const step = writer.next();
    if (step.done === true) break;
    if (step.value instanceof Uint8Array) {
      yield* send(step.value);
      onProgress?.('Writing objects', Math.min(++written, list.count), list.count);
    } else {
      yield* turn(step.value);
    }
  }
  onProgress?.('Writing objects', list.count, list.count);
  return countWays(plan);
}

function countWays({ ways }: PackPlan): PushAnswer['sent'] {
  let deltas = 0;
  let reused = 0;
  let reusedDeltas = 0;
  for (const way of ways) {
    if (way === ENTRY_COPIED_DELTA || way === ENTRY_NEW_DELTA) deltas++;
    if (way === ENTRY_COPIED_DELTA || way === ENTRY_COPIED) reused++;
    if (way === ENTRY_COPIED_DELTA) reusedDeltas++;
  }
  return { objects: ways.length, deltas, reused, reusedDeltas };
}

/** The lines of the report; messages beside it are passed on. */
function* readReport({ onMessage }: PushWish, isFramed: boolean): Conversation<string[]> {
  const lines: string[] = [];
  const inner = isFramed ? new PacketDecoder() : undefined;
  const take = (packet: Packet): boolean => {
    if (packet.kind === 'data') lines.push(packetText(packet.payload));
    return packet.kind === 'flush';
  };
  let isDone = false;
  for (;;) {
    const packet = yield* readPacket();
    if (packet === undefined || packet.kind === 'flush') {
      if (isDone || !isFramed) return lines;
      throw protocolError('the remote end hung up unexpectedly');
    }
    if (packet.kind !== 'data') throw protocolError('unexpected packet while reading remote status');
    if (inner === undefined) {
      const text = packetText(packet.payload);
      if (text.startsWith('ERR ')) throw protocolError(`remote error: ${text.slice('ERR '.length)}`);
      lines.push(text);
      continue;
    }
    const { band, bytes } = decodeSideband(packet.payload);
    if (band === 3) throw protocolError(`remote error: ${losslessTextFromBytes(bytes).trim()}`);
    if (band === 2) {
      onMessage?.(bytes);
      continue;
    }
    inner.push(bytes);
    for (let each = inner.next(); each !== undefined; each = inner.next()) isDone = take(each) || isDone;
  }
}
