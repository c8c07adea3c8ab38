import { GovcError } from '../errors.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import type { ObjectSource } from '../pack/object-source.js';
import { expectValue, type Expectation, type RefEdit } from '../ref/ref-edit.js';
import type { RefName } from '../ref/ref-name.js';
import { directRef, type RefValue } from '../ref/ref-value.js';
import { applyConfigEdits } from './config-edits.js';
import type { Batch, ConfigEdit, ReflogNote } from './batch.js';
import type { ReflogEdit, ReflogStep } from './reflog-edit.js';
import { ObjectStack } from './object-stack.js';
import type { Snapshot } from './snapshot.js';
import { YoungWriter } from './young-objects.js';
import type { SortedMapEditor } from './sorted-map.js';

/**
 * An editable overlay on one snapshot that reads its own writes.
 *
 * 1. The base never changes, and nothing written here is visible anywhere else until the batch is applied.
 * 2. The first edit of a ref fixes what is expected of it: the base's value, unless the caller says otherwise.
 * 3. It ends once, as a batch or as nothing; then it takes no more edits.
 *
 *     open --finish--> finished
 *     open --discard--> discarded
 */
export class Draft {
  readonly base: Snapshot;
  readonly #writer: YoungWriter;
  readonly #packs: ObjectSource[] = [];
  readonly #edits = new Map<RefName, RefEdit>();
  readonly #config: ConfigEdit[] = [];
  readonly #reflogEdits: ReflogEdit[] = [];
  readonly #shallowAdd = new Set<ObjectId>();
  readonly #shallowRemove = new Set<ObjectId>();
  #refs: SortedMapEditor<RefValue>;
  #view: Snapshot | undefined;
  #state: 'open' | 'finished' | 'discarded' = 'open';

  /** O(1). */
  constructor(base: Snapshot) {
    this.base = base;
    this.#writer = new YoungWriter(base.algorithm);
    this.#refs = base.refs.edit();
    this.#view = undefined;
  }

  /** Whether it still takes edits. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Whether there is anything to propose. */
  get isEmpty(): boolean {
    return this.#writer.count === 0 && this.#packs.length === 0 && this.#edits.size === 0 &&
      this.#config.length === 0 && this.#reflogEdits.length === 0 && this.#shallowAdd.size === 0 && this.#shallowRemove.size === 0;
  }

  /**
   * The base with this draft's edits, as an ordinary snapshot to read. Its refs and config stay as
   * they are now; objects written later show in it too.
   */
  get view(): Snapshot {
    return (this.#view ??= {
      ...this.base,
      objects: new ObjectStack([this.#writer, ...this.#packs, this.base.objects]),
      packs: [...this.#packs, ...this.base.packs],
      refs: this.#edits.size === 0 ? this.base.refs : this.#refs.finish(),
      config: applyConfigEdits(this.base.config, this.#config),
      shallow: this.#viewShallow(),
    });
  }

  /**
   * Adds an object and gives its id; the body is copied. An object that the base holds is not added.
   *
   * @throws {GovcError} draft-closed
   */
  write(type: ObjectType, body: Uint8Array): ObjectId {
    this.#mustBeOpen();
    return this.#writer.write(type, body);
  }

  /**
   * Adds all objects of a verified, complete pack.
   *
   * @throws {GovcError} draft-closed
   */
  addPack(pack: ObjectSource): void {
    this.#mustBeOpen();
    this.#packs.unshift(pack);
    this.#view = undefined;
  }

  /**
   * Sets a ref itself (symbolic refs are not followed), or deletes it where `value` is `undefined`.
   *
   * @param expected defaults to the value in the base; ignored when this draft edited the ref before.
   * @throws {GovcError} draft-closed
   */
  editRef(name: RefName, value: RefValue | undefined, expected?: Expectation): void {
    this.#mustBeOpen();
    const earlier = this.#edits.get(name);
    const expectation = earlier?.expected ?? expected ?? expectValue(this.base.refs.get(name));
    this.#edits.set(name, { name, value, expected: expectation });
    if (value === undefined) this.#refs.delete(name);
    else this.#refs.set(name, value);
    this.#view = undefined;
  }

  /** Makes a ref name an object; see {@link editRef}. */
  setRef(name: RefName, id: ObjectId, expected?: Expectation): void {
    this.editRef(name, directRef(id), expected);
  }

  /** Replaces all values of a configuration key, or removes them where `value` is `undefined`. */
  setConfig(name: string, value: string | undefined): void {
    this.#mustBeOpen();
    this.#config.push({ name, value });
    this.#view = undefined;
  }

  /**
   * Changes the log of a ref beside the lines that changes of refs write; see {@link Batch.reflogEdits}.
   *
   * @throws {GovcError} draft-closed
   */
  editReflog(name: RefName, step: ReflogStep): void {
    this.#mustBeOpen();
    this.#reflogEdits.push({ name, step });
  }

  /** Marks commits as held without their parents, or, with `remove`, as complete. */
  editShallow(edit: { readonly add?: Iterable<ObjectId>; readonly remove?: Iterable<ObjectId> }): void {
    this.#mustBeOpen();
    for (const id of edit.add ?? []) {
      this.#shallowAdd.add(id);
      this.#shallowRemove.delete(id);
    }
    for (const id of edit.remove ?? []) {
      this.#shallowRemove.add(id);
      this.#shallowAdd.delete(id);
    }
    this.#view = undefined;
  }

  /**
   * Ends the draft and gives what it proposes.
   *
   * @throws {GovcError} draft-closed
   */
  finish(options: { readonly origin: string; readonly reflog?: ReflogNote | undefined }): Batch {
    this.#mustBeOpen();
    this.#state = 'finished';
    const shallowChanged = this.#shallowAdd.size + this.#shallowRemove.size > 0;
    return {
      objects: [...this.#writer.objects()],
      packs: [...this.#packs],
      refs: [...this.#edits.values()],
      baseConfig: undefined,
      config: [...this.#config],
      shallow: shallowChanged ? { add: [...this.#shallowAdd], remove: [...this.#shallowRemove] } : undefined,
      reflog: options.reflog,
      reflogEdits: [...this.#reflogEdits],
      origin: options.origin,
    };
  }

  /** Ends the draft as nothing. Safe to call at any time. */
  discard(): void {
    if (this.#state === 'open') this.#state = 'discarded';
  }

  #viewShallow(): ReadonlySet<ObjectId> {
    if (this.#shallowAdd.size + this.#shallowRemove.size === 0) return this.base.shallow;
    const shallow = new Set(this.base.shallow);
    for (const id of this.#shallowRemove) shallow.delete(id);
    for (const id of this.#shallowAdd) shallow.add(id);
    return shallow;
  }

  #mustBeOpen(): void {
    if (this.#state === 'open') return;
    throw new GovcError('draft-closed', `The draft was ${this.#state} and takes no more edits; open a new one.`, {
      state: this.#state,
    });
  }
}
