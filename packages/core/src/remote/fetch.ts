import { assert, GovcError } from '../errors.js';
import type { HashAlgorithm } from '../hash/algorithm.js';
import type { ObjectId } from '../hash/object-id.js';
import { ConsecutiveNegotiator } from '../protocol/consecutive-negotiator.js';
import { runStep, send, type Conversation } from '../protocol/conversation.js';
import { NO_NEGOTIATION, type FetchNegotiator } from '../protocol/fetch-negotiator.js';
import { FetchRequest, INFINITE_DEPTH } from '../protocol/fetch-request.js';
import type { ShallowChange } from '../protocol/fetch-response.js';
import { readGreeting, type Greeting } from '../protocol/greeting.js';
import { listRemoteRefs, offersFetchFeature, type ClientIdentity } from '../protocol/list-remote-refs.js';
import type { ListedRef } from '../protocol/ls-refs.js';
import { FLUSH_PACKET } from '../protocol/packet.js';
import { requestPack, type ReceivedPack } from '../protocol/request-pack.js';
import { SkippingNegotiator } from '../protocol/skipping-negotiator.js';
import { fetchRefPrefixes } from '../ref/refspec.js';
import { Draft } from '../store/draft.js';
import type { Snapshot } from '../store/snapshot.js';
import { checkConnectivity } from '../walk/connectivity.js';
import { CommitGraph } from '../walk/commit-graph.js';
import type { FetchDepth, FetchOptions, FetchTarget } from './fetch-options.js';
import { missingTags, planRefs, type FetchedRef, type WantedMatch } from './fetch-refs.js';
import { updateRefs } from './fetch-updates.js';
import type { RefUpdate } from './ref-update.js';

/** What {@link fetchFrom} is given. */
export interface FetchParts {
  readonly target: FetchTarget;
  readonly options: FetchOptions;
  readonly client: ClientIdentity;
  /** Whether each request stands for itself, as over HTTP. */
  readonly isStateless: boolean;
}

/** What a fetch did. */
export interface FetchOutcome {
  /** All refs that the remote listed for this fetch. */
  readonly remoteRefs: readonly ListedRef[];
  /** What the refspecs named, in their order, whether stored or not: the lines of `FETCH_HEAD`. */
  readonly fetched: readonly FetchedRef[];
  /** What became of each ref here; those of `up-to-date` included. */
  readonly updates: readonly RefUpdate[];
  readonly shallow: ShallowChange;
  /** How many objects came. */
  readonly objectCount: number;
}

/**
 * Fetches: learns the refs of a server, receives what is missing, and moves refs, all in one batch (git-fetch).
 *
 * @throws {GovcError} protocol-error, refspec-source-missing: a refspec names a ref that the remote lacks; object-missing: the
 *   remote sent less than its refs need; ref-refused: a ref may not change; unsupported: another object format; ref-conflict: a ref changed here meanwhile
 */
export function* fetchFrom(parts: FetchParts): Conversation<FetchOutcome> {
  const { target: { snapshot }, options, client } = parts;
  const greeting = yield* readGreeting();
  mustMatchFormat(greeting.algorithm, snapshot.algorithm);
  const { tags = 'auto' } = options;
  const prefixes = wantedPrefixes(options);
  const remoteRefs = yield* listRemoteRefs(greeting, { peel: true, symrefs: true, unborn: true, prefixes }, client);
  const plan = planRefs(remoteRefs, options, snapshot.algorithm);
  const followed = tags === 'auto' ? missingTags(remoteRefs, plan.matches, snapshot) : [];
  const matches = [...plan.matches, ...followed];
  mustNotBeLocked(matches, options);
  const received = yield* receiveMissing(parts, { greeting, remoteRefs, matches });
  if (greeting.version !== 2 && received === undefined && !parts.isStateless) yield* send(FLUSH_PACKET);
  const draft = new Draft(snapshot);
  try {
    return yield* store(parts, { draft, greeting, remoteRefs, matches, fetched: [...plan.fetched, ...followed.map(asFetched)], received });
  } finally {
    draft.discard();
    if (greeting.version === 2 && !parts.isStateless) yield* send(FLUSH_PACKET);
  }
}

function mustNotBeLocked(matches: readonly WantedMatch[], { lockedRefs }: FetchOptions): void {
  for (const { target } of matches) {
    const reason = target === undefined ? undefined : lockedRefs?.get(target);
    if (reason !== undefined) throw new GovcError('ref-refused', reason, { name: target });
  }
}

