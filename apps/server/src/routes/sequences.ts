import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint, type Reply } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { CHANGES_PROPERTIES, listChanges, sizeOfChanges, stageChanges, type ChangesBody } from '../realities/apply-changes.js';
import type { KeptReality } from '../realities/realities.js';
import type { StoppedWork } from '../realities/stopped-work.js';
import { COMMIT } from './commit-body.js';
import { RESOLUTIONS, type ResolutionsBody } from './conflicts.js';
import { readRepository, type RouteParts } from './parts.js';
import { actorOf } from './people.js';
import { REBASED } from './rebase-body.js';
import { rebaseStopped } from './rebase.js';
import { REPLAYED, SEQUENCE_LINK } from './replay-body.js';
import { driveReplay, replayStopped } from './replay.js';
import { resolutionFor, sequenceLink, settleSequence } from './sequence-work.js';
import { WorkingFiles } from './working-files.js';

interface ContinueBody extends ChangesBody {
  readonly resolutions?: ResolutionsBody;
  readonly message?: string;
  readonly allow_empty?: boolean;
}

const PROGRESS: Schema = {
  type: 'object', required: ['status', 'clean', 'conflicts', 'messages'],
  properties: {
    ...(REPLAYED['properties'] as object), ...(REBASED['properties'] as object),
    status: { enum: ['done', 'conflicts', 'empty', 'stopped'] },
    commits: {
      type: 'array', description: 'Of a rebase commits; else pairs of what was replayed and what came of it.',
      items: { type: 'object', properties: { ...(COMMIT['properties'] as object), from: { type: 'string' }, to: { type: 'string' }, commit: COMMIT } },
    },
  },
};

const CONTINUE_BODY: Schema = {
  type: 'object', additionalProperties: false,
  properties: {
    resolutions: { ...RESOLUTIONS, description: 'What is to stand at the paths in conflict, all of them: content, a side, or null for nothing.' },
    message: { type: 'string', minLength: 1, maxLength: 1_000_000, description: 'Of the commit. Default: the one that it had.' },
    allow_empty: { type: 'boolean', default: false, description: 'Commit although nothing changes.' },
    ...CHANGES_PROPERTIES,
  },
};

/** Cherry-picks, reverts and rebases that wait for a decision. They live in memory, for whoever began them. */
export function sequenceRoutes(parts: RouteParts): Endpoint[] {
  const path = '/api/v1/repos/{id}/sequences';
  const one = `${path}/{sequence}`;
  const common = { tag: 'merging', permission: 'repo:write' } as const;
  const { realities } = parts.live;
  const abort = (method: 'post' | 'delete', at: string): Endpoint => endpoint({
    ...common, method, path: at, summary: 'Give up a stopped cherry-pick, revert or rebase; nothing of it was visible',
    answers: { 200: { type: 'object', required: ['status', 'id'], properties: { status: { const: 'aborted' }, id: { type: 'string' } } } },
    handle: (call) => within(parts, call, (kept) => {
      realities.end(kept);
      return reply(200, { status: 'aborted', id: kept.id });
    }),
  });
  return [
    endpoint({
      ...common, method: 'get', path, summary: 'List your stopped cherry-picks, reverts and rebases',
      answers: { 200: { type: 'object', required: ['sequences', 'count'], properties: { sequences: { type: 'array', items: SEQUENCE_LINK }, count: { type: 'integer' } } } },
      handle: (call) => readRepository(parts, call, (hosted) => {
        const sequences = realities.list(hosted, 'sequence').filter((kept) => isTheirs(parts, call, kept)).map(sequenceLink);
        return reply(200, { sequences, count: sequences.length });
      }),
    }),
    endpoint({
      ...common, method: 'get', path: one, summary: 'Where a cherry-pick, revert or rebase stopped, and why', answers: { 200: PROGRESS },
      handle: (call) => within(parts, call, (kept, { body }) => reply(200, { ...body, sequence: sequenceLink(kept) })),
    }),
    endpoint<ContinueBody>({
      ...common, method: 'post', path: `${one}/continue`, summary: 'Go on with what was decided', isBodyOptional: true, body: CONTINUE_BODY,
      answers: { 200: PROGRESS, 202: PROGRESS },
      handle: (call) => within(parts, call, (kept, stopped) => settleSequence(parts, call, { kept, done: goOn(kept, stopped, call) })),
    }),
    endpoint<ContinueBody>({
      ...common, method: 'post', path: `${one}/skip`, summary: 'Go on without the commit at which it stopped', answers: { 200: PROGRESS, 202: PROGRESS },
      handle: (call) => within(parts, call, (kept, stopped) => settleSequence(parts, call, { kept, done: skip(kept, stopped) })),
    }),
    abort('post', `${one}/abort`), abort('delete', one),
  ];
}

