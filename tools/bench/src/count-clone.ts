import { Repository } from '@govc/core';
import { enumerateObjects, runJob, type ObjectSource } from '@govc/core/plumbing';

/**
 * Listing what a clone needs, by bitmaps and by a walk:
 *
 *     node tools/bench/dist/count-clone.js REPOSITORY.git [rounds]
 *
 * The repository must have a bitmap (`git repack -adb`). The other way is the walk of all commits and trees. The two take turns, each with
 * the repository opened anew; both must list as many objects.
 */
async function main(path: string, rounds: number): Promise<void> {
  const ways: readonly (readonly [name: string, prepare: (objects: ObjectSource) => ObjectSource, times: number[]])[] = [
    ['by bitmaps', (objects) => objects, []], ['by a walk', withoutBitmaps, []],
  ];
  const counts = new Set<number>();
  for (let round = 0; round < rounds; round++) {
    for (const [, prepare, times] of ways) {
      const repository = await Repository.open(path);
      const { objects, refs, algorithm } = repository.snapshot;
      const wants = [...refs.entries()].flatMap(([, value]) => (value.kind === 'direct' ? [value.id] : []));
      const before = process.cpuUsage();
      const listed = runJob(enumerateObjects({ objects: prepare(objects), algorithm, wants, haves: [], shallow: new Set() }));
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
      counts.add(listed.objects.count);
      await repository.close();
    }
  }
  if (counts.size !== 1) throw new Error(`The two ways differ: ${[...counts].join(', ')} objects.`);
  for (const [name, , times] of ways) console.log(`${[...counts].join()} objects ${name}: ${median(times).toFixed(0)} ms`);
}

/** The same objects without the capability of bitmaps. */
function withoutBitmaps(objects: ObjectSource): ObjectSource {
  return {
    has: (id) => objects.has(id),
    find: (id) => objects.find(id),
    findHeader: (id) => objects.findHeader(id),
    findChunks: (id) => objects.findChunks(id),
    findEntry: (id) => objects.findEntry(id),
    ids: () => objects.ids(),
    idsWithPrefix: (prefix) => objects.idsWithPrefix(prefix),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? NaN;
}

const [path, rounds = '3'] = process.argv.slice(2);
if (path === undefined) {
  console.error('usage: count-clone REPOSITORY.git [rounds]');
  process.exitCode = 1;
} else {
  await main(path, Number(rounds));
}
