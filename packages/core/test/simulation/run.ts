import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryBackend, type DirectoryBackendOptions } from '../../src/storage/directory/directory-backend.js';
import type { InitOptions } from '../../src/storage/directory/init.js';
import { Writer } from '../../src/storage/writer.js';
import { Draft } from '../../src/store/draft.js';
import { CONFIG_NAME, MAIN, perform, stateOf, type Action, type State } from './history.js';
import { RecordedDisk } from './recorded-disk.js';

/** What was known at some moment of a run. */
export interface Moment {
  /** How many calls had been made. */
  readonly callCount: number;
  /** The index of the newest state that was confirmed. */
  readonly confirmed: number;
  /** The index of the newest state that was applied. */
  readonly applied: number;
}

/** A history that ran to its end, with everything that a crash at any moment of it is compared with. */
export interface Run {
  readonly disk: RecordedDisk;
  /** The state after each action; the first is that of the new repository. */
  readonly states: readonly State[];
  /** The log of the main branch in each state: what each entry's new id is. */
  readonly logs: readonly (readonly string[])[];
  /** In order. Before the first one there was no repository. */
  readonly moments: readonly Moment[];
}

/** Makes a repository on a recorded disk and lets a history happen. */
export async function runHistory(actions: readonly Action[], options: InitOptions & Pick<DirectoryBackendOptions, 'packLimit'> = {}): Promise<Run> {
  const root = mkdtempSync(join(tmpdir(), 'govc-simulation-'));
  try {
    const disk = new RecordedDisk(root);
    const writer = await Writer.open(await DirectoryBackend.init(root, { ...options, disk }));
    const states = [stateOf(writer.current)];
    const logs: string[][] = [[]];
    const moments: Moment[] = [];
    let confirmed = 0;
    const note = (): void => {
      moments.push({ callCount: disk.steps.length, confirmed, applied: states.length - 1 });
    };
    const know = (): void => {
      states.push(stateOf(writer.current));
      logs.push((writer.reflogs.find(MAIN) ?? []).map(({ newId, timeSeconds }) => `${newId} ${timeSeconds}`));
      note();
    };
    note();
    configure(writer);
    know();
    await writer.flush();
    confirmed = 1;
    note();
    for (const [index, action] of actions.entries()) {
      if (action.kind === 'flush') {
        await writer.flush();
        confirmed = states.length - 1;
        note();
      } else {
        await perform(writer, action, index);
        know();
      }
    }
    await writer.close();
    confirmed = states.length - 1;
    note();
    return { disk, states, logs, moments };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** A bare repository keeps reflogs only when it is told to. */
function configure(writer: Writer): void {
  const draft = new Draft(writer.current);
  draft.setConfig('core.logallrefupdates', 'true');
  draft.setConfig(CONFIG_NAME, 'zero');
  writer.apply(draft.finish({ origin: 'configure' }));
}

/** What was known when so many calls had been made; `undefined` before there was a repository. */
export function momentAt(run: Run, callCount: number): Moment | undefined {
  let found: Moment | undefined;
  for (const moment of run.moments) if (moment.callCount <= callCount) found = moment;
  return found;
}

/**
 * What is wrong with a state that a crash left, in a sentence; `undefined` where nothing is. It must be one of the
 * states between the confirmed and the applied one. Where these are several steps, or one that changes several refs,
 * Git's format has no atomic change: then each ref by itself must be as in one of them.
 */
export function findFault(run: Run, moment: Moment, found: State): string | undefined {
  const possible = run.states.slice(moment.confirmed, moment.applied + 1);
  if (possible.some((state) => isSame(state, found))) return undefined;
  const names = new Set(found.refs.keys());
  for (const { refs } of possible) for (const name of refs.keys()) names.add(name);
  for (const name of names) {
    const value = found.refs.get(name);
    if (possible.some(({ refs }) => refs.get(name) === value)) continue;
    return `${name} is ${value ?? 'gone'} and should be ${possible.map(({ refs }) => refs.get(name) ?? 'absent').join(' or ')}`;
  }
  if (possible.some(({ config }) => config === found.config)) return undefined;
  return `the configuration says ${found.config ?? 'nothing'}`;
}

/** Whether the refs are those of one state, all of them: what tables promise and files cannot. */
export function hasWholeRefs(run: Run, moment: Moment, found: State): boolean {
  return run.states.slice(moment.confirmed, moment.applied + 1).some((state) => isSame({ ...state, config: found.config }, found));
}

/** Whether a state is one that was applied as a whole. */
export function isWhole(run: Run, moment: Moment, found: State): boolean {
  return run.states.slice(moment.confirmed, moment.applied + 1).some((state) => isSame(state, found));
}

function isSame(left: State, right: State): boolean {
  if (left.config !== right.config || left.refs.size !== right.refs.size) return false;
  for (const [name, value] of left.refs) if (right.refs.get(name) !== value) return false;
  return true;
}