function goOn(kept: KeptReality, stopped: StoppedWork, call: Call<ContinueBody>): StoppedWork {
  const { reality } = kept;
  const { resolutions, message, allow_empty: allowEmpty } = call.body;
  const changes = listChanges(call.body);
  switch (stopped.kind) {
    case 'finished':
      return stopped;
    case 'rebase': {
      const { state, oldHead } = stopped;
      const { stop } = state;
      if (stop.kind !== 'commit') {
        commitByHand(kept, call, { changes, isEdit: stop.kind === 'edit' });
        return rebaseStopped(reality, { result: reality.continueRebase(state), oldHead });
      }
      mustNotChange(changes);
      const result = reality.continueRebase(state, { ...resolutionFor(resolutions, stop.stopped.conflicts), message, allowEmpty });
      return rebaseStopped(reality, { result, oldHead });
    }
    default: {
      mustNotChange(changes);
      const { state, progress, kind } = stopped;
      const result = reality.continueSequence(state, { ...resolutionFor(resolutions, state.stop.conflicts), message, allowEmpty });
      return replayStopped(reality, driveReplay(reality, result, { progress, resolutions: undefined, keepsRedundant: false }), kind);
    }
  }
}

function skip({ reality }: KeptReality, stopped: StoppedWork): StoppedWork {
  switch (stopped.kind) {
    case 'finished':
      return stopped;
    case 'rebase':
      return rebaseStopped(reality, { result: reality.skipRebase(stopped.state), oldHead: stopped.oldHead });
    default: {
      const { state, progress, kind } = stopped;
      return replayStopped(reality, driveReplay(reality, reality.skipSequence(state), { progress, resolutions: undefined, keepsRedundant: false }), kind);
    }
  }
}

/** At an `edit` the commit is made again with what is sent, at a `break` there is a new one. */
function commitByHand(kept: KeptReality, call: Call<ContinueBody>, { changes, isEdit }: { readonly changes: ReturnType<typeof listChanges>; readonly isEdit: boolean }): void {
  const { reality, hosted } = kept;
  const { message, allow_empty: allowEmpty } = call.body;
  if (changes.length > 0) {
    kept.files = new WorkingFiles(reality);
    stageChanges(kept, changes);
  }
  if (isEdit) {
    if (changes.length > 0 || message !== undefined) reality.amend({ message, committer: actorOf(withoutAuthor(call), hosted), allowEmpty });
    return;
  }
  if (changes.length === 0) return;
  if (message === undefined) throw new ServerError('request-invalid', 'A commit of its own needs a message.', { place: 'body', path: '/message' });
  const committer = actorOf(withoutAuthor(call), hosted);
  reality.commit(message, { author: committer, committer, allowEmpty });
}

function withoutAuthor(call: Call): Call<undefined> {
  return { ...call, body: undefined };
}

function mustNotChange(changes: readonly unknown[]): void {
  if (changes.length === 0) return;
  throw new ServerError('request-invalid', 'It stopped at a commit; say in "resolutions" what stands at the paths in conflict.', { place: 'body', path: '/resolutions' });
}

/** Runs `work` on the sequence that the path names. Only who began it, and who administers the repository, finds it. */
function within(parts: RouteParts, call: Call, work: (kept: KeptReality, stopped: StoppedWork) => Reply | Promise<Reply>): Promise<Reply> {
  return readRepository(parts, call, async (hosted) => {
    const id = call.path['sequence'] ?? '';
    const kept = parts.live.realities.list(hosted, 'sequence').find((each) => each.id === id);
    if (kept?.stopped === undefined || !isTheirs(parts, call, kept)) {
      throw new ServerError('sequence-unknown', `There is no stopped sequence "${id.slice(0, 200)}"; it may have expired.`, { id: id.slice(0, 200) });
    }
    parts.live.realities.grow(parts.live.realities.use(hosted, 'sequence', id), sizeOfChanges(listChanges((call.body ?? {}))));
    return work(kept, kept.stopped);
  });
}

function isTheirs({ gate }: RouteParts, { context: { principal } }: Call, kept: KeptReality): boolean {
  return kept.ownerId === principal?.userId || gate.permits(principal, 'repo:admin', kept.hosted.id);
}