function mustMatchFormat(theirs: HashAlgorithm, ours: HashAlgorithm): void {
  if (theirs === ours) return;
  throw new GovcError('unsupported', `mismatched algorithms: client ${ours.name}; server ${theirs.name}`, { theirs: theirs.name, ours: ours.name });
}

function wantedPrefixes({ refspecs, tags = 'auto', trackingRefspecs = [] }: FetchOptions): string[] {
  const prefixes = refspecs.length === 0 ? ['HEAD'] : fetchRefPrefixes([...refspecs, ...trackingRefspecs]);
  // Only ids are asked for, so that no name narrows the list; without any prefix all refs would come.
  if (prefixes.length === 0 && refspecs.every(({ exactId }) => exactId !== undefined)) prefixes.push('HEAD');
  if (prefixes.length > 0) prefixes.push('HEAD');
  if (tags !== 'none' && prefixes.length > 0) prefixes.push('refs/tags/');
  return [...new Set(prefixes)];
}

function asFetched({ source, id, target }: WantedMatch): FetchedRef {
  return { source, id, refspecIndex: undefined, target };
}

interface Gathered {
  readonly greeting: Greeting;
  readonly remoteRefs: readonly ListedRef[];
  readonly matches: readonly WantedMatch[];
}

/** Asks for the pack, unless everything is here. */
function* receiveMissing(parts: FetchParts, gathered: Gathered): Conversation<ReceivedPack | undefined> {
  const { target, options } = parts;
  const { snapshot } = target;
  const wants = yield* missingIds(parts, gathered);
  if (wants.length === 0) return undefined;
  const { greeting } = gathered;
  const request = new FetchRequest(snapshot.algorithm);
  for (const id of wants) request.addWant(id);
  for (const id of snapshot.shallow) request.shallows.addId(id);
  setDepth(request, options.depth, snapshot);
  if (options.filter !== undefined && offersFetchFeature(greeting, 'filter')) request.filter = options.filter;
  request.thinPack = true;
  request.ofsDelta = true;
  request.includeTag = (options.tags ?? 'auto') === 'auto';
  return yield* requestPack({
    greeting, client: parts.client, request, negotiator: startNegotiation(parts, gathered), isStateless: parts.isStateless,
    objects: snapshot.objects, fsck: options.fsck,
  });
}

function isDeepening({ depth }: FetchOptions): boolean {
  return depth?.depth !== undefined || depth?.sinceSeconds !== undefined || (depth?.not?.length ?? 0) > 0;
}

function setDepth(request: FetchRequest, depth: FetchDepth | undefined, snapshot: Snapshot): void {
  if (depth === undefined) return;
  const count = depth.depth;
  // Where nothing is cut off, there is nothing to complete.
  if (count === Number.POSITIVE_INFINITY && snapshot.shallow.size === 0) return;
  if (count !== undefined) request.depth = Math.min(count, INFINITE_DEPTH);
  request.deepenRelative = depth.isRelative === true;
  request.deepenSince = depth.sinceSeconds;
  request.deepenNot.push(...(depth.not ?? []));
}

/** What the refs name and the repository lacks, or has and cannot be sure to have with all it reaches. */
function* missingIds({ target, options }: FetchParts, { matches }: Gathered): Conversation<ObjectId[]> {
  const { snapshot } = target;
  const ids = [...new Set(matches.map(({ id }) => id))];
  if (isDeepening(options)) return ids;
  const present = ids.filter((id) => snapshot.objects.has(id));
  const missing = ids.filter((id) => !snapshot.objects.has(id));
  if (present.length === 0) return missing;
  const known = knownTips(snapshot);
  const loose = present.filter((id) => !known.has(id));
  if (loose.length === 0) return missing;
  const whole = yield* runStep(checkConnectivity({
    objects: snapshot.objects, algorithm: snapshot.algorithm, tips: loose, known: [...known], shallow: snapshot.shallow,
  }));
  return whole.ok ? missing : [...missing, ...loose];
}

function knownTips(snapshot: Snapshot): Set<ObjectId> {
  const tips = new Set<ObjectId>();
  for (const [, value] of snapshot.refs.entries()) if (value.kind === 'direct') tips.add(value.id);
  return tips;
}

