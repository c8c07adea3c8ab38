import { git, run } from '../programs.js';

/** What a server has confirmed, and how it is looked for afterwards: by git, in the directories of the server. */
export class Acknowledged {
  readonly #dataPath: string;
  /** By repository: ids of commits that nobody has looked for yet. */
  readonly #fresh = new Map<string, string[]>();
  readonly #all = new Map<string, string[]>();
  #count = 0;

  constructor(dataPath: string) {
    this.#dataPath = dataPath;
  }

  /** How many commits were confirmed. */
  get count(): number {
    return this.#count;
  }

  /** Says that a commit was confirmed and has to be reachable from now on. */
  add(repository: string, commit: string): void {
    this.#count++;
    for (const known of [this.#fresh, this.#all]) known.set(repository, [...known.get(repository) ?? [], commit]);
  }

  /** @throws {Error} when a commit that was confirmed since the last look is not reachable from a ref */
  async checkFresh(): Promise<void> {
    for (const [repository, commits] of this.#fresh) await this.#mustReach(repository, commits);
    this.#fresh.clear();
  }

  /** @throws {Error} when any commit that was ever confirmed is not reachable from a ref */
  async checkAll(): Promise<void> {
    for (const [repository, commits] of this.#all) await this.#mustReach(repository, commits);
  }

  async #mustReach(repository: string, commits: readonly string[]): Promise<void> {
    const folder = `${this.#dataPath}/${repository}.git`;
    // What is not reachable is listed; what is not there at all is an error of git.
    const missing = await git(folder, ['rev-list', '--no-walk=unsorted', '--stdin'], { input: `${commits.join('\n')}\n` })
      .then(() => git(folder, ['rev-list', '--stdin', '--not', '--all'], { input: `${commits.join('\n')}\n` }));
    if (missing !== '') throw new Error(`${repository}: confirmed and lost: ${missing.split('\n').slice(0, 5).join(' ')}`);
  }
}

/** @throws {Error} what `git fsck --full --strict` says of a repository, where it says anything */
export async function mustBeSound(folder: string): Promise<void> {
  const { code, stdout, stderr } = await run('git', ['fsck', '--full', '--strict', '--no-dangling', '--no-progress'], { cwd: folder });
  if (code !== 0) throw new Error(`git fsck ended with ${code}: ${`${stderr}${stdout}`.slice(0, 2000)}`);
}
