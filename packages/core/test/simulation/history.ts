import { runJob } from '../../src/job/job.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { buildPack } from '../../src/pack/build-pack.js';
import { HEAD, parseRefName, type RefName } from '../../src/ref/ref-name.js';
import { symbolicRef } from '../../src/ref/ref-value.js';
import { indexPack } from '../../src/pack/index-pack.js';
import type { Spool } from '../../src/storage/spool.js';
import type { Writer } from '../../src/storage/writer.js';
import { Draft } from '../../src/store/draft.js';
import { findRefId } from '../../src/store/ref-map.js';
import type { Snapshot } from '../../src/store/snapshot.js';
import { YoungWriter } from '../../src/store/young-objects.js';
import type { SeededRandom } from '../../src/testing/random.js';

const PERSON = { name: 'S', email: 's@example.com', timezone: '+0000' };
/** The branch that is never deleted, whose log is compared. */
export const MAIN = parseRefName('refs/heads/main');
/** The configuration that histories change. */
export const CONFIG_NAME = 'simulated.value';
/** From this many new refs on they are packed. */
export const MANY = 200;

/** What a repository holds, as text, for comparing. */
export interface State {
  readonly refs: ReadonlyMap<string, string>;
  readonly config: string | undefined;
}

/** One thing that a history does. */
export type Action =
  | { readonly kind: 'commit' | 'delete' | 'tag' | 'head' | 'receive'; readonly name: RefName }
  | { readonly kind: 'several'; readonly names: readonly RefName[] }
  | { readonly kind: 'swap'; readonly from: RefName; readonly to: RefName }
  | { readonly kind: 'config'; readonly value: string | undefined }
  | { readonly kind: 'forget' }
  | { readonly kind: 'flush' };

const ref = (name: string): RefName => parseRefName(`refs/${name}`);

/** Everything at least once, in an order in which each step finds what it needs. */
export const SCRIPT: readonly Action[] = [
  { kind: 'commit', name: MAIN }, { kind: 'flush' },
  { kind: 'commit', name: MAIN }, { kind: 'commit', name: ref('heads/topic/a') }, { kind: 'flush' },
  { kind: 'tag', name: ref('tags/v1') }, { kind: 'flush' },
  { kind: 'receive', name: ref('heads/pushed') }, { kind: 'flush' },
  { kind: 'config', value: 'one' }, { kind: 'flush' },
  { kind: 'several', names: [MAIN, ref('heads/x/y/z'), ref('heads/pushed')] }, { kind: 'flush' },
  { kind: 'head', name: ref('heads/pushed') }, { kind: 'flush' },
  { kind: 'commit', name: ref('heads/pushed') }, { kind: 'flush' },
  { kind: 'delete', name: ref('heads/topic/a') }, { kind: 'flush' },
  { kind: 'swap', from: ref('heads/x/y/z'), to: ref('heads/x/y') }, { kind: 'flush' },
  { kind: 'commit', name: ref('heads/q') }, { kind: 'swap', from: ref('heads/q'), to: ref('heads/q/r') }, { kind: 'flush' },
  { kind: 'forget' }, { kind: 'flush' },
  { kind: 'config', value: undefined }, { kind: 'commit', name: MAIN }, { kind: 'flush' },
];

/** So many refs at once that they are packed, and what becomes of some of them. */
export const PACKED_SCRIPT: readonly Action[] = [
  { kind: 'several', names: Array.from({ length: MANY }, (_, i) => ref(`many/${i}`)) }, { kind: 'flush' },
  { kind: 'commit', name: ref('many/7') }, { kind: 'flush' },
  { kind: 'delete', name: ref('many/7') }, { kind: 'flush' },
  { kind: 'delete', name: ref('many/8') }, { kind: 'flush' },
];

const NAMES = ['heads/main', 'heads/a', 'heads/b/c', 'heads/b/d', 'tags/t', 'notes/n', 'heads/e/f/g'].map(ref);

/** A history of about `length` steps. */
export function randomActions(random: SeededRandom, length: number): Action[] {
  const actions: Action[] = [{ kind: 'commit', name: MAIN }, { kind: 'flush' }];
  for (let i = 0; i < length; i++) {
    actions.push(randomAction(random));
    if (random.below(3) > 0) actions.push({ kind: 'flush' });
  }
  actions.push({ kind: 'flush' });
  return actions;
}

