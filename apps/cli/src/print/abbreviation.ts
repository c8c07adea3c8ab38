import type { ObjectId } from '@govc/core';
import { abbreviateId, abbreviationSize } from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { Session } from '../session/session.js';

/** How many digits ids have by default (`core.abbrev`). Counts packed objects: O(objects) where nothing is configured. @throws {Failure} */
export function abbreviationOf(session: Session): number {
  const text = session.config.get('core.abbrev');
  const { hexSize } = session.algorithm;
  if (text !== undefined && /^(?:no|false|off)$/i.test(text)) return hexSize;
  if (text !== undefined && text.toLowerCase() !== 'auto') {
    const size = session.config.getInt('core.abbrev', 7);
    if (size < 4 || size > hexSize) die('bad config variable \'core.abbrev\'');
    return size;
  }
  let count = 0;
  for (const source of session.context.snapshot.packs) for (const id of source.ids()) if (id.length > 0) count++;
  return abbreviationSize(count);
}

/** The short form of an id. */
export function shortId(session: Session, id: ObjectId, size = abbreviationOf(session)): string {
  return abbreviateId(session.context.snapshot.objects, id, size);
}
