import { LIMITS } from '../limits.js';
import { HiddenRefs } from '../ref/hidden-refs.js';
import { findRefName, type RefName } from '../ref/ref-name.js';
import { fromNamespace, namespaceHead, type RefNamespace } from '../ref/namespace.js';
import type { Config } from '../config/config.js';
import type { ObjectId } from '../hash/object-id.js';
import { findRefId } from '../store/ref-map.js';
import type { Snapshot } from '../store/snapshot.js';
import { peelObject } from './peel.js';

/** A ref as a client sees it. */
export interface VisibleRef {
  /** Without the namespace. */
  readonly name: RefName;
  readonly id: ObjectId;
  /** For a symbolic ref the name where it ends, when that lies in the client's namespace. */
  readonly symrefTarget: RefName | undefined;
}

/** Where `HEAD` points, for a client: a branch that may not exist. */
export interface VisibleHead {
  /** `undefined`: unborn. */
  readonly id: ObjectId | undefined;
  readonly symrefTarget: RefName | undefined;
}

/** The refs of a snapshot in a namespace, without those that the configuration hides. */
export class VisibleRefs {
  readonly #snapshot: Snapshot;
  readonly #namespace: RefNamespace;
  readonly #hidden: HiddenRefs;

  constructor(snapshot: Snapshot, namespace: RefNamespace, hidden: HiddenRefs) {
    this.#snapshot = snapshot;
    this.#namespace = namespace;
    this.#hidden = hidden;
  }

  /** `HEAD`, also where it is unborn; `undefined` where there is none, it is hidden, or its symbolic refs loop. */
  findHead(): VisibleHead | undefined {
    const stored = namespaceHead(this.#namespace);
    const name = fromNamespace(this.#namespace, stored);
    if (name === undefined || this.#hidden.isHidden(name, stored)) return undefined;
    const value = this.#snapshot.refs.get(stored);
    if (value === undefined) return undefined;
    if (value.kind === 'direct') return { id: value.id, symrefTarget: undefined };
    const target = this.#findEnd(stored);
    return target === undefined ? undefined : { id: findRefId(this.#snapshot.refs, stored), symrefTarget: target.name };
  }

  /**
   * The refs under `refs/` whose names begin with `prefix`, in order of their bytes. Symbolic refs that lead to
   * nothing are left out, as Git does.
   */
  *entries(prefix = 'refs/'): Generator<VisibleRef, void, void> {
    yield* this.#walk(prefix, false);
  }

  /** As {@link entries}, with the hidden ones. */
  *allEntries(): Generator<VisibleRef, void, void> {
    yield* this.#walk('refs/', true);
  }

  /** The object of a ref that the client may see; `undefined` where it does not exist or is hidden. */
  findId(text: string): ObjectId | undefined {
    const name = findRefName(text);
    const stored = findRefName(this.#namespace.prefix + text);
    if (name === undefined || stored === undefined || this.#hidden.isHidden(name, stored)) return undefined;
    return findRefId(this.#snapshot.refs, stored);
  }

  /** What a tag names in the end; `undefined` where `id` is no tag, or leads nowhere. */
  findPeeled(id: ObjectId): ObjectId | undefined {
    const { objects, algorithm } = this.#snapshot;
    if (objects.findHeader(id)?.type !== 'tag') return undefined;
    return peelObject(objects, algorithm, id)?.id;
  }

  *#walk(prefix: string, withHidden: boolean): Generator<VisibleRef, void, void> {
    const { refs } = this.#snapshot;
    for (const [stored, value] of refs.entries(this.#namespace.prefix + prefix)) {
      const name = fromNamespace(this.#namespace, stored as RefName);
      if (name?.startsWith('refs/') !== true) continue;
      if (!withHidden && this.#hidden.isHidden(name, stored)) continue;
      if (value.kind === 'direct') {
        yield { name, id: value.id, symrefTarget: undefined };
        continue;
      }
      const id = findRefId(refs, stored as RefName);
      if (id !== undefined) yield { name, id, symrefTarget: this.#findEnd(stored as RefName)?.name };
    }
  }

  /** The last name of a chain of symbolic refs, as the client sees it; `undefined` when the chain is too long. */
  #findEnd(start: RefName): { readonly name: RefName | undefined } | undefined {
    let at = start;
    for (let depth = 0; depth <= LIMITS.symrefDepth.value; depth++) {
      const value = this.#snapshot.refs.get(at);
      if (value?.kind !== 'symbolic') return { name: fromNamespace(this.#namespace, at) };
      at = value.target;
    }
    return undefined;
  }
}

/** The rules of `transfer.hideRefs` and of `<section>.hideRefs`, in the order of the configuration. */
export function hiddenRefsOf(config: Config, section: 'uploadpack' | 'receive'): HiddenRefs {
  const patterns: string[] = [];
  for (const entry of config.entries()) {
    const isRule = entry.key === 'hiderefs' && entry.subsection === undefined &&
      (entry.section === 'transfer' || entry.section === section);
    if (isRule && entry.value !== undefined && entry.value !== '') patterns.push(entry.value);
  }
  return new HiddenRefs(patterns);
}
