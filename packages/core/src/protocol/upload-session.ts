import { IdTable } from '../hash/id-table.js';
import type { ObjectId } from '../hash/object-id.js';
import { CommitGraph } from '../walk/commit-graph.js';
import { findReached } from '../walk/ancestry.js';
import { sanitizeAgent } from './capabilities.js';
import { protocolError, runStep, type Conversation } from './conversation.js';
import { peelObject } from './peel.js';
import { readUploadConfig, type UploadConfig } from './upload-config.js';
import type { UploadPackRequest } from './upload-pack-request.js';
import { hiddenRefsOf, VisibleRefs } from './visible-refs.js';

/** What the client expects to hear, and so how it can be told of an error. */
export type UploadPhase =
  | { readonly kind: 'packets'; readonly sidebandAll: boolean }
  | { readonly kind: 'sideband'; readonly packetSize: number }
  | { readonly kind: 'raw' };

/** What the versions of upload-pack share while they serve one conversation. */
export class UploadSession {
  readonly served: UploadPackRequest;
  readonly config: UploadConfig;
  readonly refs: VisibleRefs;
  readonly graph: CommitGraph;
  readonly agent: string;
  phase: UploadPhase = { kind: 'packets', sidebandAll: false };
  #tips: IdTable | undefined;

  /** @throws {GovcError} config-invalid */
  constructor(served: UploadPackRequest) {
    const { snapshot } = served;
    this.served = served;
    this.config = readUploadConfig(snapshot.config);
    this.refs = new VisibleRefs(snapshot, served.namespace, hiddenRefsOf(snapshot.config, 'uploadpack'));
    this.graph = served.graph ?? new CommitGraph(snapshot.algorithm);
    this.agent = sanitizeAgent(served.agent);
  }

  /** The value of the capability `session-id`, where it is to be said. */
  get sessionId(): string | undefined {
    return this.config.advertiseSessionId ? this.served.sessionId : undefined;
  }

  /** @throws {GovcError} protocol-error: the repository does not have the object. */
  mustHave(id: ObjectId): void {
    if (!this.served.snapshot.objects.has(id)) throw notOurRef(id);
  }

  /**
   * Checks that each want is something the client was shown, or may ask for without (versions 0 and 1).
   *
   * @throws {GovcError} protocol-error: one is not.
   */
  *checkWants(wants: IdTable): Conversation<void> {
    const unshown: ObjectId[] = [];
    for (let i = 0; i < wants.count; i++) {
      const id = wants.idAt(i);
      this.mustHave(id);
      if (!this.config.allowAny && !this.#isTip(id)) unshown.push(id);
    }
    const [first] = unshown;
    if (first === undefined) return;
    // Over stateless connections the refs may have moved since they were shown.
    if (this.served.mode !== 'stateless' && !this.config.allowReachable) throw notOurRef(first);
    const unreached = yield* this.#findUnreached(unshown);
    if (unreached !== undefined) throw notOurRef(unreached);
  }

  /** The first of these objects whose commit no ref reaches. What is no commit cannot be told and passes, as in Git. */
  *#findUnreached(ids: readonly ObjectId[]): Conversation<ObjectId | undefined> {
    const { objects, algorithm, shallow } = this.served.snapshot;
    const commitOf = (id: ObjectId): ObjectId | undefined => {
      const peeled = peelObject(objects, algorithm, id);
      return peeled?.type === 'commit' ? peeled.id : undefined;
    };
    const targets = new Map<ObjectId, ObjectId>();
    for (const id of ids) {
      const commit = commitOf(id);
      if (commit !== undefined) targets.set(commit, id);
    }
    const starts = new Set<ObjectId>();
    const tips = this.#tipTable();
    for (let i = 0; i < tips.count; i++) {
      const commit = commitOf(tips.idAt(i));
      if (commit !== undefined) starts.add(commit);
    }
    const request = { graph: this.graph, objects, shallow };
    const reached = yield* runStep(findReached(request, [...starts], new Set(targets.keys())));
    for (const [commit, id] of targets) if (!reached.has(commit)) return id;
    return undefined;
  }

  #isTip(id: ObjectId): boolean {
    return this.#tipTable().has(id);
  }

  /** What the refs name that the client may ask for: the hidden ones too where the configuration says so. */
  #tipTable(): IdTable {
    if (this.#tips !== undefined) return this.#tips;
    const tips = new IdTable(this.served.snapshot.algorithm);
    const head = this.refs.findHead()?.id;
    if (head !== undefined) tips.addId(head);
    const { allowTip, allowReachable } = this.config;
    const refs = allowTip || allowReachable ? this.refs.allEntries() : this.refs.entries();
    for (const { id } of refs) tips.addId(id);
    this.#tips = tips;
    return tips;
  }
}

function notOurRef(id: ObjectId): Error {
  return protocolError(`upload-pack: not our ref ${id}`, { id });
}
