import { bytesFromText } from '../bytes/text.js';
import { writeHex } from '../bytes/hex.js';
import type { ObjectId } from '../hash/object-id.js';
import { scanTagTarget } from '../object/tag.js';
import { PackList } from '../pack/pack-list.js';
import { ENTRY_COPIED, ENTRY_COPIED_DELTA, ENTRY_NEW_DELTA } from '../pack/plan-draft.js';
import { planPack, type PackPlan } from '../pack/plan-pack.js';
import { writePack } from '../pack/write-pack.js';
import { enumerateObjects, type Enumeration } from '../walk/enumerate.js';
import type { ObjectFilter } from '../walk/filter.js';
import { TAG_TYPE, type ObjectList } from '../walk/object-list.js';
import { runStep, send, turn, type Conversation } from './conversation.js';
import type { FetchRequest } from './fetch-request.js';
import { FLUSH_PACKET } from './packet.js';
import { ProgressMeter } from './progress-text.js';
import { findSparsePatterns } from './sparse-source.js';
import type { ShallowPlan } from './shallow-plan.js';
import { encodeSideband, KEEP_ALIVE_FRAME, type Band } from './sideband.js';
import type { UploadSession } from './upload-session.js';

/** What is to be sent at the end of a fetch. */
export interface PackAnswerParts {
  readonly request: FetchRequest;
  readonly wants: readonly ObjectId[];
  /** Objects that the client has. */
  readonly haves: readonly ObjectId[];
  readonly shallowPlan: ShallowPlan;
  readonly filter: ObjectFilter | undefined;
  /** The most bytes of a pkt-line; `undefined`: the pack follows bare and there is no progress. */
  readonly sidebandPacketSize: number | undefined;
}

/** Finds what the client lacks, packs it and sends it, with progress in Git's words. */
export function* sendPack(session: UploadSession, parts: PackAnswerParts): Conversation<void> {
  const { sidebandPacketSize } = parts;
  session.phase = sidebandPacketSize === undefined ? { kind: 'raw' } : { kind: 'sideband', packetSize: sidebandPacketSize };
  const line = new PackLine(session, parts);
  const enumeration = yield* enumerate(session, parts, line);
  const { objects } = enumeration;
  if (parts.request.includeTag && objects.count > 0) addTags(session, objects);
  const plan = yield* planAnswer(session, parts, enumeration, line);
  const writer = writePack(plan);
  for (;;) {
    const step = writer.next();
    if (step.done === true) break;
    if (step.value instanceof Uint8Array) yield* line.data(step.value);
    else yield* line.alive(yield* turn(step.value));
  }
  yield* line.message(bytesFromText(`${describePlan(plan)}\n`));
  if (sidebandPacketSize !== undefined) yield* send(FLUSH_PACKET);
  session.phase = { kind: 'packets', sidebandAll: false };
}

/** Sends data and messages, framed or bare, and an empty frame after long silence. */
class PackLine {
  readonly #packetSize: number | undefined;
  readonly #showsProgress: boolean;
  readonly #keepAliveMs: number;
  #spokeMs: number | undefined;

  constructor(session: UploadSession, parts: PackAnswerParts) {
    this.#packetSize = parts.sidebandPacketSize;
    this.#showsProgress = !parts.request.noProgress && parts.sidebandPacketSize !== undefined;
    this.#keepAliveMs = session.config.keepAliveMs ?? Number.POSITIVE_INFINITY;
  }

  *data(bytes: Uint8Array): Conversation<void> {
    yield* this.#send(1, bytes);
  }

