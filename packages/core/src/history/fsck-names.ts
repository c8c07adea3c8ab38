import type { HashAlgorithm } from '../hash/algorithm.js';
import { objectIdAt } from '../hash/algorithm.js';
import type { ObjectType } from '../hash/hash-object.js';
import type { ObjectId } from '../hash/object-id.js';
import { losslessTextFromBytes } from '../bytes/lossless-text.js';
import { scanCommit } from '../object/commit.js';
import { scanTagTarget } from '../object/tag.js';
import { TreeCursor } from '../object/tree.js';

/**
 * How objects can be called by whoever looks for them: `refs/heads/main~2:docs/a`. The first name that a walk gives stays, as in
 * `git fsck --name-objects`. Some 100 bytes an object.
 */
export class ObjectNames {
  readonly #names = new Map<ObjectId, string>();

  /** Names an object, unless it has a name. */
  name(id: ObjectId, name: string): void {
    if (!this.#names.has(id)) this.#names.set(id, name);
  }

  /** The name of an object as lossless text; `undefined` where no walk came by. */
  find(id: ObjectId): string | undefined {
    return this.#names.get(id);
  }

  /** Names what an object leads to, when it has a name itself. @throws {GovcError} object-corrupt */
  nameLinks(id: ObjectId, { type, body, algorithm }: { readonly type: ObjectType; readonly body: Uint8Array; readonly algorithm: HashAlgorithm }): void {
    const name = this.#names.get(id);
    if (name === undefined) return;
    if (type === 'commit') {
      const { tree, parents } = scanCommit(body, algorithm);
      this.name(tree, `${name}:`);
      for (const [index, parent] of parents.entries()) this.name(parent, parentName(name, index));
    } else if (type === 'tag') {
      this.name(scanTagTarget(body, algorithm).id, name);
    } else if (type === 'tree') {
      const cursor = new TreeCursor(body, algorithm);
      while (cursor.next()) {
        const kind = cursor.mode & 0o170000;
        if (kind === 0o160000) continue;
        const path = losslessTextFromBytes(body.subarray(cursor.nameStart, cursor.nameEnd));
        this.name(objectIdAt(body, cursor.idOffset, algorithm), `${name}${path}${kind === 0o040000 ? '/' : ''}`);
      }
    }
  }
}

/** `main^` is followed by `main~2`, and that by `main~3`. */
function parentName(name: string, index: number): string {
  if (index > 0) return `${name}^${index + 1}`;
  if (name.endsWith('^')) return `${name.slice(0, -1)}~2`;
  const tail = /^(.*)~(\d{1,9})$/s.exec(name);
  return tail === null ? `${name}^` : `${tail[1]!}~${Number(tail[2]) + 1}`;
}