function startNegotiation({ target, options }: FetchParts, { remoteRefs }: Gathered): FetchNegotiator {
  const { snapshot, graph } = target;
  const parts = { graph, objects: snapshot.objects, shallow: snapshot.shallow };
  const kind = options.negotiation ?? 'consecutive';
  if (kind === 'noop') return NO_NEGOTIATION;
  const negotiator = kind === 'skipping' ? new SkippingNegotiator(parts) : new ConsecutiveNegotiator(parts);
  const isCommit = (id: ObjectId): boolean => snapshot.objects.findHeader(id)?.type === 'commit';
  for (const { id, peeled } of remoteRefs) {
    const known = peeled ?? id;
    if (known !== undefined && isCommit(known)) negotiator.addKnownCommon(known);
  }
  for (const id of tipCommits(snapshot)) negotiator.addTip(id);
  return negotiator;
}

/** The commits that refs name, through tags. */
function tipCommits(snapshot: Snapshot): Set<ObjectId> {
  const commits = new Set<ObjectId>();
  for (const id of knownTips(snapshot)) {
    const commit = snapshot.objects.findHeader(id)?.type === 'commit' ? id : undefined;
    if (commit !== undefined) commits.add(commit);
  }
  return commits;
}

interface Stored extends Gathered {
  readonly draft: Draft;
  readonly fetched: readonly FetchedRef[];
  readonly received: ReceivedPack | undefined;
}

/** Puts everything in one batch and has it applied. */
function* store(parts: FetchParts, { draft, remoteRefs, matches, fetched, received }: Stored): Conversation<FetchOutcome> {
  const { target, options } = parts;
  const { snapshot } = target;
  const shallow = received?.shallow ?? { shallow: [], unshallow: [] };
  if (received?.pack !== undefined) draft.addPack(received.pack);
  draft.editShallow({ add: shallow.shallow, remove: shallow.unshallow });
  const { view } = draft;
  if (received !== undefined && options.filter === undefined) {
    const result = yield* runStep(checkConnectivity({
      objects: view.objects, algorithm: view.algorithm, tips: [...new Set(matches.map(({ id }) => id))],
      known: isDeepening(options) ? [] : [...knownTips(snapshot)], shallow: view.shallow,
    }));
    if (!result.ok) throw new GovcError('object-missing', `The remote did not send all necessary objects: ${result.message}`, { id: result.missing });
  }
  const late = (options.tags ?? 'auto') === 'auto' ? missingTags(remoteRefs, matches, view) : [];
  // Of a tag whose object did not come only what it names is here; it waits for another fetch.
  const follow = late.filter(({ id }) => view.objects.has(id));
  const graph = new CommitGraph(view.algorithm);
  const updates = yield* runStep(updateRefs({ draft, graph, target, options, matches: [...matches, ...follow], remoteRefs }));
  options.onPlanned?.(updates);
  const batch = draft.finish({ origin: 'fetch' });
  const isRefused = options.isAtomic === true && updates.some(({ status }) => status === 'rejected');
  if (options.isDryRun !== true && !isRefused && (batch.refs.length > 0 || batch.packs.length > 0 || batch.shallow !== undefined)) {
    const answer = yield { kind: 'apply', batch, messages: { packetSize: undefined, keepAliveMs: undefined } };
    assert(answer.kind === 'applied' || answer.kind === 'apply-failed', 'an apply step is answered');
    if (answer.kind === 'apply-failed') throw new GovcError('transaction-refused', answer.message);
    if (!answer.result.ok) {
      const [first] = answer.result.refusals;
      throw new GovcError('ref-conflict', first?.message ?? 'The refs changed meanwhile.', { refusals: answer.result.refusals });
    }
  }
  return { remoteRefs, fetched: [...fetched, ...follow.map(asFetched)], updates, shallow, objectCount: received?.pack?.objectCount ?? 0 };
}

/**
 * The refs of a server and nothing else (git-ls-remote).
 *
 * @throws {GovcError} protocol-error
 */
export function* lookAround(
  { prefixes, client, isStateless }: { readonly prefixes: readonly string[]; readonly client: ClientIdentity; readonly isStateless: boolean },
): Conversation<{ readonly algorithm: HashAlgorithm; readonly refs: readonly ListedRef[] }> {
  const greeting = yield* readGreeting();
  const refs = yield* listRemoteRefs(greeting, { peel: true, symrefs: true, unborn: true, prefixes }, client);
  if (!isStateless) yield* send(FLUSH_PACKET);
  return { algorithm: greeting.algorithm, refs };
}