  /** A message for the user, where one is wanted. */
  *message(bytes: Uint8Array): Conversation<void> {
    if (this.#showsProgress) yield* this.#send(2, bytes);
  }

  /** Notes the time, and breaks a long silence. */
  *alive(nowMs: number): Conversation<void> {
    this.#spokeMs ??= nowMs;
    if (nowMs - this.#spokeMs < this.#keepAliveMs || this.#packetSize === undefined) return;
    this.#spokeMs = nowMs;
    yield* send(KEEP_ALIVE_FRAME);
  }

  *#send(band: Band, bytes: Uint8Array): Conversation<void> {
    this.#spokeMs = undefined;
    yield* send(this.#packetSize === undefined ? bytes : encodeSideband(band, bytes, this.#packetSize));
  }
}

function* enumerate(session: UploadSession, parts: PackAnswerParts, line: PackLine): Conversation<Enumeration> {
  const { snapshot, findSparse } = session.served;
  const { shallowPlan } = parts;
  const meter = new ProgressMeter('Enumerating objects');
  const job = enumerateObjects({
    objects: snapshot.objects,
    algorithm: snapshot.algorithm,
    graph: session.graph,
    wants: [...parts.wants, ...shallowPlan.extraWants],
    haves: [...parts.haves, ...shallowPlan.extraHaves],
    shallow: shallowPlan.shallow,
    filter: parts.filter,
    findSparse: findSparse ?? ((revision) => findSparsePatterns(snapshot, session.refs, revision)),
  });
  const enumeration = yield* runStep(job, function* (progress, nowMs) {
    const text = meter.at(progress.done, undefined, nowMs);
    if (text !== undefined) yield* line.message(text);
    yield* line.alive(nowMs);
  });
  yield* line.message(meter.end(enumeration.objects.count, undefined));
  return enumeration;
}

/** Adds the tags that name something in the list, as `include-tag` asks for. */
function addTags(session: UploadSession, list: ObjectList): void {
  const { objects, algorithm } = session.served.snapshot;
  const raw = new Uint8Array(algorithm.size);
  for (const { id } of session.refs.entries('refs/tags/')) {
    if (list.has(id)) continue;
    const peeled = session.refs.findPeeled(id);
    if (peeled === undefined || !list.has(peeled)) continue;
    for (let at = id; at !== peeled;) {
      writeHex(at, raw, 0);
      list.add(raw, 0, TAG_TYPE, 0);
      at = scanTagTarget(objects.find(at)!.body, algorithm).id;
    }
  }
}

// So many rows are copied in a fraction of a millisecond.
const LIST_SLICE = 4096;

function* planAnswer(
  session: UploadSession, parts: PackAnswerParts, { objects, edges }: Enumeration, line: PackLine,
): Conversation<PackPlan> {
  const { snapshot } = session.served;
  const { algorithm } = snapshot;
  const list = new PackList(algorithm);
  const names = new Set<number>();
  for (let i = 0; i < objects.count; i++) {
    const nameHash = objects.nameHashAt(i);
    list.addBytes(objects.rawIds, i * algorithm.size, nameHash);
    names.add(nameHash);
    if (i % LIST_SLICE === LIST_SLICE - 1) yield* turn({ phase: 'Counting objects', done: 0, total: objects.count });
  }
  const { thinPack, ofsDelta } = parts.request;
  if (thinPack) {
    // Only what has the name of something that is sent is a likely base; an edge may be a whole tree.
    for (let i = 0; i < edges.count; i++) {
      const nameHash = edges.nameHashAt(i);
      if (nameHash !== 0 && names.has(nameHash)) list.addKnown(edges.idAt(i), nameHash);
      if (i % LIST_SLICE === LIST_SLICE - 1) yield* turn({ phase: 'Counting objects', done: 0, total: objects.count });
    }
  }
  const meters = new Map<string, ProgressMeter>();
  const job = planPack(list, {
    source: snapshot.objects,
    isBaseKnown: thinPack ? (id) => edges.has(id) : undefined,
    ofsDelta,
  });
  const plan = yield* runStep(job, function* ({ phase, done, total }, nowMs) {
    let meter = meters.get(phase);
    if (meter === undefined) meters.set(phase, (meter = new ProgressMeter(phase)));
    const text = meter.at(done, total, nowMs);
    if (text !== undefined) yield* line.message(text);
    yield* line.alive(nowMs);
  });
  yield* line.message(new ProgressMeter('Counting objects').end(list.count, list.count));
  if (plan.newDeltas.size > 0) {
    yield* line.message(new ProgressMeter('Compressing objects').end(plan.newDeltas.size, plan.newDeltas.size));
  }
  return plan;
}

function describePlan({ ways }: PackPlan): string {
  let deltas = 0;
  let reused = 0;
  let reusedDeltas = 0;
  for (const way of ways) {
    if (way === ENTRY_COPIED_DELTA || way === ENTRY_NEW_DELTA) deltas++;
    if (way === ENTRY_COPIED_DELTA || way === ENTRY_COPIED) reused++;
    if (way === ENTRY_COPIED_DELTA) reusedDeltas++;
  }
  return `Total ${ways.length} (delta ${deltas}), reused ${reused} (delta ${reusedDeltas}), pack-reused 0`;
}
