import type { Config } from '../config/config.js';
import { GovcError } from '../errors.js';
import type { ApplyResult } from '../store/apply.js';
import type { Batch, ReflogNote } from '../store/batch.js';
import type { ZoneOffset } from '../object/calendar-time.js';
import { HEAD, type RefName } from '../ref/ref-name.js';
import { symbolicRef } from '../ref/ref-value.js';
import { Draft } from '../store/draft.js';
import type { AppliedListener } from '../store/events.js';
import { makeSnapshot, type Snapshot } from '../store/snapshot.js';
import type { ReflogMap } from '../store/reflog-map.js';
import type { ReflogPolicy } from '../store/reflog-policy.js';
import type { Grafts } from '../store/replace.js';
import { squashBatches } from '../store/squash.js';
import { Timeline } from '../store/timeline.js';
import type { CommitGraph } from '../walk/commit-graph.js';
import type { Clock } from './clock.js';
import { Editor, type Proposal } from './editor.js';
import { refusedError } from './refused.js';
import type { ImmediateSigner } from './sign.js';

/** How a reality is forked off. */
export interface RealityOptions {
  /**
   * The branch that `HEAD` stands on in it, which need not exist yet. `HEAD`, and other refs outside of `refs/`, are then its own and
   * not published. Default: `HEAD` is that of the repository.
   */
  readonly branch?: string | undefined;
}

/** What a reality needs of where it was forked from. */
export interface RealityOrigin {
  readonly snapshot: Snapshot;
  readonly graph: CommitGraph;
  readonly clock: Clock;
  /** The zone of dates that name none. Default: UTC. */
  readonly zone?: ZoneOffset | undefined;
  readonly reflogs: ReflogMap;
  /** Parents that commits have for reading there. */
  readonly grafts: Grafts;
  /** Who signs there where the configuration says so. Default: nobody. */
  readonly signer?: ImmediateSigner | undefined;
  /** Which refs get a log there. */
  reflogPolicy(config: Config): ReflogPolicy;
  /** The branch that `HEAD` stands on here, where it is another than there. Default: the same. */
  readonly branch?: RefName | undefined;
  /** Applies a batch there. @throws {GovcError} when it is refused */
  publish(batch: Batch): void;
}

/**
 * A repository of its own that shares everything with the one it was forked from until it writes. It has the
 * whole porcelain; nothing it does shows elsewhere until {@link Reality.publish}, and nothing done elsewhere
 * shows here.
 *
 *     open --publish--> published
 *     open --discard--> discarded
 *
 * @example
 * const attempt = repository.reality();
 * attempt.add('size', 'large');
 * attempt.commit('Try large', { author });
 * if (good) attempt.publish();
 * else attempt.discard();
 */
export class Reality extends Editor {
  readonly #origin: RealityOrigin;
  readonly #base: Snapshot;
  readonly #batches: Batch[] = [];
  #reflogs: ReflogMap;
  #timeline: Timeline | undefined;
  #state: 'open' | 'published' | 'discarded' = 'open';

  /** @internal Use `Repository.reality`. O(1). */
  constructor(origin: RealityOrigin) {
    super(origin.graph, origin.clock, origin.zone);
    this.#origin = origin;
    this.#base = origin.branch === undefined ? origin.snapshot : withHead(origin.snapshot, origin.branch);
    this.#reflogs = origin.reflogs;
  }

  get snapshot(): Snapshot {
    return this.#timeline?.current ?? this.#base;
  }

  protected override get grafts(): Grafts {
    return this.#origin.grafts;
  }

  protected override get signer(): ImmediateSigner | undefined {
    return this.#origin.signer;
  }

  protected get reflogs(): ReflogMap {
    return this.#reflogs;
  }

  /** The state from which it was forked. */
  get base(): Snapshot {
    return this.#base;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  propose<T>(proposal: Proposal, edit: (draft: Draft) => T): T {
    this.#mustBeOpen();
    const draft = new Draft(this.snapshot);
    try {
      const result = edit(draft);
      if (draft.isEmpty) return result;
      const applied = this.apply(draft.finish(proposal));
      if (!applied.ok) throw refusedError(applied.refusals);
      return result;
    } finally {
      draft.discard();
    }
  }

  /**
   * Applies a batch that was made elsewhere, for example by a push to this reality; {@link Editor.propose} is simpler.
   *
   * @throws {GovcError} draft-closed
   */
  apply(batch: Batch): ApplyResult {
    this.#mustBeOpen();
    const before = this.snapshot.refs;
    const applied = this.#fork().apply(batch);
    if (!applied.ok) return applied;
    this.#batches.push(batch);
    const { refs: after, algorithm, config } = applied.snapshot;
    this.#reflogs = this.#reflogs.with({ batch, before, after, algorithm }, this.#origin.reflogPolicy(config));
    return applied;
  }

  /** Calls `listener` for each change made in this reality; gives the function that ends it. */
  subscribe(listener: AppliedListener): () => void {
    return this.#fork().subscribe(listener);
  }

  /**
   * Makes everything done here take effect where it was forked from, as one atomic change, and ends the reality.
   * Where it is refused, the reality stays open and nothing has changed anywhere.
   *
   * @throws {GovcError} ref-conflict: a ref edited here was changed there since the fork; ref-name-clash,
   *   transaction-refused, writer-failed, draft-closed
   */
  publish(options: { readonly reflog?: ReflogNote | undefined } = {}): void {
    this.#mustBeOpen();
    if (this.#batches.length > 0) {
      const batch = squashBatches(this.#base, this.#batches, { origin: 'publish', reflog: options.reflog });
      this.#origin.publish(this.#origin.branch === undefined ? batch : withoutOwnRefs(batch));
    }
    this.#state = 'published';
  }

  /** Ends the reality; what was done in it is gone. Safe to call at any time. */
  discard(): void {
    if (this.#state !== 'open') return;
    this.#state = 'discarded';
    this.#batches.length = 0;
    this.#timeline = undefined;
    this.#reflogs = this.#origin.reflogs;
  }

  #fork(): Timeline {
    return (this.#timeline ??= new Timeline(this.#base, (error) => {
      throw error;
    }));
  }

  #mustBeOpen(): void {
    if (this.#state === 'open') return;
    throw new GovcError('draft-closed', `The reality was ${this.#state} and takes no more edits; fork a new one.`, {
      state: this.#state,
    });
  }
}

function withHead(snapshot: Snapshot, branch: RefName): Snapshot {
  const refs = snapshot.refs.edit();
  refs.set(HEAD, symbolicRef(branch));
  return makeSnapshot({ ...snapshot, refs: refs.finish() });
}

/** What a batch does to `HEAD`, `ORIG_HEAD` and the like is left out. */
function withoutOwnRefs(batch: Batch): Batch {
  const isShared = ({ name }: { readonly name: RefName }): boolean => name.startsWith('refs/');
  return { ...batch, refs: batch.refs.filter(isShared), reflogEdits: batch.reflogEdits.filter(isShared) };
}
