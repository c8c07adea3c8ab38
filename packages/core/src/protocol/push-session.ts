import { bytesFromLosslessText } from '../bytes/lossless-text.js';
import type { ObjectId } from '../hash/object-id.js';
import type { Pack } from '../pack/pack.js';
import type { Identity } from '../object/identity.js';
import { findRefName, type RefName } from '../ref/ref-name.js';
import { Draft } from '../store/draft.js';
import type { Snapshot } from '../store/snapshot.js';
import { CommitGraph } from '../walk/commit-graph.js';
import { sanitizeAgent } from './capabilities.js';
import { send, type Conversation } from './conversation.js';
import type { Decision, ProcReceiveAnswer, Push, PushCommand, RewrittenCommand, Verdict } from './decision.js';
import type { MessageBand } from './message-band.js';
import type { PushRequest } from './push-request.js';
import { readReceiveConfig, type ReceiveConfig } from './receive-config.js';
import { encodeSideband, SIDEBAND_64K_PACKET_SIZE } from './sideband.js';
import type { ConversationMode, ServedRepository } from './upload-pack-request.js';
import { hiddenRefsOf, VisibleRefs } from './visible-refs.js';
import { assert } from '../errors.js';

/** What {@link serveReceivePack} is asked. */
export interface ReceivePackRequest extends ServedRepository {
  readonly mode: ConversationMode;
  /** What the client asked for; version 2 has no pushes and is served as version 0, as Git does. */
  readonly version: 0 | 1 | 2;
  /** Who stands in the reflog; `undefined`: no reflog is written. */
  readonly reflogIdentity: Identity | undefined;
  /** What `receive.fsck.skipList` names; `undefined`: nothing. */
  readonly fsckSkipList: ReadonlySet<ObjectId> | undefined;
}

/** One command on its way to an outcome. */
export interface CommandState {
  readonly command: PushCommand;
  /** The ref in the repository, namespace included; `undefined` when the name cannot be a ref. */
  readonly stored: RefName | undefined;
  /** Why it is refused; the first reason stays. */
  error: string | undefined;
  /** It takes effect through another command, or not at all. */
  skipped: boolean;
  /** A deletion of what was not there. */
  didNotExist: boolean;
  procReceive: 'no' | 'scheduled' | 'returned';
  rewritten: RewrittenCommand[];
}

/** Everything about one conversation with receive-pack. */
export class PushSession {
  readonly served: ReceivePackRequest;
  readonly config: ReceiveConfig;
  readonly refs: VisibleRefs;
  /**
   * A graph of its own: a shared one would remember commits of pushes that were refused, and take them for present in
   * the next.
   */
  readonly graph: CommitGraph;
  readonly agent: string;
  readonly draft: Draft;
  states: readonly CommandState[] = [];
  options: readonly string[] | undefined;
  reportVersion: 0 | 1 | 2 = 0;
  usesSideband = false;
  isAtomic = false;
  isQuiet = false;
  quarantinePath: string | undefined;
  /** What was pushed, in the draft; `undefined`: no objects. */
  pack: Pack | undefined;
  /** Whether the pack took effect before the refs, because a proc-receive handler needs its objects. */
  isPackKept = false;
  #push: Push | undefined;

  /** @throws {GovcError} config-invalid */
  constructor(served: ReceivePackRequest) {
    const { snapshot } = served;
    this.served = served;
    this.config = readReceiveConfig(snapshot.config, served.fsckSkipList);
    this.refs = new VisibleRefs(snapshot, served.namespace, hiddenRefsOf(snapshot.config, 'receive'));
    this.graph = new CommitGraph(snapshot.algorithm);
    this.agent = sanitizeAgent(served.agent);
    this.draft = new Draft(snapshot);
  }

  get snapshot(): Snapshot {
    return this.served.snapshot;
  }

  /** How messages go out while the driver works. */
  get messages(): MessageBand {
    return {
      packetSize: this.usesSideband ? SIDEBAND_64K_PACKET_SIZE : undefined,
      keepAliveMs: this.config.keepAliveMs,
    };
  }

  /** The push as it is shown to those who decide; the same object each time. */
  get push(): Push {
    return (this.#push ??= {
      algorithm: this.snapshot.algorithm,
      commands: this.states.map(({ command }) => command),
      options: this.options,
      atomic: this.isAtomic,
      view: this.draft.view,
      quarantinePath: this.quarantinePath,
    });
  }

  /** Takes what the client asked for and agreed to. */
  begin(request: PushRequest): void {
    const { capabilities } = request;
    const prefix = this.served.namespace.prefix;
    this.states = request.commands.map((command) => ({
      command,
      stored: findRefName(command.name) === undefined ? undefined : findRefName(prefix + command.name),
      error: undefined,
      skipped: false,
      didNotExist: false,
      procReceive: 'no' as const,
      rewritten: [],
    }));
    if (capabilities === undefined) return;
    this.reportVersion = capabilities.has('report-status-v2') ? 2 : capabilities.has('report-status') ? 1 : 0;
    this.usesSideband = capabilities.has('side-band-64k');
    this.isQuiet = capabilities.has('quiet');
    this.isAtomic = this.config.advertiseAtomic && capabilities.has('atomic');
    if (this.config.advertisePushOptions && capabilities.has('push-options')) this.options = [];
  }

  isZero(id: ObjectId): boolean {
    return id === this.snapshot.algorithm.zeroId;
  }

  /** Tells the user something on band 2, where there is one; the line feed is added. */
  *tell(kind: 'error' | 'warning' | 'fatal', text: string): Conversation<void> {
    if (!this.usesSideband) return;
    const bytes = bytesFromLosslessText(`${kind}: ${text}\n`);
    yield* send(encodeSideband(2, bytes, SIDEBAND_64K_PACKET_SIZE));
  }

  /** Asks policy and hooks. */
  *decide(decision: Exclude<Decision, { kind: 'proc-receive' }>): Conversation<Verdict> {
    const answer = yield { kind: 'decide', decision, messages: this.messages };
    assert(answer.kind === 'verdict', 'a decision is answered with a verdict');
    return answer;
  }

  /** Hands commands to the proc-receive handler. */
  *procReceive(commands: readonly PushCommand[]): Conversation<ProcReceiveAnswer> {
    const decision: Decision = { kind: 'proc-receive', push: this.push, commands };
    const answer = yield { kind: 'decide', decision, messages: this.messages };
    assert(answer.kind === 'proc-receive', 'a proc-receive decision is answered with reports');
    return answer;
  }
}
