import type { Snapshot } from '@govc/core';
import { abbreviateId, abbreviationSize, type ObjectId } from '@govc/core/plumbing';

const known = new WeakMap<Snapshot, (id: ObjectId) => string>();

/** The short form of ids as git chooses it in a repository whose objects all are in packs. */
export function shortIds(snapshot: Snapshot): (id: ObjectId) => string {
  let shorten = known.get(snapshot);
  if (shorten === undefined) {
    let count = 0;
    for (const _id of snapshot.objects.ids()) count++;
    const size = abbreviationSize(count);
    const made = new Map<ObjectId, string>();
    shorten = (id) => {
      let short = made.get(id);
      if (short === undefined) made.set(id, (short = abbreviateId(snapshot.objects, id, size)));
      return short;
    };
    known.set(snapshot, shorten);
  }
  return shorten;
}
