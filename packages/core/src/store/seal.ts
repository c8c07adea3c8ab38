import type { Job } from '../job/job.js';
import { buildPackJob } from '../pack/build-pack.js';
import { bufferSource } from '../pack/byte-source.js';
import { Pack } from '../pack/pack.js';
import { PackIndex } from '../pack/pack-index.js';
import { makeSnapshot, type Snapshot } from './snapshot.js';
import { YoungObjects } from './young-objects.js';

/**
 * The same knowledge in fewer bytes: a snapshot whose young objects are one pack, compressed and as deltas of each
 * other. Refs, configuration and sequence stay; every object reads as before.
 *
 * A snapshot without young objects is given back as it is. Time is that of deflating and of the search for deltas;
 * while the job runs both forms are in memory.
 */
export function* seal(snapshot: Snapshot): Job<Snapshot> {
  if (snapshot.young.count === 0) return snapshot;
  const { algorithm } = snapshot;
  const built = yield* buildPackJob(snapshot.young.objects(), { algorithm, deltas: true });
  const pack = new Pack({ source: bufferSource(built.pack), index: new PackIndex(built.index, algorithm), algorithm });
  return makeSnapshot({ ...snapshot, young: YoungObjects.empty, packs: [pack, ...snapshot.packs] });
}