function randomAction(random: SeededRandom): Action {
  const name = random.pick(NAMES);
  switch (random.below(10)) {
    case 0: return { kind: 'delete', name: name === MAIN ? ref('heads/a') : name };
    case 1: return { kind: 'receive', name };
    case 2: return { kind: 'several', names: [...new Set([random.pick(NAMES), random.pick(NAMES), name])] };
    case 3: return { kind: 'config', value: random.below(3) === 0 ? undefined : String(random.below(100)) };
    case 4: return { kind: 'head', name: random.pick([MAIN, ref('heads/a')]) };
    case 5: return { kind: 'tag', name: ref(`tags/v${random.below(3)}`) };
    case 6: return random.below(2) === 0 ? { kind: 'forget' } : { kind: 'swap', from: ref('heads/a'), to: ref('heads/a/b') };
    default: return { kind: 'commit', name };
  }
}

/** Does one action on a writer; `count` makes each commit another. Actions that find nothing to do do nothing. */
export async function perform(writer: Writer, action: Exclude<Action, { kind: 'flush' }>, count: number): Promise<void> {
  const draft = new Draft(writer.current);
  const timeSeconds = 1_700_000_000 + count;
  switch (action.kind) {
    case 'commit':
      if (isFree(draft.base, action.name)) draft.setRef(action.name, commit(draft, draft.base, action.name, timeSeconds));
      break;
    case 'several':
      for (const name of action.names) if (isFree(draft.base, name)) draft.setRef(name, commit(draft, draft.base, name, timeSeconds));
      break;
    case 'delete':
      if (draft.base.refs.has(action.name)) draft.editRef(action.name, undefined);
      break;
    case 'swap': {
      const id = findRefId(draft.base.refs, action.from);
      if (id === undefined) break;
      draft.editRef(action.from, undefined);
      draft.setRef(action.to, id);
      break;
    }
    case 'tag': {
      const text = `object ${findRefId(draft.base.refs, MAIN)!}\ntype commit\ntag t\ntagger S <s@example.com> ${timeSeconds} +0000\n\nT\n`;
      draft.setRef(action.name, draft.write('tag', Buffer.from(text)));
      break;
    }
    case 'head': draft.editRef(HEAD, symbolicRef(action.name)); break;
    case 'config': draft.setConfig(CONFIG_NAME, action.value); break;
    case 'forget': {
      const entries = writer.reflogs.find(MAIN) ?? [];
      if (entries.length > 1) draft.editReflog(MAIN, { kind: 'remove', entries: entries.slice(0, 1), rewrites: false });
      break;
    }
    case 'receive': if (isFree(draft.base, action.name)) await receive(writer, draft, action.name, timeSeconds); break;
  }
  if (draft.isEmpty) return;
  const result = writer.apply(draft.finish({ origin: action.kind, reflog: { identity: { ...PERSON, timeSeconds }, message: action.kind } }));
  if (!result.ok) throw new Error(`The simulation proposes what cannot be: ${result.refusals[0]!.message}`);
}

/** What a snapshot holds. */
export function stateOf(snapshot: Snapshot): State {
  const refs = new Map<string, string>();
  for (const [name, value] of snapshot.refs.entries()) refs.set(name, value.kind === 'direct' ? value.id : value.target);
  return { refs, config: snapshot.config.get(CONFIG_NAME) };
}

/** Whether no other name is in the way of a ref. */
function isFree(snapshot: Snapshot, name: RefName): boolean {
  for (const [other] of snapshot.refs.entries()) if (other.startsWith(`${name}/`) || name.startsWith(`${other}/`)) return false;
  return true;
}

interface ObjectWriter {
  write(type: 'blob' | 'tree' | 'commit', body: Uint8Array): ObjectId;
}

function commit(objects: ObjectWriter, base: Snapshot, name: RefName, timeSeconds: number): ObjectId {
  const blob = objects.write('blob', Buffer.from(`${name} ${timeSeconds}\n`));
  const tree = objects.write('tree', Buffer.concat([Buffer.from('100644 file\0'), Buffer.from(blob, 'hex')]));
  const parent = findRefId(base.refs, name);
  const isCommit = parent !== undefined && base.objects.findHeader(parent)?.type === 'commit';
  const who = `S <s@example.com> ${timeSeconds} +0000`;
  const text = `tree ${tree}\n${isCommit ? `parent ${parent}\n` : ''}author ${who}\ncommitter ${who}\n\n${name}\n`;
  return objects.write('commit', Buffer.from(text));
}

async function receive(writer: Writer, draft: Draft, name: RefName, timeSeconds: number): Promise<void> {
  const { algorithm } = writer.backend;
  const objects = new YoungWriter(algorithm);
  const id = commit(objects, draft.base, name, timeSeconds);
  const built = buildPack(objects.objects(), { algorithm });
  const incoming = await (writer.backend as unknown as { readonly spool: Spool }).spool.open();
  await incoming.write(built.pack.subarray(0, 20));
  await incoming.write(built.pack.subarray(20));
  const indexed = runJob(indexPack(await incoming.seal(), { algorithm }));
  draft.addPack(await incoming.install(indexed.indexBytes, indexed.packChecksum));
  draft.setRef(name, id);
}
