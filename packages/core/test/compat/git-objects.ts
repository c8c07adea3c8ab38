import { SHA1, type HashAlgorithm } from '../../src/hash/algorithm.js';
import type { ObjectType } from '../../src/hash/hash-object.js';
import type { ObjectId } from '../../src/hash/object-id.js';
import { YoungWriter } from '../../src/store/young-objects.js';
import type { RealGit } from './real-git.js';

/** Every object of a repository made by git, read through `git cat-file`. */
export function loadObjects(git: RealGit, algorithm: HashAlgorithm = SHA1): YoungWriter {
  const writer = new YoungWriter(algorithm);
  const output = git.read(['cat-file', '--batch', '--batch-all-objects']);
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(10, at);
    const [id, type, size] = output.toString('latin1', at, end).split(' ') as [ObjectId, ObjectType, string];
    const start = end + 1;
    const written = writer.write(type, output.subarray(start, start + Number(size)));
    if (written !== id) throw new Error(`${id} was read as ${written}`);
    at = start + Number(size) + 1;
  }
  return writer;
}

/** A stream for `git fast-import` that makes a branchy history of nested folders, the same for the same seed. */
export function branchyHistory(seed: number, commits: number): string {
  let state = seed >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const lines: string[] = [];
  const heads = ['main', 'topic', 'side', 'deep'];
  const tips: number[] = [];
  for (let mark = 1; mark <= commits; mark++) {
    const branch = heads[random(heads.length)]!;
    const time = 1_600_000_000 + mark * 60 + random(600) - (random(20) === 0 ? 86_400 : 0);
    lines.push(`commit refs/heads/${branch}`, `mark :${mark}`, `committer C <c@example.com> ${time} +0100`);
    lines.push(`data ${`commit ${mark}`.length}`, `commit ${mark}`);
    if (tips.length > 0) lines.push(`from :${tips[random(tips.length)]!}`);
    if (tips.length > 3 && random(4) === 0) lines.push(`merge :${tips[random(tips.length)]!}`);
    for (let files = 1 + random(3); files > 0; files--) {
      const path = `${'d/'.repeat(random(4))}${['a', 'b', 'c.txt'][random(3)]!}${random(6)}`;
      const content = `${'x'.repeat(random(40))}${random(1000)}`;
      if (random(8) === 0) lines.push(`D ${path}`);
      else lines.push(`M ${random(9) === 0 ? '100755' : '100644'} inline ${path}`, `data ${content.length}`, content);
    }
    tips.push(mark);
    if (tips.length > 8) tips.shift();
  }
  lines.push('tag v1', `from :${commits}`, 'tagger T <t@example.com> 1700000000 +0000', 'data 3', 'one', '');
  return lines.join('\n');
}
