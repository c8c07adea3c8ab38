import { assert, GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { runStep, send, type Conversation } from '../protocol/conversation.js';
import { readGreeting } from '../protocol/greeting.js';
import type { ClientIdentity } from '../protocol/list-remote-refs.js';
import { FLUSH_PACKET } from '../protocol/packet.js';
import type { PushReport } from '../protocol/push-report.js';
import { sendPush, type PushAnswer } from '../protocol/send-push.js';
import type { RefName } from '../ref/ref-name.js';
import { mapSource } from '../ref/refspec.js';
import { Draft } from '../store/draft.js';
import { makeReflogEntry } from '../store/reflog-lines.js';
import { isAncestor } from '../walk/ancestry.js';
import type { PushFrom, PushOptions, PushUpdate } from './push-options.js';
import { matchPush, type PushMatch } from './push-refs.js';

/** What {@link pushTo} is given. */
export interface PushParts {
  readonly from: PushFrom;
  readonly options: PushOptions;
  readonly client: ClientIdentity;
  readonly isStateless: boolean;
  /** Phase and counts of long work. */
  readonly onProgress?: ((phase: string, done: number, total: number | undefined) => void) | undefined;
  /** What the remote says to the user. */
  readonly onMessage?: ((bytes: Uint8Array) => void) | undefined;
}

/** What a push did. */
export interface PushOutcome {
  /** In the order of the remote's refs; those that it lacked come last. */
  readonly updates: readonly PushUpdate[];
  /** What was wrong with the pack, as the remote says it; `undefined`: nothing. */
  readonly unpackError: string | undefined;
  /** `undefined`: nothing had to be sent. */
  readonly sent: PushAnswer['sent'] | undefined;
}

/**
 * Pushes: compares the refs of both sides, sends what is missing, and keeps the remote-tracking refs up to date (git-push).
 *
 * What the remote must not be asked is rejected here and reported; it throws only where nothing can be pushed at all.
 *
 * @throws {GovcError} protocol-error, refspec-source-missing, refspec-invalid, unsupported, object-missing
 */
export function* pushTo(parts: PushParts): Conversation<PushOutcome> {
  const { from, options } = parts;
  const greeting = yield* readGreeting();
  if (greeting.version === 2) throw new GovcError('protocol-error', 'the server answers a push with version 2 of the protocol');
  if (greeting.algorithm !== from.snapshot.algorithm) throw new GovcError('unsupported', 'the receiving end does not support this repository\'s hash algorithm');
  const remote = new Map<string, ObjectId>();
  for (const { name, id } of greeting.refs) if (!name.endsWith('^{}') && name !== '.have') remote.set(name, id);
  // In the order of the remote, and new ones behind.
  const places = new Map<string, number>([...remote.keys()].map((name, index) => [name, index]));
  const placeOf = ({ target }: PushMatch): number => places.get(target) ?? places.size;
  const matches = matchPush(from, options, remote).sort((a, b) => placeOf(a) - placeOf(b));
  let updates = yield* runStep(judgeAll({ from, options, matches, remote }));
  if (options.isAtomic === true && updates.some(({ status }) => status === 'rejected')) {
    updates = updates.map((update) => (isAsked(update) ? { ...update, status: 'rejected', reason: 'atomic push failed' } : update));
  }
  options.onPlanned?.(updates);
  const asked = updates.filter(isAsked);
  if (asked.length === 0 || options.isDryRun === true) {
    if (!parts.isStateless) yield* send(FLUSH_PACKET);
    return { updates, unpackError: undefined, sent: undefined };
  }
  const { zeroId } = from.snapshot.algorithm;
  const answer = yield* sendPush({
    greeting, client: parts.client, objects: from.snapshot.objects, graph: from.graph, shallow: from.snapshot.shallow,
    commands: asked.map(({ target, oldId, newId }) => ({ name: target, oldId: oldId ?? zeroId, newId: newId ?? zeroId })),
    haves: trackedTips(parts), isAtomic: options.isAtomic === true, isQuiet: options.isQuiet === true, options: options.pushOptions,
    isThin: options.isThin ?? true, onProgress: parts.onProgress, onMessage: parts.onMessage,
  });
  const final = updates.map((update) => (isAsked(update) ? reported(update, answer.report) : update));
  yield* storeTracking(parts, final);
  return { updates: final, unpackError: answer.report?.unpackError, sent: answer.sent };
}

/** Whether the remote is asked for it. */
function isAsked({ status }: PushUpdate): boolean {
  return status === 'new' || status === 'fast-forward' || status === 'forced' || status === 'deleted';
}

function reported(update: PushUpdate, report: PushReport | undefined): PushUpdate {
  if (report === undefined) return update;
  const outcome = report.outcomes.find(({ name }) => name === update.target);
  if (outcome === undefined) return { ...update, status: 'unreported', reason: 'remote failed to report status' };
  if (outcome.error !== undefined) return { ...update, status: 'refused', reason: outcome.error };
  const rewritten = outcome.rewritten.at(-1);
  return rewritten?.newId === undefined ? update : { ...update, newId: rewritten.newId };
}

/** What the remote is known to have because it was fetched from there. */
function trackedTips({ from, options }: PushParts): ObjectId[] {
  const tips: ObjectId[] = [];
  const folders = (options.trackingRefspecs ?? []).flatMap(({ target }) => (target === undefined || !target.includes('*') ? [] : [target.slice(0, target.indexOf('*'))]));
  for (const folder of folders) {
    for (const [, value] of from.snapshot.refs.entries(folder)) if (value.kind === 'direct') tips.push(value.id);
  }
  return tips;
}

interface Judged {
  readonly from: PushFrom;
  readonly options: PushOptions;
  readonly matches: readonly PushMatch[];
  readonly remote: ReadonlyMap<string, ObjectId>;
}

function* judgeAll(parts: Judged): Job<PushUpdate[]> {
  const updates: PushUpdate[] = [];
  for (const match of parts.matches) updates.push(yield* judge(parts, match));
  return updates;
}

/** Whether a change may be asked for, and what it is (`set_ref_status_for_push` of Git). */
function* judge(parts: Judged, match: PushMatch): Job<PushUpdate> {
  const { from, options, remote } = parts;
  const { source, sourceRef, target, newId } = match;
  const oldId = remote.get(target);
  const say = (status: PushUpdate['status'], reason?: string): PushUpdate => ({ source, sourceRef, target, oldId, newId, status, reason });
  if (newId === undefined && oldId === undefined) return say('rejected', 'remote ref does not exist');
  if (newId !== undefined && oldId === newId) return say('up-to-date');
  const lease = leaseOf(parts, match);
  let isForced = match.isForced || options.isForced === true;
  if (lease !== undefined) {
    if ((oldId ?? from.snapshot.algorithm.zeroId) !== lease) return say('rejected', 'stale info');
    const isSeen = options.mustInclude !== true || oldId === undefined || sourceRef === undefined || from.wasIncluded(sourceRef, oldId);
    if (!isSeen) return say('rejected', 'remote ref updated since checkout');
    isForced = true;
  }
  if (newId === undefined) return say('deleted');
  if (oldId === undefined) return say('new');
  const reason = yield* reasonAgainst(from, { target, oldId, newId });
  if (reason === undefined) return say('fast-forward');
  return isForced ? say('forced') : say('rejected', reason);
}

/** What the remote's ref must be; `undefined`: anything. */
function leaseOf({ from, options }: Judged, { target }: PushMatch): ObjectId | undefined {
  const leases = options.leases ?? [];
  const lease = leases.find(({ ref }) => ref === target) ?? leases.find(({ ref }) => ref === undefined);
  if (lease === undefined) return undefined;
  if (lease.expected !== undefined) return lease.expected;
  const tracking = mapSource(options.trackingRefspecs ?? [], target)?.target;
  const value = tracking === undefined ? undefined : from.snapshot.refs.get(tracking);
  // Without a remote-tracking ref nothing is known to compare with, and a lease on nothing is stale.
  return value?.kind === 'direct' ? value.id : from.snapshot.algorithm.zeroId;
}

function* reasonAgainst(
  { snapshot, graph }: PushFrom, { target, oldId, newId }: { readonly target: RefName; readonly oldId: ObjectId; readonly newId: ObjectId },
): Job<string | undefined> {
  const { objects, shallow } = snapshot;
  if (target.startsWith('refs/tags/')) return 'already exists';
  const old = objects.findHeader(oldId);
  if (old === undefined) return 'fetch first';
  if (old.type !== 'commit' || objects.findHeader(newId)?.type !== 'commit') return 'needs force';
  return (yield* isAncestor({ graph, objects, shallow }, oldId, newId)) ? undefined : 'non-fast-forward';
}

/** Moves the remote-tracking refs to what the remote has now. */
function* storeTracking({ from, options }: PushParts, updates: readonly PushUpdate[]): Conversation<void> {
  const draft = new Draft(from.snapshot);
  try {
    for (const update of updates) {
      if (!isAsked(update) && update.status !== 'up-to-date') continue;
      track(draft, from, { update, tracking: mapSource(options.trackingRefspecs ?? [], update.target)?.target });
    }
    const batch = draft.finish({ origin: 'push' });
    if (batch.refs.length === 0) return;
    const answer = yield { kind: 'apply', batch, messages: { packetSize: undefined, keepAliveMs: undefined } };
    // The push is done, whether or not it could be noted here.
    assert(answer.kind === 'applied' || answer.kind === 'apply-failed', 'an apply step is answered');
  } finally {
    draft.discard();
  }
}

function track(draft: Draft, from: PushFrom, { update, tracking }: { readonly update: PushUpdate; readonly tracking: RefName | undefined }): void {
  if (tracking === undefined) return;
  const value = from.snapshot.refs.get(tracking);
  if (update.newId === undefined) {
    if (value !== undefined) draft.editRef(tracking, undefined);
    return;
  }
  const oldId = value?.kind === 'direct' ? value.id : undefined;
  if (oldId === update.newId || !from.snapshot.objects.has(update.newId)) return;
  draft.setRef(tracking, update.newId);
  if (!from.isLogged(tracking)) return;
  const entry = makeReflogEntry({ identity: from.identity, message: 'update by push' }, { oldId: oldId ?? from.snapshot.algorithm.zeroId, newId: update.newId });
  draft.editReflog(tracking, { kind: 'append', entry });
}
