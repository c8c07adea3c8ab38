// Infrastructure that follows its repository.
//
// Whoever commits does not wait for what follows from it and does not fail with it: a listener only notes what happened, and
// reactions run behind, one after the other, each tried again when it fails. What is to react to is said by branch, path, author and
// message, and a reaction reads the commit that it is about, whatever happened since.
import { setTimeout as wait } from 'node:timers/promises';
import { Repository, type CommitInfo, type Person } from '@govc/core';
import { wildmatchText, WM_PATHNAME } from '@govc/core/plumbing';

/** A commit that a branch gained. */
interface CommitEvent {
  readonly branch: string;
  readonly commit: CommitInfo;
  readonly changedPaths: readonly string[];
}

interface Rule {
  readonly name: string;
  /** All that are given must hold. Globs are Git's: `*` ends at a slash, `**` does not. */
  readonly branch?: string;
  readonly path?: string;
  readonly author?: string;
  readonly message?: RegExp;
  readonly react: (event: CommitEvent) => Promise<void>;
}

const ATTEMPTS_MAX = 3;

const matches = (glob: string, text: string): boolean => wildmatchText(glob, text, WM_PATHNAME);

function applies(rule: Rule, { branch, commit, changedPaths }: CommitEvent): boolean {
  return (rule.branch === undefined || matches(rule.branch, branch))
    && (rule.path === undefined || changedPaths.some((path) => matches(rule.path!, path)))
    && (rule.author === undefined || commit.author.name === rule.author)
    && (rule.message === undefined || rule.message.test(commit.message));
}

/** What a branch has now and had not before, oldest first; a new branch brings what no other one has. */
function gainedBy(repository: Repository, branch: string, seen: ReadonlyMap<string, string>): CommitInfo[] {
  const known = seen.get(branch);
  const excluded = known === undefined ? [...seen.values()] : [known];
  return [...repository.log({ revisions: [branch, ...excluded.map((id) => `^${id}`)] })].reverse();
}

function changedBy(repository: Repository, { id, parents: [parent] }: CommitInfo): string[] {
  const files = parent === undefined ? repository.list('', { revision: id, recursive: true }) : repository.diff(parent, id).files;
  return files.map(({ path }) => path);
}

/** Reacts to each commit on each branch by rules. `settle` resolves when nothing is left to do. */
function watch(repository: Repository, rules: readonly Rule[]): { settle: () => Promise<void>; close: () => void } {
  let last: Promise<void> = Promise.resolve();
  const seen = new Map(repository.branches().map(({ name, id }) => [name, id]));

  const runRule = async (rule: Rule, event: CommitEvent): Promise<void> => {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      try {
        await rule.react(event);
        return;
      } catch (error) {
        console.log(`  ${rule.name} failed (${attempt} of ${ATTEMPTS_MAX}): ${(error as Error).message}`);
        await wait(2 ** attempt);
      }
    }
    console.log(`  ${rule.name} is given up for "${event.commit.message.trim()}"`);
  };

  const close = repository.subscribe(({ batch }) => {
    for (const { name, value } of batch.refs) {
      if (!name.startsWith('refs/heads/') || value?.kind !== 'direct') continue;
      const branch = name.slice('refs/heads/'.length);
      for (const commit of gainedBy(repository, branch, seen)) {
        const event = { branch, commit, changedPaths: changedBy(repository, commit) };
        for (const rule of rules.filter((each) => applies(each, event))) last = last.then(() => runRule(rule, event));
      }
      seen.set(branch, value.id);
    }
  });

  return {
    close,
    async settle() {
      // A reaction may commit, too, and so put another one at the end.
      for (let awaited: Promise<void> | undefined; awaited !== last;) await (awaited = last);
    },
  };
}

const person = (name: string): Person => ({ name, email: `${name}@example.com` });
const repository = Repository.init({ defaultBranch: 'production' });
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function countResources(revision: string | undefined): number {
  if (revision === undefined) return 0;
  const files = repository.list('', { revision, recursive: true }).filter(({ path }) => matches('**/*.tf', path));
  return files.reduce((sum, { path }) => sum + (decode(repository.readFile(path, revision).content).match(/^resource /gm)?.length ?? 0), 0);
}

/** What runs: by name, the image. Its first answer to a change is that it is busy, as that of real ones. */
const cluster = new Map<string, string>();
let clusterIsBusy = true;

const watching = watch(repository, [
  {
    name: 'plan', path: '**/*.tf',
    async react({ branch, commit }) {
      console.log(`  plan for ${branch}: resources ${countResources(commit.parents[0])} -> ${countResources(commit.id)}`);
    },
  },
  {
    name: 'apply', branch: 'production', path: 'k8s/*.yaml',
    async react({ commit, changedPaths }) {
      if (clusterIsBusy) {
        clusterIsBusy = false;
        throw new Error('the cluster is busy');
      }
      for (const path of changedPaths.filter((each) => matches('k8s/*.yaml', each))) {
        const text = decode(repository.readFile(path, commit.id).content);
        const [, name = path] = /name: (\S+)/.exec(text) ?? [];
        const [, image = ''] = /image: (\S+)/.exec(text) ?? [];
        cluster.set(name, image);
        console.log(`  apply: ${name} runs ${image}`);
      }
    },
  },
  {
    name: 'approve', branch: 'patches/*', author: 'security-bot', message: /security-patch/,
    async react({ branch }) {
      const { kind } = repository.merge(branch, { committer: person('release-bot') });
      console.log(`  approve: ${branch} into production: ${kind}`);
    },
  },
  {
    name: 'notify', path: 'billing/**',
    async react() {
      throw new Error('nobody answers');
    },
  },
]);

/** Commits files on a branch; what follows from it does not keep anybody waiting. */
function change(branch: string, { author, message, files }: { author: string; message: string; files: Readonly<Record<string, string>> }): void {
  for (const [path, content] of Object.entries(files)) repository.add(path, content);
  repository.commit(message, { author: person(author), branch });
  console.log(`${author} on ${branch}: ${message}`);
}

change('production', { author: 'ann', message: 'Begin', files: { 'network.tf': 'resource "vpc" "main" {}\n', 'k8s/web.yaml': 'name: web\nimage: web:1\n' } });
await watching.settle();
change('production', { author: 'ann', message: 'Add a subnet', files: { 'network.tf': 'resource "vpc" "main" {}\nresource "subnet" "a" {}\n' } });
change('production', { author: 'ben', message: 'Write it down', files: { 'README.md': 'No rule is about this.\n', 'k8s/notes/web.yaml': 'Nor about this: a star ends at a slash.\n' } });
change('production', { author: 'ben', message: 'Charge for it', files: { 'billing/plan.json': '{}\n' } });
await watching.settle();

repository.branch('patches/web');
change('patches/web', { author: 'security-bot', message: 'security-patch: web 1.0.1', files: { 'k8s/web.yaml': 'name: web\nimage: web:1.0.1\n' } });
await watching.settle();
watching.close();
change('production', { author: 'ann', message: 'Heard by nobody', files: { 'k8s/web.yaml': 'name: web\nimage: web:2\n' } });
await watching.settle();
console.log(`in the end: ${[...cluster].map(([name, image]) => `${name} runs ${image}`).join(', ')}`);
