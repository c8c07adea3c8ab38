/** Changes of refs in one step, with what Git says when they cannot be made. */
import type { ObjectId, RefName } from '@govc/core';
import { directRef, findRefName, resolveRef, symbolicRef, type RefMap } from '@govc/core/plumbing';
import type { Draft } from '@govc/core/storage';

import { die, Failure } from '../failure.js';
import type { Session } from './session.js';

/** One change of a ref. */
export interface RefChange {
  readonly name: RefName;
  /** `undefined` deletes it; `keep` only checks it. */
  readonly id: ObjectId | undefined | 'keep';
  /** What the ref has to be: an id, `absent`, or anything. */
  readonly expected: ObjectId | 'absent' | undefined;
  /** Whether a symbolic ref itself is changed, not what it names. Default: no. */
  readonly isDirect?: boolean | undefined;
}

/** How changes are recorded. */
export interface ChangeOptions {
  readonly origin: string;
  /** For the reflog; `undefined` gives an empty message. */
  readonly message?: string | undefined;
  /** Makes a log where there is none. */
  readonly createsReflog?: boolean | undefined;
  /** Also done in the same step, such as writing objects. */
  readonly also?: ((draft: Draft) => void) | undefined;
}

/** The name as a ref, one level included where Git takes it. @throws {Failure} `invalid ref format` */
export function refNameOf(text: string, sentence = `invalid ref format: ${text}`): RefName {
  return findRefName(text) ?? die(sentence);
}

/** Makes all changes or none. @throws {Failure} with Git's reason */
export async function changeRefs(session: Session, changes: readonly RefChange[], options: ChangeOptions): Promise<void> {
  const problem = checkRefs(session, changes);
  if (problem !== undefined) throw new Failure(`fatal: ${problem}\n`, 128);
  await applyRefs(session, changes, options);
}

/** Why changes cannot be made; `undefined` where nothing is in the way. */
export function checkRefs(session: Session, changes: readonly RefChange[]): string | undefined {
  const { refs, objects } = session.repository.snapshot;
  const seen = new Set<string>();
  for (const change of changes) {
    const end = endOf(refs, change);
    if (seen.has(end)) return `multiple updates for ref '${end}' not allowed`;
    seen.add(end);
  }
  for (const change of changes) {
    const { name, id, expected } = change;
    const end = endOf(refs, change);
    const value = refs.get(end);
    const current = value?.kind === 'direct' ? value.id : resolveRef(refs, end)?.id;
    if (expected === 'absent') {
      if (current !== undefined) return `cannot lock ref '${name}': reference already exists`;
    } else if (expected !== undefined && current === undefined) {
      return `cannot lock ref '${name}': unable to resolve reference '${end}'`;
    } else if (expected !== undefined && current !== expected) {
      return `cannot lock ref '${name}': is at ${current!} but expected ${expected}`;
    }
    if (id === undefined || id === 'keep') continue;
    const type = objects.findHeader(id)?.type;
    if (type === undefined) return `cannot update ref '${end}': trying to write ref '${end}' with nonexistent object ${id}`;
    if (type !== 'commit' && end.startsWith('refs/heads/')) return `cannot update ref '${end}': trying to write non-commit object ${id} to branch '${end}'`;
    const clash = findClash(refs, end, changes);
    if (clash !== undefined) return `cannot lock ref '${name}': ${clash}`;
  }
  return undefined;
}

/** Makes changes that were checked. @throws {Failure} */
export async function applyRefs(session: Session, changes: readonly RefChange[], options: ChangeOptions): Promise<void> {
  const { refs } = session.repository.snapshot;
  const identity = session.identity('committer', { isStrict: false });
  const message = (options.message ?? '').replace(/\s+/g, ' ').trim();
  if (options.createsReflog === true) for (const change of changes) createReflog(session, endOf(refs, change));
  session.repository.propose({ origin: options.origin, reflog: { identity, message } }, (draft) => {
    options.also?.(draft);
    for (const change of changes) {
      if (change.id === 'keep') continue;
      draft.editRef(endOf(refs, change), change.id === undefined ? undefined : directRef(change.id));
    }
  });
  await flushRefs(session);
}

/** Makes a symbolic ref. @throws {Failure} */
export async function changeSymbolicRef(session: Session, name: RefName, target: RefName, message: string | undefined): Promise<void> {
  const identity = session.identity('committer', { isStrict: false });
  session.repository.propose({ origin: 'symbolic-ref', reflog: message === undefined ? undefined : { identity, message: message.trim() } }, (draft) => {
    draft.editRef(name, symbolicRef(target));
  });
  await flushRefs(session);
}

/** Waits until changes are durable. @throws {Failure} */
export async function flushRefs(session: Session): Promise<void> {
  try {
    await session.repository.flush();
  } catch (error) {
    const { code, data } = error as { code?: string; data?: { path?: string; name?: string } };
    if (code !== 'lock-held') throw error;
    const path = data?.path ?? '';
    const name = /(?:^|\/)((?:refs\/.*|[A-Z_]+))\.lock$/.exec(path)?.[1];
    die(`${name === undefined ? '' : `cannot lock ref '${name}': `}Unable to create '${path}': File exists.\n\nAnother git process seems to be running in this repository, e.g.\n` +
      "an editor opened by 'git commit'. Please make sure all processes\nare terminated then try again. If it still fails, a git process\n" +
      'may have crashed in this repository earlier:\nremove the file manually to continue.');
  }
}

function createReflog(session: Session, name: RefName): void {
  const path = `logs/${name}`;
  if (session.commonFiles.find(path) === undefined) session.commonFiles.write(path, new Uint8Array(0));
}

function endOf(refs: RefMap, { name, isDirect }: RefChange): RefName {
  if (isDirect === true) return name;
  const value = refs.get(name);
  if (value?.kind !== 'symbolic') return name;
  return resolveRef(refs, name)?.name ?? value.target;
}

function findClash(refs: RefMap, name: RefName, changes: readonly RefChange[]): string | undefined {
  const deleted = new Set(changes.filter(({ id }) => id === undefined).map((change) => endOf(refs, change)));
  const made = changes.filter(({ id }) => id !== undefined && id !== 'keep').map((change) => endOf(refs, change));
  for (let slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
    const folder = name.slice(0, slash) as RefName;
    if (refs.has(folder) && !deleted.has(folder)) return `'${folder}' exists; cannot create '${name}'`;
    if (made.includes(folder)) return `cannot process '${folder}' and '${name}' at the same time`;
  }
  for (const [below] of refs.entries(`${name}/`)) if (!deleted.has(below as RefName)) return `'${below}' exists; cannot create '${name}'`;
  return undefined;
}
