import { git } from './programs.js';

/**
 * Makes a bare repository with a long branchy history: folders, merges, renames, tags annotated and not, executable
 * files, symbolic links, large and binary files. The same for the same seed.
 */
export async function makeHistory(folder: string, commits: number, seed = 1): Promise<void> {
  await git('/', ['init', '-q', '--bare', '-b', 'main', folder]);
  await git(folder, ['fast-import', '--quiet', '--force'], { input: historyStream(commits, seed) });
  await git(folder, ['repack', '-adq', '--depth=50']);
}

function historyStream(commits: number, seed: number): string {
  let state = seed >>> 0;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const lines: string[] = [];
  const branches = ['main', 'develop', 'release/1', 'topic/a', 'topic/b'];
  const tips = new Map<string, number>();
  const texts = new Map<string, string[]>();
  for (let mark = 1; mark <= commits; mark++) {
    const branch = branches[random(branches.length)]!;
    const message = `Change ${mark}\n\n${'Words about it. '.repeat(random(12))}\n`;
    lines.push(`commit refs/heads/${branch}`, `mark :${mark}`);
    lines.push(`author Añna <a${random(30)}@example.com> ${1_500_000_000 + mark * 90} +0${random(10)}30`);
    lines.push(`committer C <c@example.com> ${1_500_000_000 + mark * 90} -0${random(10)}00`);
    lines.push(`data ${Buffer.byteLength(message)}`, message);
    const from = tips.get(branch) ?? tips.get('main') ?? (mark > 1 ? mark - 1 : undefined);
    if (from !== undefined) lines.push(`from :${from}`);
    const other = tips.get(branches[random(branches.length)]!);
    if (other !== undefined && other !== from && random(9) === 0) lines.push(`merge :${other}`);
    for (let files = 1 + random(3); files > 0; files--) {
      const path = `src/part-${random(12)}/module-${random(25)}/file-${random(8)}.txt`;
      const text = texts.get(path) ?? Array.from({ length: 20 + random(60) }, (_, i) => `line ${i} of ${path}`);
      text[random(text.length)] = `changed by ${mark} ${'x'.repeat(random(30))}`;
      if (random(5) === 0) text.push(`added by ${mark}`);
      texts.set(path, text);
      const content = text.join('\n') + '\n';
      lines.push(`M ${random(30) === 0 ? '100755' : '100644'} inline ${path}`, `data ${Buffer.byteLength(content)}`, content);
    }
    if (random(200) === 0) lines.push('M 120000 inline link', 'data 10', 'src/part-1');
    tips.set(branch, mark);
    if (mark % 100 === 0) lines.push(`reset refs/tags/light-${mark}`, `from :${mark}`);
    if (mark % 150 === 0) lines.push(`tag v${mark}`, `from :${mark}`, 'tagger T <t@example.com> 1700000000 +0000', 'data 4', 'tag\n');
  }
  return lines.join('\n') + '\n';
}
