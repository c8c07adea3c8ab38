import type { ObjectId } from '../hash/object-id.js';
import type { Job } from '../job/job.js';
import { checkConnectivity } from '../walk/connectivity.js';
import { runStep, type Conversation } from './conversation.js';
import type { CommandState, PushSession } from './push-session.js';

/**
 * Refuses the commands whose objects are not all there, and works out what a push from a shallow repository does to
 * the boundary of this one.
 *
 * A ref is complete when it is so with the boundary this repository has. Else the boundary that the client told is
 * tried: a ref that needs it makes this repository shallow, which only `receive.shallowUpdate` allows
 * (git-config, gitprotocol-pack).
 */
export function* checkPushConnectivity(session: PushSession, clientShallow: readonly ObjectId[]): Conversation<void> {
  const checked = session.states.filter((state) => !session.isZero(state.command.newId) && !state.skipped);
  const known = knownTips(session);
  const { shallow } = session.snapshot;
  const incomplete = yield* findIncomplete(session, checked, { known, shallow });
  if (incomplete.length === 0) return;
  const wider = new Set([...shallow, ...clientShallow]);
  const broken = clientShallow.length === 0
    ? incomplete
    : yield* findIncomplete(session, incomplete, { known, shallow: wider });
  const isBroken = new Set(broken);
  for (const state of incomplete) {
    if (isBroken.has(state)) {
      state.error ??= 'missing necessary objects';
    } else if (session.config.shallowUpdate) {
      const grafts = yield* runStep(findGrafts(session, state.command.newId, new Set(clientShallow)));
      session.draft.editShallow({ add: grafts });
    } else {
      state.error ??= 'shallow update not allowed';
      state.skipped = true;
    }
  }
}

interface Boundary {
  readonly known: readonly ObjectId[];
  readonly shallow: ReadonlySet<ObjectId>;
}

/** The commands that fail: all are tried together, and halves of what fails, so that one bad ref among thousands is cheap. */
function* findIncomplete(
  session: PushSession,
  states: readonly CommandState[],
  boundary: Boundary,
): Conversation<CommandState[]> {
  const { objects } = session.draft.view;
  const incomplete: CommandState[] = [];
  const present: CommandState[] = [];
  for (const state of states) (objects.has(state.command.newId) ? present : incomplete).push(state);
  const waiting: CommandState[][] = present.length > 0 ? [present] : [];
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
    const result = yield* runStep(checkConnectivity({
      objects,
      algorithm: session.snapshot.algorithm,
      graph: session.graph,
      tips: [...new Set(group.map((state) => state.command.newId))],
      known: boundary.known,
      shallow: boundary.shallow,
    }));
    if (result.ok) continue;
    if (group.length === 1) {
      incomplete.push(group[0]!);
      continue;
    }
    const half = group.length >> 1;
    waiting.push(group.slice(half), group.slice(0, half));
  }
  return incomplete;
}

/** What the refs name, of all namespaces: complete, because it was checked when it came. */
function knownTips(session: PushSession): ObjectId[] {
  const tips = new Set<ObjectId>();
  for (const [, value] of session.snapshot.refs.entries()) if (value.kind === 'direct') tips.add(value.id);
  return [...tips];
}

/** The commits of the client's boundary that `tip` reaches and that lack a parent here. */
function* findGrafts(session: PushSession, tip: ObjectId, clientShallow: ReadonlySet<ObjectId>): Job<ObjectId[]> {
  const { graph, snapshot } = session;
  const { objects } = session.draft.view;
  const grafts: ObjectId[] = [];
  const seen = new Set<number>();
  const waiting = [graph.numberOf(tip)];
  for (let commit = waiting.pop(); commit !== undefined; commit = waiting.pop()) {
    if (seen.has(commit)) continue;
    seen.add(commit);
    if (seen.size % 256 === 0) yield { phase: 'Checking connectivity', done: seen.size, total: undefined };
    const id = graph.idAt(commit);
    if (snapshot.shallow.has(id) || !graph.read(commit, objects)) continue;
    const parents = Array.from({ length: graph.parentCountOf(commit) }, (_, index) => graph.parentOf(commit, index));
    if (clientShallow.has(id) && parents.some((parent) => !objects.has(graph.idAt(parent)))) grafts.push(id);
    else for (const parent of parents) waiting.push(parent);
  }
  return grafts;
}
